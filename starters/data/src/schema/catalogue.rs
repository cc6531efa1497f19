//! What a database says of itself, in a form that can be compared.

mod differences;
mod expected;
mod expression;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use savia_core::Result;

use super::error::SchemaError;
use super::model::Schema;
use crate::connection::Connection;
use crate::error::from_diesel;
use crate::statement::Dialect;

pub(super) use expression::plain;
pub use postgres::read as read_postgres;
pub use sqlite::read as read_sqlite;

/// The tables of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// Which database speaks.
    pub dialect: Dialect,
    /// Its tables, by name; those that Savia keeps for itself are not among them.
    pub tables: BTreeMap<String, Table>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// What tells rows apart.
    pub primary_key: Option<Key>,
    /// Its unique keys.
    pub uniques: Vec<Key>,
    /// Its other indexes.
    pub indexes: Vec<Index>,
    /// What it refers to.
    pub foreign_keys: Vec<ForeignKey>,
    /// What holds of its rows.
    pub checks: Vec<Check>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, in the database's own words.
    pub data_type: String,
    /// Whether it may hold nothing.
    pub nullable: bool,
    /// Its default, in the database's own words.
    pub default: Option<String>,
    /// Whether the database counts it.
    pub identity: bool,
    /// Whether the database computes it from others.
    pub generated: bool,
}

/// A primary or unique key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its name; none where SQLite has it as part of the table.
    pub name: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Whether no two rows may hold the same.
    pub unique: bool,
    /// Its columns.
    pub columns: Vec<String>,
    /// The statement that made it, where it is more than an index over columns.
    pub definition: Option<String>,
}

/// What columns refer to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    /// Its name; none on SQLite.
    pub name: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table it refers to.
    pub table: String,
    /// The columns it refers to.
    pub to: Vec<String>,
    /// What follows from a delete, as SQL says it.
    pub on_delete: String,
    /// What follows from an update, as SQL says it.
    pub on_update: String,
}

/// What holds of every row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Check {
    /// Its name; none on SQLite.
    pub name: Option<String>,
    /// It, in the database's own words.
    pub sql: String,
}

/// Tables that are no app's: Savia's own and SQLite's.
const OWN: [&str; 1] = ["savia_migrations"];

/// Whether a table is Savia's or the database's own, and no app's.
pub fn is_extra_table(name: &str) -> bool {
    OWN.contains(&name) || name.starts_with("sqlite_")
}

impl Catalogue {
    /// What the database holds: SQLite's main database, or the schema of PostgreSQL that comes
    /// first in `search_path`.
    ///
    /// # Errors
    ///
    /// Where the database is out of reach.
    pub async fn read(connection: Connection<'_>) -> Result<Self> {
        if let Some(mut connection) = connection.sqlite() {
            return read_sqlite(&mut connection).map_err(from_diesel);
        }
        match connection.postgres() {
            Some(connection) => read_postgres(connection).await.map_err(from_diesel),
            None => Ok(Self::empty(connection.dialect())),
        }
    }

    /// What SQLite holds after scripts that run in memory, each as a migration would.
    ///
    /// # Errors
    ///
    /// [`SchemaError::Script`] where one does not run.
    pub fn of_scripts(scripts: &[&str]) -> Result<Self, SchemaError> {
        sqlite::of_scripts(scripts)
    }

    /// What a database that has exactly this schema holds.
    pub fn expected(schema: &Schema, dialect: Dialect) -> Self {
        expected::of(schema, dialect)
    }

    /// Without the tables that are not in a schema.
    #[must_use]
    pub fn of_tables(mut self, schema: &Schema) -> Self {
        self.tables.retain(|name, _| schema.table(name).is_some());
        self
    }

    /// In what it differs from another, which is as it should be: a sentence each. The order of
    /// columns is no difference.
    pub fn differences(&self, expected: &Self) -> Vec<String> {
        differences::of(self, expected)
    }

    /// What of another it has not, or has otherwise: its differences, without what it has beside. An
    /// index that somebody added in a migration of their own is no fault.
    pub fn lacks(&self, expected: &Self) -> Vec<String> {
        let mut differences = self.differences(expected);
        differences.retain(|it| !it.ends_with(" too many"));
        differences
    }

    pub(super) fn empty(dialect: Dialect) -> Self {
        Self {
            dialect,
            tables: BTreeMap::new(),
        }
    }
}

impl Table {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }
}
