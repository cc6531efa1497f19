//! Associations: one statement for all entities of an answer, never one for each.

use std::collections::HashMap;

use savia_core::{Error, Result};

use crate::clauses::{and_live, id, select};
use crate::connection::{Columns, Connection};
use crate::error::from_diesel;
use crate::list;
use crate::metadata::ColumnRole;
use crate::statement::{Sql, SqlBuilder};
use crate::table::{FromRow, RowView, Table};
use crate::value::Value;

/// Loads the other side of associations on the connection of the query itself.
pub struct Loader<'c> {
    connection: Connection<'c>,
}

impl<'c> Loader<'c> {
    /// Loads associations into entities, each with one statement.
    pub(crate) async fn load<E: Table>(
        connection: Connection<'c>,
        entities: &mut [E],
        associations: &[&str],
    ) -> Result<()> {
        if entities.is_empty() {
            return Ok(());
        }
        let loader = Loader { connection };
        for association in associations {
            E::load(entities, association, &loader).await?;
        }
        Ok(())
    }

    /// Loads the one that each entity belongs to.
    ///
    /// # Errors
    ///
    /// As a repository's `find`.
    pub async fn one<E, O>(
        &self,
        entities: &mut [E],
        key: fn(&E) -> Value,
        set: fn(&mut E, Option<O>),
    ) -> Result<()>
    where
        E: Table,
        O: Table + FromRow,
    {
        let id = id(O::metadata()).name;
        let mut found = HashMap::new();
        for keys in distinct(entities.iter().map(key)).chunks(list::CHUNK) {
            for other in self.of_keys::<O>(id, keys).await? {
                found.insert(Key::of(&O::id_value(&other.id())), other);
            }
        }
        for entity in entities {
            let other = found.get(&Key::of(&key(entity))).cloned();
            set(entity, other);
        }
        Ok(())
    }

    /// Loads those that belong to each entity.
    ///
    /// # Errors
    ///
    /// As a repository's `find`.
    pub async fn many<E, O>(
        &self,
        entities: &mut [E],
        foreign_key: &str,
        set: fn(&mut E, Vec<O>),
    ) -> Result<()>
    where
        E: Table,
        O: Table + FromRow,
    {
        let others = O::metadata();
        let Some(at) = others.columns.iter().position(|it| it.name == foreign_key) else {
            let text = format!("`{}` has no column `{foreign_key}`", others.name);
            return Err(Error::internal(text));
        };
        let mut found: HashMap<Key, Vec<O>> = HashMap::new();
        for keys in distinct(entities.iter().map(id_of)).chunks(list::CHUNK) {
            for other in self.of_keys::<O>(foreign_key, keys).await? {
                let key = other.values().get(at).map(Key::of);
                found
                    .entry(key.unwrap_or(Key::None))
                    .or_default()
                    .push(other);
            }
        }
        give(entities, found, set);
        Ok(())
    }

    /// Loads those that are paired with each entity in a table of pairs.
    ///
    /// # Errors
    ///
    /// As a repository's `find`.
    pub async fn through<E, O>(
        &self,
        entities: &mut [E],
        pairs: &str,
        foreign_key: &str,
        other_key: &str,
        set: fn(&mut E, Vec<O>),
    ) -> Result<()>
    where
        E: Table,
        O: Table + FromRow,
        E::Id: crate::column::ColumnType,
    {
        let others = O::metadata();
        let mut found: HashMap<Key, Vec<O>> = HashMap::new();
        for keys in distinct(entities.iter().map(id_of)).chunks(list::CHUNK) {
            let mut sql = SqlBuilder::new(self.connection.dialect());
            sql.push("select ").name("p").push(".").name(foreign_key);
            for column in others.columns {
                sql.push(", ").name("o").push(".").name(column.name);
            }
            sql.push(" from ").name(others.table).push(" ").name("o");
            sql.push(" join ")
                .name(pairs)
                .push(" ")
                .name("p")
                .push(" on ");
            sql.name("p").push(".").name(other_key).push(" = ");
            sql.name("o").push(".").name(id(others).name);
            sql.push(" where ").name("p").push(".").name(foreign_key);
            sql.push(" in (");
            let mut values = Vec::new();
            list::push(&mut sql, &mut values, keys.iter());
            sql.push(")");
            if let Some((_, deleted)) = others.role(|role| role == ColumnRole::SoftDelete) {
                sql.push(" and ")
                    .name("o")
                    .push(".")
                    .name(deleted.name)
                    .push(" is null");
            }
            sql.push(" order by ")
                .name("o")
                .push(".")
                .name(id(others).name);
            let rows: Vec<Paired<E::Id, O>> = self.fetch(&sql.finish(), &values).await?;
            for Paired(id, other) in rows {
                found
                    .entry(Key::of(&E::id_value(&id)))
                    .or_default()
                    .push(other);
            }
        }
        give(entities, found, set);
        Ok(())
    }

