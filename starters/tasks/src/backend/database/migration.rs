//! The tables, as a migration of this starter's own.

use savia_core::component::Location;
use savia_starter_data::migrations::{Migration, MigrationSet, Script};

/// The columns of `savia_tasks`. `id` is what the databases have different types for.
macro_rules! tables {
    ($id:literal) => {
        concat!(
            "create table savia_tasks (\n    id ",
            $id,
            " primary key,\n",
            include_str!("migration/tables.sql")
        )
    };
}

savia_core::__private::inventory::submit! {
    MigrationSet {
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
        // There is no folder beside a project that could have come after the build.
        folder: "",
        migrations: &[Migration {
            version: "20261124120000",
            name: "create_tasks",
            up: Script {
                sqlite: Some(tables!("text not null")),
                postgres: Some(concat!(tables!("uuid"), include_str!("migration/postgres.sql"))),
            },
            down: Script {
                sqlite: Some(DOWN),
                postgres: Some(DOWN),
            },
        }],
        seeds: &[],
    }
}

const DOWN: &str =
    "drop table savia_tasks;\ndrop table savia_task_queues;\ndrop table savia_task_schedules;\n";
