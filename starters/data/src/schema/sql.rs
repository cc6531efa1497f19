//! Steps as SQL, for people to read and a database to run.

mod answers;
mod checks;
mod convert;
mod fill;
pub(super) mod literal;
mod notes;
mod postgres;
pub(super) mod quote;
mod sqlite;
mod types;
mod writer;

use super::diff::Path;
use super::model::ColumnSchema;
use crate::statement::Dialect;

pub use answers::{Answer, Answers};
pub(super) use checks::of_column as column_checks;
pub(super) use checks::of_table as table_check;
use fill::Way;
pub(super) use fill::neutral;

/// What the first line of a script says that wants to be run with foreign keys off.
const FOREIGN_KEYS_OFF: &str = "-- savia: foreign_keys = off";

/// A migration as SQL of one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlScript {
    /// From the old schema to the new one.
    pub up: String,
    /// And back.
    pub down: String,
}

impl SqlScript {
    pub(super) fn of(up: &Path, down: &Path, dialect: Dialect, answers: &Answers) -> Self {
        let write = match dialect {
            Dialect::Sqlite => sqlite::write,
            Dialect::Postgres => postgres::write,
        };
        Self {
            up: write(up, Way::Up(answers)),
            down: write(down, Way::Down),
        }
    }
}

/// Whether SQLite is to run a script with foreign keys off: it drops a table, which with foreign
/// keys on deletes its rows first, and with them by `on delete cascade` what refers to them.
///
/// Its first line says so, in scripts of people's own too: `-- savia: foreign_keys = off`.
pub fn without_foreign_keys(script: &str) -> bool {
    script
        .lines()
        .next()
        .is_some_and(|line| line.trim_end() == FOREIGN_KEYS_OFF)
}

/// A column's type in a database's own words.
pub(super) fn type_of(column: &ColumnSchema, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => types::sqlite(column).to_owned(),
        Dialect::Postgres => types::postgres(column.data_type),
    }
}

/// A column's default in a database's own words.
pub(super) fn default_of(column: &ColumnSchema, dialect: Dialect) -> Option<String> {
    let default = column.default.as_ref()?;
    Some(literal::render(column.data_type, default, dialect).sql)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_says_in_its_first_line_that_it_wants_foreign_keys_off() {
        assert!(without_foreign_keys(
            "-- savia: foreign_keys = off\r\n\ndrop table posts;"
        ));
        assert!(!without_foreign_keys("\n-- savia: foreign_keys = off\n"));
        assert!(!without_foreign_keys("drop table posts;"));
    }
}
