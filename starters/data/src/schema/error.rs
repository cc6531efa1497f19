//! What can be wrong with schemas.

use super::diff::Question;

/// Why a schema, a difference or its SQL cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A text is no snapshot.
    #[error("it is no snapshot of a schema: {0}")]
    Json(#[from] serde_json::Error),
    /// Entities, or the names of what they want, do not go together: a sentence each.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
    /// Renames that are not possible: a sentence each.
    #[error("{}", .0.join("\n"))]
    Renames(Vec<String>),
    /// Apps whose tables refer to one another in a circle.
    #[error("the tables of the apps {} refer to one another in a circle", .0.join(", "))]
    Circle(Vec<String>),
    /// Rows that are there already need values for these columns.
    #[error("{}", unanswered(.0))]
    Unanswered(Vec<Question>),
    /// A script does not run.
    #[error("the script does not run on SQLite: {0}")]
    Script(diesel::result::Error),
    /// There is no SQLite in memory.
    #[error("SQLite cannot be opened in memory: {0}")]
    Memory(#[from] diesel::ConnectionError),
}

fn unanswered(questions: &[Question]) -> String {
    let lines: Vec<String> = questions.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
