//! Fixtures: rows written down in a file, for tests and for a first content.
//!
//! ```yaml
//! # tables, and below each its rows by column
//! products:
//!   - { id: 1, sku: mug, name: A mug, price: "9.90", in_stock: 12 }
//! order_lines:
//!   - { order_id: 1, product_id: 1, quantity: 2 }
//! ```
//!
//! A time that Savia keeps (`#[created_at]`, `#[updated_at]`) is now where it is left out, a version
//! is 1, an id is counted on or made; any other column that is left out has its default.

mod cell;

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use savia_core::{Error, Result};
use serde_json::{Map, Value as Json};

use crate::Database;
use crate::connection::Connection;
use crate::error::from_diesel;
use crate::metadata::{ColumnMetadata, ColumnRole, EntityMetadata, IdSource, entities};
use crate::statement::{Dialect, Sql, SqlBuilder};
use crate::value::Value;

type Tables = BTreeMap<String, Vec<Map<String, Json>>>;

/// Inserts the rows that `text` (YAML or JSON) holds, all or none; says how many. Tables that others
/// refer to come first, whatever the order in the file.
///
/// # Errors
///
/// `BadRequest` where it cannot be read, or names no entity's table, no column, or a value that the
/// column does not hold: it says which. Otherwise as [`Repository::insert`](crate::Repository::insert).
pub async fn load(database: &Database, text: &str) -> Result<u64> {
    insert_all(database, text, false).await
}

/// As [`load`], without the rows that are there already: whose id, or another key, a row has; and
/// where the file names no key, all that it does name.
///
/// # Errors
///
/// As [`load`].
pub async fn load_missing(database: &Database, text: &str) -> Result<u64> {
    insert_all(database, text, true).await
}

async fn insert_all(database: &Database, text: &str, missing: bool) -> Result<u64> {
    let tables: Tables = serde_saphyr::from_str(text)
        .map_err(|error| Error::bad_request(format!("the fixture cannot be read: {error}")))?;
    let inserts = inserts(&tables, Utc::now().trunc_subsecs(6))?;
    database
        .with(move |tx| Box::pin(async move { insert(tx, inserts, missing).await }))
        .await
}

/// The rows of a table.
struct Rows {
    entity: &'static EntityMetadata,
    rows: Vec<Vec<Cell>>,
}

struct Cell {
    column: &'static ColumnMetadata,
    value: Value,
    /// Whether it stands in the file.
    is_said: bool,
}

fn inserts(tables: &Tables, now: DateTime<Utc>) -> Result<Vec<Rows>> {
    let mut inserts = Vec::new();
    for (table, rows) in tables {
        let entity = entity(table)?;
        let mut read = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let read_row = cells(entity, row, now).map_err(|reason| {
                Error::bad_request(format!("{table}, row {}: {reason}", at + 1))
            })?;
            read.push(read_row);
        }
        inserts.push(Rows { entity, rows: read });
    }
    Ok(referred_to_first(inserts))
}

fn entity(table: &str) -> Result<&'static EntityMetadata> {
    let known: Vec<_> = entities().iter().map(|it| (it.metadata)()).collect();
    let found = known.iter().find(|entity| entity.table == table);
    found.copied().ok_or_else(|| {
        let tables: Vec<_> = known.iter().map(|entity| entity.table).collect();
        Error::bad_request(format!(
            "no entity has the table {table}; there are {}",
            tables.join(", ")
        ))
    })
}

fn cells(
    entity: &'static EntityMetadata,
    row: &Map<String, Json>,
    now: DateTime<Utc>,
) -> Result<Vec<Cell>, String> {
    for name in row.keys() {
        if !entity.columns.iter().any(|column| column.name == name) {
            let names: Vec<_> = entity.columns.iter().map(|column| column.name).collect();
            return Err(format!(
                "there is no column {name}; there are {}",
                names.join(", ")
            ));
        }
    }
    let mut cells = Vec::new();
    for column in entity.columns {
        let said = row.get(column.name);
        let value = match said {
            Some(Json::Null) => Some(Value::Null(column.kind)),
            Some(json) => Some(
                cell::value(column.kind, json)
                    .map_err(|reason| format!("{}: {reason}", column.name))?,
            ),
            None => filled_in(column, now),
        };
        cells.extend(value.map(|value| Cell {
            column,
            value,
            is_said: said.is_some(),
        }));
    }
    Ok(cells)
}

