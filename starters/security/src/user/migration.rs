//! The tables of users and of what outlives a request, as a migration of this starter's own.

use savia_core::component::Location;
use savia_starter_data::migrations::{Migration, MigrationSet, Script};

/// The tables; ids and times are what the databases have different types for.
macro_rules! tables {
    ($id:literal, $time:literal) => {
        concat!(
            "create table security_users (\n    id ", $id, " not null primary key,\n",
            "    email varchar(254) not null,\n    password text,\n    enabled boolean not null,\n",
            "    verified boolean not null,\n    created_at ", $time, " not null\n);\n",
            "create unique index security_users_email_key on security_users (email);\n",
            "create table security_roles (\n    id ", $id, " not null primary key,\n",
            "    name varchar(100) not null\n);\n",
            "create unique index security_roles_name_key on security_roles (name);\n",
            "create table security_role_permissions (\n    id ", $id, " not null primary key,\n",
            "    role_id ", $id, " not null references security_roles (id) on delete cascade,\n",
            "    permission varchar(200) not null\n);\n",
            "create unique index security_role_permissions_role_id_permission_key ",
            "on security_role_permissions (role_id, permission);\n",
            "create table security_user_roles (\n    id ", $id, " not null primary key,\n",
            "    user_id ", $id, " not null references security_users (id) on delete cascade,\n",
            "    role_id ", $id, " not null references security_roles (id) on delete cascade\n);\n",
            "create unique index security_user_roles_user_id_role_id_key ",
            "on security_user_roles (user_id, role_id);\n",
            "create index security_user_roles_role_id_idx on security_user_roles (role_id);\n",
            "create table security_tokens (\n    kind varchar(20) not null,\n    id varchar(200) not null,\n",
            "    owner varchar(200) not null,\n    value text not null,\n    version bigint not null,\n",
            "    -- Times are milliseconds since the beginning of 1970.\n",
            "    changed_at bigint not null,\n    expires_at bigint not null,\n    primary key (kind, id)\n);\n",
            "create index security_tokens_owner_idx on security_tokens (kind, owner);\n",
            "create index security_tokens_changed_at_idx on security_tokens (kind, changed_at);\n",
            "create index security_tokens_expires_at_idx on security_tokens (expires_at);\n",
        )
    };
}

/// What users are at providers.
macro_rules! identities {
    ($id:literal, $time:literal) => {
        concat!(
            "create table security_identities (\n    id ",
            $id,
            " not null primary key,\n",
            "    user_id ",
            $id,
            " not null references security_users (id) on delete cascade,\n",
            "    issuer varchar(500) not null,\n    subject varchar(255) not null,\n",
            "    provider varchar(100) not null,\n    email varchar(254),\n",
            "    created_at ",
            $time,
            " not null\n);\n",
            "create unique index security_identities_issuer_subject_key ",
            "on security_identities (issuer, subject);\n",
            "create index security_identities_user_id_idx on security_identities (user_id);\n",
        )
    };
}

savia_core::__private::inventory::submit! {
    MigrationSet {
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
        // There is no folder beside a project that could have come after the build.
        folder: "",
        migrations: &[
            Migration {
                version: "20261124130000",
                name: "create_security",
                up: Script {
                    sqlite: Some(tables!("text", "text")),
                    postgres: Some(tables!("uuid", "timestamptz")),
                },
                down: Script {
                    sqlite: Some(DOWN),
                    postgres: Some(DOWN),
                },
            },
            Migration {
                version: "20261124220000",
                name: "create_security_identities",
                up: Script {
                    sqlite: Some(identities!("text", "text")),
                    postgres: Some(identities!("uuid", "timestamptz")),
                },
                down: Script {
                    sqlite: Some("drop table security_identities;\n"),
                    postgres: Some("drop table security_identities;\n"),
                },
            },
        ],
        seeds: &[],
    }
}

const DOWN: &str = "drop table security_tokens;\ndrop table security_user_roles;\n\
                    drop table security_role_permissions;\ndrop table security_roles;\n\
                    drop table security_users;\n";
