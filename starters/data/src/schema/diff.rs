//! The difference of two schemas, as steps from one to the other.

mod columns;
mod foreign_keys;
mod path;
mod question;
mod risk;
mod step;
mod summary;

use super::error::SchemaError;
use super::model::Schema;
use super::names;
use super::renames::Renames;
use super::sql::{Answers, SqlScript};
use crate::statement::Dialect;

pub(super) use path::Path;
pub use question::Question;
pub(super) use risk::of_step as risks_of;
pub use risk::{Risk, RiskKind};
pub use step::Step;

/// The way from one schema to another, and back.
#[derive(Debug, Clone)]
pub struct Changes {
    up: Path,
    down: Path,
}

/// Says how to come from one schema to another.
///
/// # Errors
///
/// [`SchemaError::Renames`] where a rename cannot be, [`SchemaError::Faults`] where names are taken
/// twice.
pub fn diff(old: &Schema, new: &Schema, renames: &Renames) -> Result<Changes, SchemaError> {
    let faults = renames.faults(old, new);
    if !faults.is_empty() {
        return Err(SchemaError::Renames(faults));
    }
    names::check(old)?;
    names::check(new)?;
    Ok(Changes {
        up: Path::between(old, new, renames),
        down: Path::between(new, old, &renames.reversed()),
    })
}

impl Changes {
    /// Whether there is nothing to do: what differs, if anything, is no matter of the database, such
    /// as the order of columns.
    pub fn is_empty(&self) -> bool {
        self.up.steps.is_empty()
    }

    /// The steps, in their order.
    pub fn steps(&self) -> &[Step] {
        &self.up.steps
    }

    /// What loses data or may fail, in the order of the steps.
    pub fn risks(&self) -> Vec<Risk> {
        risk::of(&self.up)
    }

    /// The columns for which rows that are there already need a value.
    pub fn questions(&self) -> Vec<Question> {
        question::of(&self.up)
    }

    /// A name for the migration: `create_posts`, `add_rating_to_posts`.
    pub fn summary(&self) -> String {
        summary::of(&self.up.steps)
    }

    /// The steps and the way back as SQL of a database.
    ///
    /// # Errors
    ///
    /// [`SchemaError::Unanswered`] where a question that has to be answered was not.
    pub fn sql(&self, dialect: Dialect, answers: &Answers) -> Result<SqlScript, SchemaError> {
        let open: Vec<Question> = self
            .questions()
            .into_iter()
            .filter(|it| it.required && answers.of(&it.table, &it.column).is_none())
            .collect();
        if !open.is_empty() {
            return Err(SchemaError::Unanswered(open));
        }
        Ok(SqlScript::of(&self.up, &self.down, dialect, answers))
    }
}
