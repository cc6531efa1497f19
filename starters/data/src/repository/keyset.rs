//! Pages by cursor: the keys of the last row, and a condition that starts behind them.
//!
//! Source of the method: "seek" in M. Winand, SQL Performance Explained, chapter 7.

mod cursor;

use std::sync::Arc;

use futures_util::FutureExt;
use savia_core::Result;
use savia_core::repository::{CursorRequest, Slice};

use super::page::{Order, OrderKey};
use super::statements::Statements;
use super::{Repository, fetch};
use crate::clauses::{and_live, select};
use crate::database::Access;
use crate::statement::{Dialect, SqlBuilder};
use crate::table::{FromRow, Table};
use crate::value::Value;

impl<E: Table + FromRow> Repository<E> {
    /// The entities behind a cursor.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column, or the cursor is none that this sort gave.
    pub async fn find_slice(&self, request: &CursorRequest) -> Result<Slice<E>> {
        let order = Order::of(E::metadata(), &request.sort)?;
        let after = after(request, &order)?;
        let statements = Arc::clone(&self.statements);
        let size = request.size;
        let wanted = order.clone();
        let rows: Vec<E> = self
            .database
            .run(Access::Read, move |connection| {
                async move {
                    let (sql, values) = portion(&statements, &wanted, after.as_deref(), size);
                    fetch(connection, &sql.finish(), &values).await
                }
                .boxed()
            })
            .await?;
        Ok(sliced(rows, &order, request))
    }
}

/// The keys behind which a request starts.
///
/// # Errors
///
/// `BadRequest` where its cursor is none that this order gave.
pub(super) fn after(request: &CursorRequest, order: &Order) -> Result<Option<Vec<Value>>> {
    let cursor = request.after.as_deref();
    cursor.map(|cursor| cursor::read(cursor, order)).transpose()
}

/// Cuts off the row that was read too much: it says that there are more.
pub(super) fn sliced<E: Table>(
    mut rows: Vec<E>,
    order: &Order,
    request: &CursorRequest,
) -> Slice<E> {
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let next = (rows.len() > size).then(|| {
        rows.truncate(size);
        rows.last().map(|last| cursor::write(order, &last.values()))
    });
    Slice::new(rows, request, next.flatten())
}

/// The rows behind these keys, and one more than `size`.
pub(super) fn portion(
    statements: &Statements,
    order: &Order,
    after: Option<&[Value]>,
    size: u32,
) -> (SqlBuilder, Vec<Value>) {
    let mut sql = SqlBuilder::new(statements.dialect);
    let mut values = Vec::new();
    select(&mut sql, statements.entity);
    sql.push(" where ");
    push_behind(&mut sql, &mut values, order, after);
    and_live(&mut sql, statements.entity);
    end(&mut sql, &mut values, order, size);
    (sql, values)
}

/// Order and limit of a portion.
pub(super) fn end(sql: &mut SqlBuilder, values: &mut Vec<Value>, order: &Order, size: u32) {
    order.push(sql);
    sql.push(" limit ").bind();
    values.push(Value::BigInt(i64::from(size) + 1));
}

/// The keys that a row's values are, in the order's order.
pub(super) fn keys(order: &Order, row: &[Value]) -> Vec<Value> {
    order
        .keys
        .iter()
        .filter_map(|key| row.get(key.index).cloned())
        .collect()
}

/// `(a > ?) or (a = ? and b > ?)`, with nulls as the smallest; true where there is no cursor.
pub(super) fn push_behind(
    sql: &mut SqlBuilder,
    values: &mut Vec<Value>,
    order: &Order,
    after: Option<&[Value]>,
) {
    let Some(after) = after else {
        sql.push(true_of(sql.dialect()));
        return;
    };
    sql.push("(");
    for (at, (key, value)) in order.keys.iter().zip(after).enumerate() {
        sql.push(if at == 0 { "(" } else { " or (" });
        for (earlier, value) in order.keys.iter().zip(after).take(at) {
            push_same(sql, values, earlier, value);
            sql.push(" and ");
        }
        push_further(sql, values, key, value);
        sql.push(")");
    }
    sql.push(")");
}

fn push_same(sql: &mut SqlBuilder, values: &mut Vec<Value>, key: &OrderKey, value: &Value) {
    sql.name(key.column.name);
    if value.is_null() {
        sql.push(" is null");
    } else {
        sql.push(" = ").bind();
        values.push(value.clone());
    }
}

fn push_further(sql: &mut SqlBuilder, values: &mut Vec<Value>, key: &OrderKey, value: &Value) {
    let name = key.column.name;
    match (value.is_null(), key.descending) {
        (true, false) => {
            sql.name(name).push(" is not null");
        }
        // Nothing is smaller than null.
        (true, true) => {
            let holds = true_of(sql.dialect());
            sql.push("not ").push(holds);
        }
        (false, descending) => {
            let nullable = descending && key.column.nullable;
            sql.push(if nullable { "(" } else { "" }).name(name);
            sql.push(if descending { " < " } else { " > " }).bind();
            values.push(value.clone());
            if nullable {
                sql.push(" or ").name(name).push(" is null)");
            }
        }
    }
}

fn true_of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "1",
        Dialect::Postgres => "true",
    }
}
