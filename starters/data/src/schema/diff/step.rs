//! One step from a schema to the next.

use std::fmt;

use crate::schema::model::{ColumnSchema, ReferenceSchema, TableSchema};

/// One step from a schema to the next. Renames come first: all other steps speak in new names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are called what they are")]
pub enum Step {
    /// A table has another name.
    RenameTable { from: String, to: String },
    /// A column has another name.
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    /// A column refers to something no more, or to something else from now on.
    DropForeignKey {
        table: String,
        column: String,
        references: ReferenceSchema,
    },
    /// A table goes.
    DropTable { table: TableSchema },
    /// An index goes.
    DropIndex { table: String, columns: Vec<String> },
    /// A unique key goes.
    DropUnique { table: String, columns: Vec<String> },
    /// A check over several columns goes.
    DropCheck { table: String, check: String },
    /// A primary key goes, for another to come.
    DropPrimaryKey { table: String, columns: Vec<String> },
    /// A table comes.
    CreateTable {
        table: TableSchema,
        /// The columns whose foreign keys are steps of their own: what they refer to comes later.
        later: Vec<String>,
    },
    /// A column goes.
    DropColumn { table: String, column: ColumnSchema },
    /// A column comes; its foreign key is a step of its own.
    AddColumn { table: String, column: ColumnSchema },
    /// A column becomes another; its foreign key is a step of its own.
    AlterColumn {
        table: String,
        from: ColumnSchema,
        to: ColumnSchema,
    },
    /// A primary key comes.
    AddPrimaryKey { table: String, columns: Vec<String> },
    /// A unique key comes.
    AddUnique { table: String, columns: Vec<String> },
    /// A check over several columns comes.
    AddCheck { table: String, check: String },
    /// An index comes.
    AddIndex { table: String, columns: Vec<String> },
    /// A column refers to something from now on.
    AddForeignKey {
        table: String,
        column: String,
        references: ReferenceSchema,
    },
}

impl Step {
    /// The table it is about, by its new name.
    pub fn table(&self) -> &str {
        match self {
            Self::RenameTable { to, .. } => to,
            Self::DropTable { table } | Self::CreateTable { table, .. } => &table.name,
            Self::RenameColumn { table, .. }
            | Self::DropForeignKey { table, .. }
            | Self::DropIndex { table, .. }
            | Self::DropUnique { table, .. }
            | Self::DropCheck { table, .. }
            | Self::DropPrimaryKey { table, .. }
            | Self::DropColumn { table, .. }
            | Self::AddColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::AddPrimaryKey { table, .. }
            | Self::AddUnique { table, .. }
            | Self::AddCheck { table, .. }
            | Self::AddIndex { table, .. }
            | Self::AddForeignKey { table, .. } => table,
        }
    }
}

/// As a line of a listing: `add column posts.rating`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let over = |columns: &[String]| columns.join(", ");
        match self {
            Self::RenameTable { from, to } => write!(f, "rename table {from} to {to}"),
            Self::RenameColumn { table, from, to } => {
                write!(f, "rename column {table}.{from} to {to}")
            }
            Self::DropForeignKey { table, column, .. } => {
                write!(f, "drop foreign key of {table}.{column}")
            }
            Self::DropTable { table } => write!(f, "drop table {}", table.name),
            Self::DropIndex { table, columns } => {
                write!(f, "drop index of {table} ({})", over(columns))
            }
            Self::DropUnique { table, columns } => {
                write!(f, "drop unique key of {table} ({})", over(columns))
            }
            Self::DropCheck { table, check } => write!(f, "drop check of {table} ({check})"),
            Self::DropPrimaryKey { table, columns } => {
                write!(f, "drop primary key of {table} ({})", over(columns))
            }
            Self::CreateTable { table, .. } => write!(f, "create table {}", table.name),
            Self::DropColumn { table, column } => write!(f, "drop column {table}.{}", column.name),
            Self::AddColumn { table, column } => write!(f, "add column {table}.{}", column.name),
            Self::AlterColumn { table, to, .. } => write!(f, "alter column {table}.{}", to.name),
            Self::AddPrimaryKey { table, columns } => {
                write!(f, "add primary key to {table} ({})", over(columns))
            }
            Self::AddUnique { table, columns } => {
                write!(f, "add unique key to {table} ({})", over(columns))
            }
            Self::AddCheck { table, check } => write!(f, "add check to {table} ({check})"),
            Self::AddIndex { table, columns } => {
                write!(f, "add index to {table} ({})", over(columns))
            }
            Self::AddForeignKey {
                table,
                column,
                references,
            } => write!(
                f,
                "add foreign key from {table}.{column} to {}",
                references.table
            ),
        }
    }
}