/// What Savia would have written into a column that is left out.
fn filled_in(column: &ColumnMetadata, now: DateTime<Utc>) -> Option<Value> {
    match column.role {
        ColumnRole::CreatedAt | ColumnRole::UpdatedAt => Some(Value::Timestamp(now)),
        ColumnRole::Version => cell::value(column.kind, &1.into()).ok(),
        ColumnRole::Id(IdSource::UuidV7) => Some(Value::Uuid(uuid::Uuid::now_v7())),
        _ => None,
    }
}

/// Tables before those that refer to them; those of a circle stay as they stand.
fn referred_to_first(mut left: Vec<Rows>) -> Vec<Rows> {
    let mut sorted = Vec::new();
    while !left.is_empty() {
        let tables: Vec<_> = left.iter().map(|rows| rows.entity.table).collect();
        let free = left.iter().position(|rows| {
            let mut columns = rows.entity.columns.iter();
            columns.all(|column| {
                let other = column
                    .references
                    .map(|reference| (reference.entity)().table);
                other.is_none_or(|other| other == rows.entity.table || !tables.contains(&other))
            })
        });
        sorted.push(left.remove(free.unwrap_or_default()));
    }
    sorted
}

async fn insert(tx: Connection<'_>, inserts: Vec<Rows>, missing: bool) -> Result<u64> {
    let mut count = 0;
    for Rows { entity, rows } in inserts {
        let mut counted_on = false;
        for row in rows {
            let has_id = row
                .iter()
                .any(|cell| cell.column.role == ColumnRole::Id(IdSource::Database));
            if counted_on && !has_id {
                count_on(tx, entity).await?;
            }
            counted_on = has_id;
            let (sql, values) = one(tx.dialect(), entity, row, missing);
            let inserted = tx.execute(&sql, &values).await;
            count += inserted.map_err(from_diesel)? as u64;
        }
        if counted_on {
            count_on(tx, entity).await?;
        }
    }
    Ok(count)
}

/// The statement that inserts a row, with its values.
fn one(
    dialect: Dialect,
    entity: &EntityMetadata,
    row: Vec<Cell>,
    missing: bool,
) -> (Sql, Vec<Value>) {
    let mut sql = SqlBuilder::new(dialect);
    let mut same = Vec::new();
    sql.push("insert into ").name(entity.table);
    if row.is_empty() {
        sql.push(" default values");
    } else {
        sql.push(" (").names(row.iter().map(|it| it.column.name));
        sql.push(") select ").binds(row.len());
        if missing && !is_known_by_a_key(entity, &row) {
            sql.push(" where not exists (select 1 from ")
                .name(entity.table);
            let said = row.iter().filter(|it| it.is_said);
            for (at, Cell { column, value, .. }) in said.enumerate() {
                sql.push(if at == 0 { " where " } else { " and " });
                sql.name(column.name);
                if matches!(value, Value::Null(_)) {
                    sql.push(" is null");
                } else {
                    sql.push(" = ").bind();
                    same.push(value.clone());
                }
            }
            sql.push(")");
        } else if missing {
            // SQLite would take `on conflict` for the condition of a join.
            sql.push(" where true");
        }
    }
    if missing {
        sql.push(" on conflict do nothing");
    }
    let values = row.into_iter().map(|it| it.value).chain(same).collect();
    (sql.finish_once(), values)
}

/// Whether what the file says of a row is enough for the database to find the one that is there.
fn is_known_by_a_key(entity: &EntityMetadata, row: &[Cell]) -> bool {
    let is_said = |name: &str| {
        let mut cells = row.iter();
        cells.any(|it| it.is_said && it.column.name == name && !matches!(it.value, Value::Null(_)))
    };
    let mut columns = entity.columns.iter();
    let mut indexes = entity.indexes.iter();
    columns.any(|it| (it.unique || matches!(it.role, ColumnRole::Id(_))) && is_said(it.name))
        || indexes.any(|it| it.unique && it.columns.iter().all(|name| is_said(name)))
}

/// PostgreSQL counts on from the last id that it gave, not from the highest there is.
async fn count_on(tx: Connection<'_>, entity: &EntityMetadata) -> Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let id = entity.columns[entity.id_index()].name;
    let table = entity.table;
    let sequence = format!("pg_get_serial_sequence('\"{table}\"', '{id}')");
    // Never back: an id that was given and deleted is not given again.
    let sql = format!(
        "select setval({sequence}, greatest((select max(\"{id}\") from \"{table}\"), \
         pg_sequence_last_value({sequence}::regclass)))"
    );
    tx.script(&sql).await
}
