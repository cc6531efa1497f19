//! Schemas: what an app's tables are to be, how one differs from another, and the SQL between them.
//!
//! This is what `savia db make-migration` and `savia db inspect` stand on. Nothing here needs a
//! database, but [`Catalogue::read`], which looks into one.
//!
//! 1. [`Schema`] is the snapshot that is committed as `schema.json` beside each migration;
//!    [`Schema::of_entities`] makes one of an app's entities.
//! 2. [`diff`] says in typed [`Step`]s how to come from one schema to another. A rename cannot be
//!    seen in two schemas: [`Renames`] holds what was said, [`rename_candidates`] what can be asked.
//! 3. [`Changes::sql`] writes the steps and the way back for a database. What loses data is among
//!    [`Changes::risks`], what rows are to hold that are there already among
//!    [`Changes::questions`].
//! 4. [`Catalogue`] is what a database says of itself, in a form that can be compared with what a
//!    schema wants of it; [`inspect`] writes entities from one.
//!
//! ```
//! use savia_starter_data::schema::{Answers, Catalogue, Renames, Schema, diff};
//! use savia_starter_data::statement::Dialect;
//!
//! let old = Schema::default();
//! let new = Schema::from_json(
//!     r#"{"tables": [{"name": "tags", "primary_key": ["name"],
//!         "columns": [{"name": "name", "type": "text(40)"}]}]}"#,
//! )?;
//! let changes = diff(&old, &new, &Renames::default())?;
//! let script = changes.sql(Dialect::Sqlite, &Answers::default())?;
//! assert!(script.up.starts_with("create table tags ("));
//!
//! let is = Catalogue::of_scripts(&[&script.up])?;
//! let wanted = Catalogue::expected(&new, Dialect::Sqlite);
//! assert!(is.differences(&wanted).is_empty());
//! # Ok::<(), savia_starter_data::schema::SchemaError>(())
//! ```
//!
//! # Scripts that want foreign keys off
//!
//! SQLite's `alter table` can do little: what it cannot, a new table does, which takes the place of
//! the old one. With foreign keys on, `drop table` first deletes the rows, and `on delete cascade`
//! takes those along that refer to them, in whichever app they are. `pragma foreign_keys` does
//! nothing inside a transaction, so that the script cannot help itself: it begins with the line
//! `-- savia: foreign_keys = off`, for which whoever runs it asks [`without_foreign_keys`]. The
//! runner switches them off before the transaction, refuses to commit where `pragma
//! foreign_key_check` finds something, and switches them on again.

mod apps;
mod catalogue;
mod conversion;
mod data_type;
mod diff;
mod entities;
mod error;
mod inspect;
mod model;
mod names;
pub(crate) mod order;
mod renames;
mod sql;
mod tokens;

pub use apps::app_order;
pub use catalogue::{
    Catalogue, Check, Column, ForeignKey, Index, Key, Table, is_extra_table, read_postgres,
    read_sqlite,
};
pub use data_type::DataType;
pub use diff::{Changes, Question, Risk, RiskKind, Step, diff};
pub use error::SchemaError;
pub use inspect::inspect;
pub use model::{ColumnSchema, ReferenceSchema, Schema, TableSchema};
pub use renames::{Candidate, Renames, rename_candidates};
pub use sql::{Answer, Answers, SqlScript, without_foreign_keys};
