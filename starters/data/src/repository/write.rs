//! Inserts, updates and deletes.

use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use futures_util::FutureExt;
use savia_core::{Error, Result};

use super::statements::{Statements, is_updated};
use super::{Repository, fetch};
use crate::clauses::is_counted;
use crate::connection::{Columns, Connection};
use crate::database::Access;
use crate::error::{not_found, stale};
use crate::metadata::ColumnRole;
use crate::statement::Sql;
use crate::table::{FromRow, Table};
use crate::value::Value;

impl<E: Table + FromRow> Repository<E> {
    /// Inserts, and gives the entity as it is stored.
    ///
    /// # Errors
    ///
    /// `Conflict` where it breaks a unique key or a reference.
    pub async fn insert(&self, mut entity: E) -> Result<E> {
        entity.before_insert(now());
        let values = inserted(&entity);
        one(self.written(&self.statements.insert, values).await?)
    }

    /// Inserts all or none, and gives them as they are stored, in the same order.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    pub async fn insert_all(&self, mut entities: Vec<E>) -> Result<Vec<E>> {
        if entities.is_empty() {
            return Ok(entities);
        }
        let now = now();
        for entity in &mut entities {
            entity.before_insert(now);
        }
        let statements = Arc::clone(&self.statements);
        let access = match entities.len() <= Statements::CHUNK {
            true => Access::Write,
            false => Access::Atomic,
        };
        self.database
            .run(access, move |connection| {
                async move {
                    let mut stored = Vec::with_capacity(entities.len());
                    for entities in entities.chunks(Statements::CHUNK) {
                        stored.extend(insert_chunk(connection, &statements, entities).await?);
                    }
                    Ok(stored)
                }
                .boxed()
            })
            .await
    }

    /// Updates, and gives the entity as it is stored.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is none of its id; `Conflict` where its version is stale or it breaks
    /// a key.
    pub async fn update(&self, mut entity: E) -> Result<E> {
        entity.before_update(now());
        let id = E::id_value(&entity.id());
        let version = entity.version();
        let mut values: Vec<Value> = entity
            .values()
            .into_iter()
            .zip(E::metadata().columns)
            .filter(|(_, column)| is_updated(column))
            .map(|(value, _)| value)
            .collect();
        values.push(id.clone());
        values.extend(version.map(|version| version_value::<E>(version)));
        let stored = self.written(&self.statements.update, values).await?;
        match stored.into_iter().next() {
            Some(stored) => Ok(stored),
            None => Err(self.refused(id, version).await?),
        }
    }

    /// Inserts, or updates where its id exists.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert) and [`update`](Self::update).
    pub async fn save(&self, mut entity: E) -> Result<E> {
        if is_counted(E::metadata()) && is_unset(&E::id_value(&entity.id())) {
            return self.insert(entity).await;
        }
        let version = entity.version();
        entity.before_insert(now());
        let id = E::id_value(&entity.id());
        let mut values = entity.values();
        values.extend(version.map(|version| version_value::<E>(version)));
        let stored = self.written(&self.statements.save, values).await?;
        match stored.into_iter().next() {
            Some(stored) => Ok(stored),
            None => Err(self.refused(id, version).await?),
        }
    }

    /// Deletes the entity of this id; says whether there was one.
    ///
    /// # Errors
    ///
    /// `Conflict` where something refers to it.
    pub async fn delete_by_id(&self, id: E::Id) -> Result<bool> {
        let mut values = deleted::<E>();
        values.push(E::id_value(&id));
        let sql = &self.statements.delete;
        Ok(self.database.execute(Access::Write, sql, values).await? > 0)
    }

    /// Deletes an entity.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is none of its id; `Conflict` where its version is stale or something
    /// refers to it.
    pub async fn delete(&self, entity: E) -> Result<()> {
        let id = E::id_value(&entity.id());
        let version = entity.version();
        let mut values = deleted::<E>();
        values.push(id.clone());
        values.extend(version.map(|version| version_value::<E>(version)));
        let sql = &self.statements.delete_version;
        match self.database.execute(Access::Write, sql, values).await? {
            0 => Err(self.refused(id, version).await?),
            _ => Ok(()),
        }
    }

    async fn written(&self, sql: &Sql, values: Vec<Value>) -> Result<Vec<E>> {
        let columns = Columns::InOrder;
        self.database
            .fetch(Access::Write, sql, values, columns)
            .await
    }

    /// Why a statement touched no row. It asks where was written, not a replica.
    async fn refused(&self, id: Value, version: Option<i64>) -> Result<Error> {
        let name = E::metadata().name;
        let Some(version) = version else {
            return Ok(not_found(name));
        };
        let (sql, columns) = (&self.statements.exists_by_id, Columns::InOrder);
        let found = self
            .database
            .fetch::<i32>(Access::Write, sql, vec![id], columns)
            .await?;
        Ok(match found.is_empty() {
            true => not_found(name),
            false => stale(name, version),
        })
    }
}

