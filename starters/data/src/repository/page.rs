//! Pages by number, and lists in an order.

use std::sync::Arc;

use futures_util::FutureExt;
use savia_core::error::did_you_mean;
use savia_core::repository::{Page, PageRequest, Sort};
use savia_core::{Error, Result};

use super::statements::Statements;
use super::{Repository, fetch};
use crate::clauses::{direction, select, where_live};
use crate::connection::Columns;
use crate::database::Access;
use crate::metadata::{ColumnKind, ColumnMetadata, EntityMetadata};
use crate::paged::paged;
use crate::statement::{Sql, SqlBuilder};
use crate::table::{FromRow, Table};

impl<E: Table + FromRow> Repository<E> {
    /// A page of all.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column.
    pub async fn find_page(&self, page: &PageRequest) -> Result<Page<E>> {
        let order = Order::of(E::metadata(), &page.sort)?;
        let statements = Arc::clone(&self.statements);
        let page = page.clone();
        self.database
            .run(Access::Read, move |connection| {
                async move {
                    let mut sql = SqlBuilder::new(statements.dialect);
                    select(&mut sql, statements.entity);
                    where_live(&mut sql, statements.entity);
                    order.push(&mut sql);
                    let rows = (sql, Vec::new(), Columns::InOrder);
                    paged(connection, rows, (&statements.count, &[]), &page).await
                }
                .boxed()
            })
            .await
    }

    /// All, in this order.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column.
    pub async fn find_all(&self, sort: &Sort) -> Result<Vec<E>> {
        let sql = all(&self.statements, &Order::of(E::metadata(), sort)?);
        self.database
            .run(Access::Read, move |connection| {
                async move { fetch(connection, &sql, &[]).await }.boxed()
            })
            .await
    }
}

fn all(statements: &Statements, order: &Order) -> Sql {
    let mut sql = SqlBuilder::new(statements.dialect);
    select(&mut sql, statements.entity);
    where_live(&mut sql, statements.entity);
    order.push(&mut sql);
    sql.finish()
}

/// A checked order, which ends with the id so that no row is seen twice.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) keys: Vec<OrderKey>,
}

/// One key of an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct OrderKey {
    /// The column's place.
    pub(super) index: usize,
    pub(super) column: &'static ColumnMetadata,
    pub(super) descending: bool,
}

impl Order {
    /// The order that a sort asks for.
    ///
    /// # Errors
    ///
    /// `BadRequest` where it names no column that may be sorted by.
    pub(super) fn of(entity: &'static EntityMetadata, sort: &Sort) -> Result<Self> {
        Self::of_columns_then(entity, [], sort)
    }

    /// The order of these columns, and then that which a sort asks for.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub(super) fn of_columns_then(
        entity: &'static EntityMetadata,
        columns: impl IntoIterator<Item = (usize, bool)>,
        sort: &Sort,
    ) -> Result<Self> {
        let mut order = Self {
            keys: Vec::with_capacity(sort.keys.len() + 1),
        };
        for (index, descending) in columns {
            if let Some(column) = entity.columns.get(index) {
                order.add(OrderKey {
                    index,
                    column,
                    descending,
                });
            }
        }
        for key in &sort.keys {
            order.add(OrderKey::of(entity, &key.field, key.descending)?);
        }
        Ok(order.ended(entity))
    }

    /// A column that is sorted by already decides nothing more.
    fn add(&mut self, key: OrderKey) {
        if !self.keys.iter().any(|known| known.index == key.index) {
            self.keys.push(key);
        }
    }

    fn ended(mut self, entity: &'static EntityMetadata) -> Self {
        let index = entity.id_index();
        if !self.keys.iter().any(|key| key.index == index) {
            self.keys.push(OrderKey {
                index,
                column: &entity.columns[index],
                descending: self.keys.last().is_some_and(|key| key.descending),
            });
        }
        self
    }

    /// Writes it. Nulls stand first where small ones do, on both databases.
    pub(super) fn push(&self, sql: &mut SqlBuilder) {
        for (at, key) in self.keys.iter().enumerate() {
            sql.push(if at == 0 { " order by " } else { ", " });
            let direction = direction(sql.dialect(), key.descending, key.column.nullable);
            sql.name(key.column.name).push(direction);
        }
    }
}

impl OrderKey {
    fn of(entity: &'static EntityMetadata, field: &str, descending: bool) -> Result<Self> {
        let may = |column: &ColumnMetadata| !column.write_only && column.kind != ColumnKind::Json;
        let found = entity
            .columns
            .iter()
            .enumerate()
            .find(|(_, column)| column.field == field && may(column));
        if let Some((index, column)) = found {
            return Ok(Self {
                index,
                column,
                descending,
            });
        }
        let fields = entity.columns.iter().filter(|column| may(column));
        let fields: Vec<&str> = fields.map(|column| column.field).collect();
        let hint = match did_you_mean(field, fields.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("sort by {}", fields.join(", ")),
        };
        Err(Error::bad_request(format!(
            "cannot sort by `{field}`: {hint}"
        )))
    }
}
