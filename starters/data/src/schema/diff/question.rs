//! What rows that are there already are to hold.

use std::fmt;

use super::path::Path;
use super::step::Step;
use crate::schema::data_type::DataType;
use crate::schema::model::ColumnSchema;
use crate::schema::sql::neutral;

/// A column for which rows that are there already need a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// What it holds.
    pub data_type: DataType,
    /// Whether there is no migration without an answer. Otherwise rows that hold nothing stop it.
    pub required: bool,
    /// Whether rows may have to differ in it, so that one value does for one row only.
    pub unique: bool,
    /// The table whose ids it holds.
    pub references: Option<String>,
    /// A value that is nothing much: 0, an empty text, the first of an enum's.
    pub suggestion: String,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (table, column, data_type) = (&self.table, &self.column, self.data_type);
        let what = match self.required {
            true => "is not null and has no default: rows that are there need a value",
            false => "may no more be null: rows that hold nothing need a value",
        };
        write!(f, "`{table}.{column}` ({data_type}) {what}")?;
        if let Some(references) = &self.references {
            write!(f, ", the id of a row of `{references}`")?;
        }
        if self.unique {
            f.write_str(", each its own")?;
        }
        Ok(())
    }
}

/// The questions of all steps.
pub(super) fn of(path: &Path) -> Vec<Question> {
    let questions = path.steps.iter().filter_map(|step| match step {
        Step::AddColumn { table, column } => {
            wants_value(column).then(|| question(path, table, column, true))
        }
        Step::AlterColumn { table, from, to } if from.nullable => {
            wants_value(to).then(|| question(path, table, to, false))
        }
        _ => None,
    });
    questions.collect()
}

/// Whether a row that says nothing of the column is refused.
fn wants_value(column: &ColumnSchema) -> bool {
    !column.nullable && column.default.is_none() && !column.identity
}

fn question(path: &Path, table: &str, column: &ColumnSchema, required: bool) -> Question {
    let of = path.new.table(table);
    Question {
        table: table.to_owned(),
        column: column.name.clone(),
        data_type: column.data_type,
        required,
        unique: of.is_some_and(|it| it.is_in_a_key(&column.name)),
        references: column.references.as_ref().map(|it| it.table.clone()),
        suggestion: neutral(column),
    }
}
