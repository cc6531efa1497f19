//! Lists in statements: `in (?, ?, ?, ?)`.

use savia_core::{Error, Result};

use crate::statement::SqlBuilder;
use crate::value::Value;

/// The most values of one list; SQLite binds 32,766 in one statement, PostgreSQL 65,535.
pub(crate) const LONGEST: usize = 16_384;

/// How many keys one statement asks for where there are more of them; a power of two.
pub(crate) const CHUNK: usize = 512;

/// Holds the length of a list against what a statement binds.
///
/// # Errors
///
/// `BadRequest` where it is longer than [`LONGEST`].
pub(crate) fn check(length: usize) -> Result<()> {
    if length <= LONGEST {
        return Ok(());
    }
    Err(Error::bad_request(format!(
        "a list of {length} values is too long: {LONGEST} at most"
    )))
}

/// Leaves room for the values, filled up with the last one to a power of two: few statements serve
/// lists of all lengths, and all of them are kept prepared.
pub(crate) fn push<'a>(
    sql: &mut SqlBuilder,
    values: &mut Vec<Value>,
    list: impl ExactSizeIterator<Item = &'a Value> + Clone,
) {
    let filled = list.len().next_power_of_two();
    sql.binds(if list.len() == 0 { 0 } else { filled });
    values.extend(list.clone().cloned());
    if let Some(last) = list.clone().last() {
        values.extend(std::iter::repeat_n(last.clone(), filled - list.len()));
    }
}
