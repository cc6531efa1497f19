//! What the database's errors are to a caller.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use savia_core::error::ErrorMapper;
use savia_core::validation::Violation;
use savia_core::{Error, ErrorKind};

/// Tells a caller of plain diesel's errors what a caller of repositories is told.
#[derive(Debug)]
pub(crate) struct DieselErrorMapper;

impl ErrorMapper for DieselErrorMapper {
    fn map(&self, error: &(dyn std::error::Error + 'static)) -> Option<Error> {
        error.downcast_ref().map(told)
    }
}

/// An error of a statement, as the caller should take it; the cause is kept for the log.
pub fn from_diesel(error: DieselError) -> Error {
    told(&error).with_source(error)
}

/// Whether the same transaction may succeed when it is run again.
pub(crate) fn is_retryable(error: &Error) -> bool {
    match error.downcast_ref::<DieselError>() {
        Some(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        Some(DieselError::DatabaseError(_, information)) => {
            let message = information.message();
            is_busy(message) || is_deadlock(message)
        }
        _ => false,
    }
}

fn told(error: &DieselError) -> Error {
    match error {
        DieselError::NotFound => Error::not_found("there is no such row"),
        DieselError::DatabaseError(kind, information) => of_database(kind, information.as_ref()),
        DieselError::SerializationError(cause) => Error::invalid(cause.to_string()),
        DieselError::BrokenTransactionManager => Error::unavailable("the database is out of reach"),
        other => Error::internal(other.to_string()),
    }
}

fn of_database(
    kind: &DatabaseErrorKind,
    information: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync),
) -> Error {
    let message = information.message();
    match kind {
        DatabaseErrorKind::UniqueViolation => Error::conflict(match unique(information) {
            Some(columns) => format!("another has the same {columns}"),
            None => "another has the same key".to_owned(),
        }),
        // PostgreSQL says which of the two it is.
        DatabaseErrorKind::ForeignKeyViolation if message.starts_with("insert or update") => {
            Error::conflict("it refers to something that is not there")
        }
        DatabaseErrorKind::ForeignKeyViolation if message.starts_with("update or delete") => {
            Error::conflict("something refers to it")
        }
        DatabaseErrorKind::ForeignKeyViolation => {
            Error::conflict("it refers to something that is not there, or something refers to it")
        }
        DatabaseErrorKind::RestrictViolation => Error::conflict("something refers to it"),
        DatabaseErrorKind::NotNullViolation => Error::invalid(match information.column_name() {
            Some(column) => format!("`{column}` is missing"),
            None => "a value is missing".to_owned(),
        }),
        DatabaseErrorKind::CheckViolation => {
            Error::invalid("a value is not one of those that are allowed")
        }
        DatabaseErrorKind::SerializationFailure => {
            Error::unavailable("others wrote the same at the same time; try again")
        }
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            Error::unavailable("the database is out of reach")
        }
        // `on delete restrict` is a trigger to SQLite, and an unknown kind to diesel.
        _ if message.contains("FOREIGN KEY constraint failed") => {
            Error::conflict("something refers to it")
        }
        _ if is_busy(message) => Error::unavailable("the database is busy; try again"),
        _ if is_deadlock(message) => {
            Error::unavailable("others wrote the same at the same time; try again")
        }
        _ if message.contains("database or disk is full") => {
            Error::unavailable("the database has no room")
        }
        _ if is_gone(message) => Error::unavailable("the database is out of reach"),
        _ if message.contains("value too long") => Error::invalid("a text is too long"),
        _ if message.contains("out of range") => Error::invalid("a number is out of range"),
        _ => Error::internal(message.to_owned()),
    }
}

/// The columns of a unique key that was broken.
fn unique(
    information: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync),
) -> Option<String> {
    // SQLite: `UNIQUE constraint failed: posts.slug, posts.author_id`.
    if let Some((_, columns)) = information
        .message()
        .split_once("UNIQUE constraint failed: ")
    {
        let names = columns
            .split(", ")
            .map(|column| column.rsplit('.').next().unwrap_or(column));
        return Some(listed(names));
    }
    // PostgreSQL: `Key (slug, author_id)=(a, 1) already exists.`
    let details = information.details()?;
    let columns = details.strip_prefix("Key (")?.split_once(")=")?.0;
    Some(listed(
        columns.split(", ").map(|name| name.trim_matches('"')),
    ))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}

fn is_deadlock(message: &str) -> bool {
    message.contains("deadlock detected")
}

fn is_busy(message: &str) -> bool {
    message.contains("database is locked") || message.contains("database table is locked")
}

/// What tokio-postgres and the server say of a connection that ended, or a server that is leaving.
fn is_gone(message: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "connection closed",
        "error communicating with the server",
        "terminating connection",
        "the database system is",
        "cannot accept connections",
        "too many clients",
        "connection refused",
        "Connection reset",
        "broken pipe",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

/// A write that was made against an older version than the stored one.
///
/// Versions begin with 1: 0 is what an input without one was read as.
pub(crate) fn stale(name: &str, version: i64) -> Error {
    if version == 0 {
        return Error::violations(vec![Violation {
            field: "version".to_owned(),
            code: "required".to_owned(),
            message: "say which version was read".to_owned(),
        }]);
    }
    Error::new(
        ErrorKind::Conflict,
        format!("this {name} was changed by another since version {version} was read"),
    )
}

/// An id that is not there.
pub(crate) fn not_found(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no such {name}"))
}
