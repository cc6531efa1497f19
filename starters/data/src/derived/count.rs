//! How many there were, in the type that the method returns.

use savia_core::{Error, Result};

/// What a method may return of how many rows there were.
#[diagnostic::on_unimplemented(
    message = "how many there were cannot be a `{Self}`",
    label = "not a number of rows",
    note = "return `u64`, `i64`, `usize`, `u32`, `i32`, `bool` for whether there was any, or `()`"
)]
pub trait Count {
    /// The number; the greatest one where it is too great for the type.
    fn of(count: u64) -> Self;
}

macro_rules! count {
    ($($number:ty)*) => {
        $(impl Count for $number {
            fn of(count: u64) -> Self {
                Self::try_from(count).unwrap_or(Self::MAX)
            }
        })*
    };
}

count!(u64 i64 usize u32 i32);

impl Count for bool {
    fn of(count: u64) -> Self {
        count > 0
    }
}

impl Count for () {
    fn of(_: u64) -> Self {}
}

/// A number of the database's, which counts with signs, in a type without one.
///
/// # Errors
///
/// It is below zero, or too great.
pub fn unsigned<T: TryFrom<i64>>(number: i64) -> Result<T> {
    T::try_from(number).map_err(|_| {
        let ty = std::any::type_name::<T>();
        Error::internal(format!("the query said {number}, which is no `{ty}`"))
    })
}
