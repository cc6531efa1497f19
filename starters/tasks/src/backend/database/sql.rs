//! Pieces of statements that the databases spell differently.

use savia_core::Result;
use savia_starter_data::from_diesel;
use savia_starter_data::statement::Dialect;

use crate::backend::SUSPECT;

/// The states, as the table has them. Those from [`SUCCEEDED`] on are outcomes.
pub(super) const READY: i32 = 0;
pub(super) const DELAYED: i32 = 1;
pub(super) const RUNNING: i32 = 2;
pub(super) const SUCCEEDED: i32 = 3;
pub(super) const DEAD: i32 = 4;
pub(super) const CANCELLED: i32 = 5;

/// The state of a row that is due, where it has been lost so often. Suspects stand apart, as workers
/// take them one at a time.
pub(super) fn due(losses: &str) -> String {
    format!("case when {losses} >= {SUSPECT} then -1 else 0 end")
}

/// Now, in microseconds since the beginning of 1970, by the database's clock.
pub(super) fn now(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "cast(unixepoch('subsec') * 1000000 as integer)",
        Dialect::Postgres => "(extract(epoch from clock_timestamp()) * 1000000)::bigint",
    }
}

/// An id that is bound as text.
pub(super) fn id(dialect: Dialect, parameter: &str) -> String {
    match dialect {
        Dialect::Sqlite => parameter.to_owned(),
        Dialect::Postgres => format!("{parameter}::uuid"),
    }
}

/// The id of a row, as text.
pub(super) fn id_text(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "id",
        Dialect::Postgres => "id::text as id",
    }
}

/// What locks rows in the order in which they are selected.
pub(super) fn lock(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => "for update",
    }
}

/// What keeps two from taking the same row. On SQLite one writes at a time anyway.
pub(super) fn skip_locked(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => "for update skip locked",
    }
}

/// The rows of a JSON array that is bound as the first parameter, as the table `d`.
pub(super) fn rows(dialect: Dialect, columns: &[(&str, &str)]) -> String {
    let list: Vec<_> = columns
        .iter()
        .map(|(name, kind)| match dialect {
            Dialect::Sqlite => format!("value->>'{name}' as {name}"),
            Dialect::Postgres => format!("{name} {kind}"),
        })
        .collect();
    let list = list.join(", ");
    match dialect {
        Dialect::Sqlite => format!("(select {list} from json_each($1)) as d"),
        Dialect::Postgres => format!("json_to_recordset($1::json) as d({list})"),
    }
}

/// What diesel says, as a caller should take it.
pub(super) fn told<T>(result: diesel::QueryResult<T>) -> Result<T> {
    result.map_err(from_diesel)
}
