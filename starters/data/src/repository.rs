//! `Repository`: `BaseRepository` over a table, and what `#[repository]` builds on.

mod base;
mod keyset;
mod page;
mod plan;
mod statements;
mod stream;
mod write;

use std::sync::Arc;

use futures_util::FutureExt;
use savia_core::{Error, Result};

use crate::association::distinct;
use crate::connection::{Columns, Connection};
use crate::database::{Access, Database};
use crate::error::from_diesel;
use crate::list;
use crate::statement::Sql;
use crate::table::{FromRow, Table};
use crate::value::Value;

use statements::Statements;

/// The repository of an entity.
///
/// `#[repository]` makes a component of it for each of your traits. Its methods are those of
/// [`BaseRepository`](savia_core::repository::BaseRepository), whose documentation says what each
/// promises.
///
/// Its statements are written once, when it is made. Inside a transaction every call is part of it.
pub struct Repository<E: Table> {
    database: Arc<Database>,
    statements: Arc<Statements>,
    of: std::marker::PhantomData<fn() -> E>,
}

impl<E: Table> Clone for Repository<E> {
    fn clone(&self) -> Self {
        Self {
            database: Arc::clone(&self.database),
            statements: Arc::clone(&self.statements),
            of: std::marker::PhantomData,
        }
    }
}

impl<E: Table> std::fmt::Debug for Repository<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("entity", &E::metadata().name)
            .finish_non_exhaustive()
    }
}

impl<E: Table + FromRow> Repository<E> {
    /// The repository of `E` in this database.
    pub fn new(database: Arc<Database>) -> Self {
        let statements = Arc::new(Statements::of(E::metadata(), database.dialect()));
        Self {
            database,
            statements,
            of: std::marker::PhantomData,
        }
    }

    /// The database it reads and writes.
    pub fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// The entity of this id.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the database is out of reach; so do all methods.
    pub async fn find_by_id(&self, id: E::Id) -> Result<Option<E>> {
        let values = vec![E::id_value(&id)];
        let sql = &self.statements.find_by_id;
        self.database.first(sql, values, Columns::InOrder).await
    }

    /// The entities of these ids that exist, each once, in no order.
    ///
    /// # Errors
    ///
    /// As [`find_by_id`](Self::find_by_id).
    pub async fn find_all_by_id(&self, ids: &[E::Id]) -> Result<Vec<E>> {
        let statements = Arc::clone(&self.statements);
        let ids = distinct(ids.iter().map(E::id_value));
        self.database
            .run(Access::Read, move |connection| {
                async move {
                    let mut found = Vec::with_capacity(ids.len());
                    for ids in ids.chunks(list::CHUNK) {
                        let (sql, values) = statements.find_all_by_id(ids);
                        found.extend(fetch::<E>(connection, &sql, &values).await?);
                    }
                    Ok(found)
                }
                .boxed()
            })
            .await
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// As [`find_by_id`](Self::find_by_id).
    pub async fn count(&self) -> Result<u64> {
        let sql = &self.statements.count;
        let number = self.database.first(sql, Vec::new(), Columns::InOrder);
        number_of(number.await?)
    }

    /// Whether there is one of this id.
    ///
    /// # Errors
    ///
    /// As [`find_by_id`](Self::find_by_id).
    pub async fn exists_by_id(&self, id: E::Id) -> Result<bool> {
        let values = vec![E::id_value(&id)];
        let sql = &self.statements.exists_by_id;
        let found = self.database.first::<i32>(sql, values, Columns::InOrder);
        Ok(found.await?.is_some())
    }
}

/// The rows of a statement of ours.
async fn fetch<T: FromRow>(
    connection: Connection<'_>,
    sql: &Sql,
    values: &[Value],
) -> Result<Vec<T>> {
    connection
        .fetch(sql, values, Columns::InOrder)
        .await
        .map_err(from_diesel)
}

/// The number that a `select count(*)` says.
pub(crate) async fn counted(
    connection: Connection<'_>,
    sql: &Sql,
    values: &[Value],
) -> Result<u64> {
    let rows: Vec<i64> = fetch(connection, sql, values).await?;
    number_of(rows.first().copied())
}

fn number_of(number: Option<i64>) -> Result<u64> {
    u64::try_from(number.unwrap_or_default()).map_err(Error::from)
}

/// Whether a `select 1 … limit 1` finds a row.
async fn exists(connection: Connection<'_>, sql: &Sql, values: &[Value]) -> Result<bool> {
    let rows: Vec<i32> = fetch(connection, sql, values).await?;
    Ok(!rows.is_empty())
}