    /// The rows of `others` whose `column` is one of the keys, by their ids.
    async fn of_keys<O: Table + FromRow>(&self, column: &str, keys: &[Value]) -> Result<Vec<O>> {
        let others = O::metadata();
        let (mut sql, mut values) = (SqlBuilder::new(self.connection.dialect()), Vec::new());
        select(&mut sql, others);
        sql.push(" where ").name(column).push(" in (");
        list::push(&mut sql, &mut values, keys.iter());
        sql.push(")");
        and_live(&mut sql, others);
        sql.push(" order by ").name(id(others).name);
        self.fetch(&sql.finish(), &values).await
    }

    async fn fetch<T: FromRow>(&self, sql: &Sql, values: &[Value]) -> Result<Vec<T>> {
        self.connection
            .fetch(sql, values, Columns::InOrder)
            .await
            .map_err(from_diesel)
    }
}

/// The error of a name that is no association.
///
/// # Errors
///
/// Always.
pub fn unknown_association<E: Table>(name: &str) -> Result<()> {
    let entity = E::metadata();
    let known = entity.associations.iter().map(|it| it.name);
    let hint = savia_core::error::did_you_mean(name, known)
        .map(|known| format!(": did you mean `{known}`?"));
    let hint = hint.unwrap_or_default();
    let text = format!("`{}` has no association `{name}`{hint}", entity.name);
    Err(Error::internal(text))
}

/// The other side, with the id of this one before it.
struct Paired<I, O>(I, O);

impl<I: crate::column::ColumnType, O: FromRow> FromRow for Paired<I, O> {
    fn columns() -> Option<Vec<&'static str>> {
        None
    }

    fn from_row<R: RowView>(row: &R) -> diesel::deserialize::Result<Self> {
        let id = row.get::<I, crate::column::Plain>(0)?;
        Ok(Self(id, O::from_row(&After(row))?))
    }
}

/// A row without its first column.
struct After<'r, R>(&'r R);

impl<R: RowView> RowView for After<'_, R> {
    fn get<T, C: crate::column::Codec<T>>(&self, index: usize) -> diesel::deserialize::Result<T> {
        self.0.get::<T, C>(index + 1)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.0.position(name)?.checked_sub(1)
    }
}

fn id_of<E: Table>(entity: &E) -> Value {
    E::id_value(&entity.id())
}

fn give<E: Table, O>(entities: &mut [E], mut found: HashMap<Key, Vec<O>>, set: fn(&mut E, Vec<O>)) {
    for entity in entities {
        let others = found.remove(&Key::of(&id_of(entity))).unwrap_or_default();
        set(entity, others);
    }
}

/// The keys that there are, each once.
pub(crate) fn distinct(keys: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    keys.filter(|key| !key.is_null() && seen.insert(Key::of(key)))
        .collect()
}

/// A key by which rows are found again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    None,
    Number(i64),
    Text(String),
    Uuid(uuid::Uuid),
    Other(String),
}

impl Key {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null(_) => Self::None,
            Value::SmallInt(it) => Self::Number(i64::from(*it)),
            Value::Integer(it) => Self::Number(i64::from(*it)),
            Value::BigInt(it) => Self::Number(*it),
            Value::Text(it) => Self::Text(it.clone()),
            Value::Uuid(it) => Self::Uuid(*it),
            other => Self::Other(format!("{other:?}")),
        }
    }
}
