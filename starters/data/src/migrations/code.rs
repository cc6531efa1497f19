//! Steps of migrations that are written in Rust.

use futures_util::future::BoxFuture;
use savia_core::Result;
use savia_core::component::Location;

use crate::connection::Connection;

/// A step in Rust; `#[migration("20261124080000_fill_slugs")]` submits one.
///
/// It is part of the migration of that version, after its SQL and in the same transaction; where
/// there is no such folder, it is the migration. Repositories that are called in it run in the
/// transaction too; but they know the entities of today, and the step runs for years: plain diesel
/// or [`Connection::script`] on what the tables are then is the safer way.
///
/// ```
/// # extern crate savia_starter_data as savia;
/// # use savia_core::Result;
/// use savia_starter_data::Connection;
///
/// #[savia_starter_data::migration("20261124080000_fill_slugs")]
/// async fn fill_slugs(tx: Connection<'_>) -> Result<()> {
///     tx.script("update posts set slug = lower(title) where slug is null").await
/// }
///
/// #[savia_starter_data::migration("20261124080000_fill_slugs", down)]
/// async fn forget_slugs(tx: Connection<'_>) -> Result<()> {
///     tx.script("update posts set slug = null").await
/// }
/// ```
#[derive(Debug)]
pub struct CodeMigration {
    /// The number of the migration it belongs to.
    pub version: &'static str,
    /// The rest of the migration's name.
    pub name: &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// Whether it is the step or the way back.
    pub direction: Direction,
    /// The step.
    pub run: for<'c> fn(Connection<'c>) -> BoxFuture<'c, Result<()>>,
}

/// Which way a migration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the next form.
    Up,
    /// Back.
    Down,
}

savia_core::__private::inventory::collect!(CodeMigration);
