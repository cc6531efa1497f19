//! The database of an application under test, which is its own.

#[cfg(not(feature = "data"))]
mod absent;
#[cfg(feature = "data")]
mod private;

#[cfg(not(feature = "data"))]
pub(crate) use absent::TestDatabase;
#[cfg(feature = "data")]
pub(crate) use private::TestDatabase;
