//! Names of queues and tasks.

use savia_core::{Error, Result};

/// Whether a text can be a name: letters, digits, `_`, `-`, `.` and `:`, at most 100 of them. Keys
/// of Redis and channels of PostgreSQL are made of it.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
}

/// Refuses what is no name.
pub(crate) fn check(what: &str, text: &str) -> Result<()> {
    if is_name(text) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "{text:?} is no name of a {what}: letters, digits, `_`, `-`, `.` and `:`, at most 100"
    )))
}