/// Now, to the microsecond: what both databases keep.
pub(super) fn now() -> DateTime<Utc> {
    let now = Utc::now();
    now.duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(now)
}

/// What an insert binds: everything but an id that the database gives.
fn inserted<E: Table>(entity: &E) -> Vec<Value> {
    let mut values = entity.values();
    if is_counted(E::metadata()) {
        values.remove(E::metadata().id_index());
    }
    values
}

/// What a delete binds first: the time, where the row is only marked.
fn deleted<E: Table>() -> Vec<Value> {
    let is_soft = E::metadata()
        .role(|role| role == ColumnRole::SoftDelete)
        .is_some();
    is_soft
        .then(|| Value::Timestamp(now()))
        .into_iter()
        .collect()
}

/// A version in the type of its column.
fn version_value<E: Table>(version: i64) -> Value {
    let is_int = E::metadata()
        .role(|role| role == ColumnRole::Version)
        .is_some_and(|(_, column)| column.kind == crate::metadata::ColumnKind::Integer);
    match i32::try_from(version) {
        Ok(version) if is_int => Value::Integer(version),
        _ => Value::BigInt(version),
    }
}

/// Ids that the database counts begin at 1.
fn is_unset(id: &Value) -> bool {
    matches!(
        id,
        Value::BigInt(0) | Value::Integer(0) | Value::SmallInt(0)
    )
}

fn one<E>(rows: Vec<E>) -> Result<E> {
    rows.into_iter()
        .next()
        .ok_or_else(|| Error::internal("an insert returned no row"))
}

async fn insert_chunk<E: Table + FromRow>(
    connection: Connection<'_>,
    statements: &Statements,
    entities: &[E],
) -> Result<Vec<E>> {
    let sql = statements.insert_all(entities.len());
    let values: Vec<Value> = entities.iter().flat_map(inserted).collect();
    let stored: Vec<E> = fetch(connection, &sql, &values).await?;
    Ok(ordered(stored, entities))
}

/// In the order of what was inserted: `returning` promises none. Counted ids rise with the rows,
/// others are known.
fn ordered<E: Table>(mut stored: Vec<E>, entities: &[E]) -> Vec<E> {
    let text = |entity: &E| format!("{:?}", E::id_value(&entity.id()));
    if is_counted(E::metadata()) {
        stored.sort_by_key(|entity| match E::id_value(&entity.id()) {
            Value::SmallInt(id) => i64::from(id),
            Value::Integer(id) => i64::from(id),
            Value::BigInt(id) => id,
            _ => 0,
        });
        return stored;
    }
    let places: std::collections::HashMap<String, usize> = entities
        .iter()
        .enumerate()
        .map(|(place, entity)| (text(entity), place))
        .collect();
    stored.sort_by_key(|entity| places.get(&text(entity)).copied());
    stored
}
