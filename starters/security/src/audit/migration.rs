//! The table of records: nothing in it is changed, and only what the anchor covers is removed.

use savia_core::component::Location;
use savia_starter_data::migrations::{Migration, MigrationSet, Script};

macro_rules! with_tables {
    ($more:literal) => {
        concat!(
            "create table security_audit (\n    seq bigint not null primary key,\n\
    \x20   -- What is searched for; the record itself is what counts.\n\
    \x20   at bigint not null,\n    type varchar(200) not null,\n    principal_id text,\n\
    \x20   principal_name text,\n    record text not null\n);\n\
    create index security_audit_at_idx on security_audit (at);\n\
    create table security_audit_head (\n    id integer not null primary key,\n    seq bigint not null,\n\
    \x20   head text not null,\n    anchor bigint not null\n);\n\
    insert into security_audit_head (id, seq, head, anchor) values (1, 0, '', 0);\n",
            $more
        )
    };
}

const SQLITE: &str = with_tables!(
    "create trigger security_audit_no_update before update on security_audit\n\
    begin\n    select raise(abort, 'the audit log is append-only');\nend;\n\
    create trigger security_audit_no_delete before delete on security_audit\n\
    when old.seq > (select anchor from security_audit_head where id = 1)\n\
    begin\n    select raise(abort, 'the audit log is append-only');\nend;\n"
);

const POSTGRES: &str = with_tables!(
    "create function security_audit_append_only() returns trigger as $$\nbegin\n\
    \x20   if tg_op = 'DELETE' then\n\
    \x20       if old.seq <= (select anchor from security_audit_head where id = 1) then\n\
    \x20           return old;\n        end if;\n    end if;\n\
    \x20   raise exception 'the audit log is append-only';\nend\n$$ language plpgsql;\n\
    create trigger security_audit_no_change before update or delete on security_audit\n\
    for each row execute function security_audit_append_only();\n\
    create trigger security_audit_no_truncate before truncate on security_audit\n\
    for each statement execute function security_audit_append_only();\n"
);

macro_rules! down {
    ($more:literal) => {
        concat!(
            "drop table security_audit;\ndrop table security_audit_head;\n",
            $more
        )
    };
}

savia_core::__private::inventory::submit! {
    MigrationSet {
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
        folder: "",
        migrations: &[Migration {
            version: "20261124230000",
            name: "create_security_audit",
            up: Script {
                sqlite: Some(SQLITE),
                postgres: Some(POSTGRES),
            },
            down: Script {
                sqlite: Some(down!("")),
                postgres: Some(down!("drop function security_audit_append_only();\n")),
            },
        }],
        seeds: &[],
    }
}
