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
        let statements = Arc::clone(&self.statements);
        let id = [E::id_value(&id)];
        self.database
            .run(Access::Read, move |connection| {
                async move {
                    let found = fetch(connection, &statements.find_by_id, &id).await?;
                    Ok(found.into_iter().next())
                }
                .boxed()
            })
            .await
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
        let statements = Arc::clone(&self.statements);
        self.database
            .run(Access::Read, move |connection| {
                async move { counted(connection, &statements.count, &[]).await }.boxed()
            })
            .await
    }

    /// Whether there is one of this id.
    ///
    /// # Errors
    ///
    /// As [`find_by_id`](Self::find_by_id).
    pub async fn exists_by_id(&self, id: E::Id) -> Result<bool> {
        let statements = Arc::clone(&self.statements);
        let id = [E::id_value(&id)];
        self.database
            .run(Access::Read, move |connection| {
                async move { exists(connection, &statements.exists_by_id, &id).await }.boxed()
            })
            .await
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
    let number = rows.first().copied().unwrap_or_default();
    u64::try_from(number).map_err(Error::from)
}

/// Whether a `select 1 … limit 1` finds a row.
async fn exists(connection: Connection<'_>, sql: &Sql, values: &[Value]) -> Result<bool> {
    let rows: Vec<i32> = fetch(connection, sql, values).await?;
    Ok(!rows.is_empty())
}
