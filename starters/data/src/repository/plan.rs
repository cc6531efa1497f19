//! Runs what the names of a repository's methods ask for.
//!
//! Futures are boxed here: what is inside them is looked through once, when this crate is compiled, and
//! not for every method of every repository in every build of an application.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use savia_core::Result;
use savia_core::repository::{CursorRequest, Page, PageRequest, Slice, Sort};

use super::page::Order;
use super::statements::Statements;
use super::{Repository, counted, exists, fetch, keyset};
use crate::association::Loader;
use crate::clauses::{and_live, select};
use crate::connection::Columns;
use crate::database::Access;
use crate::derived::{Arguments, Derived};
use crate::error::from_diesel;
use crate::metadata::ColumnRole;
use crate::paged::paged;
use crate::statement::SqlBuilder;
use crate::table::{FromRow, Table};
use crate::value::Value;

/// The associations that a method loads.
type With = &'static [&'static str];

impl<E: Table + FromRow> Repository<E> {
    /// All that the plan finds, in its order and then in `sort`'s, at most `limit` of them.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column.
    pub fn find_all_by<'a>(
        &'a self,
        plan: &'static Derived,
        arguments: Arguments,
        sort: Option<&'a Sort>,
        limit: Option<u32>,
        with: With,
    ) -> BoxFuture<'a, Result<Vec<E>>> {
        async move {
            let order = order::<E>(plan, sort.unwrap_or(&Sort::default()))?;
            let limit = match (limit, plan.limit) {
                (Some(asked), Some(first)) => Some(asked.min(first)),
                (asked, first) => asked.or(first),
            };
            let statements = Arc::clone(&self.statements);
            self.database
                .run(Access::Read, move |connection| {
                    async move {
                        let (mut sql, mut values) = found(&statements, plan, arguments);
                        order.push(&mut sql);
                        if let Some(limit) = limit {
                            sql.push(" limit ").bind();
                            values.push(Value::BigInt(i64::from(limit)));
                        }
                        let mut rows = fetch(connection, &sql.finish(), &values).await?;
                        Loader::load::<E>(connection, &mut rows, with).await?;
                        Ok(rows)
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }

    /// The first that the plan finds.
    ///
    /// # Errors
    ///
    /// As [`find_by_id`](Self::find_by_id).
    pub fn find_first_by<'a>(
        &'a self,
        plan: &'static Derived,
        arguments: Arguments,
        with: With,
    ) -> BoxFuture<'a, Result<Option<E>>> {
        async move {
            let found = self
                .find_all_by(plan, arguments, None, Some(1), with)
                .await?;
            Ok(found.into_iter().next())
        }
        .boxed()
    }

    /// A page of what the plan finds; the request's sort comes after the plan's order.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column.
    pub fn find_page_by<'a>(
        &'a self,
        plan: &'static Derived,
        arguments: Arguments,
        page: &'a PageRequest,
        with: With,
    ) -> BoxFuture<'a, Result<Page<E>>> {
        async move {
            let order = order::<E>(plan, &page.sort)?;
            let statements = Arc::clone(&self.statements);
            let page = page.clone();
            self.database
                .run(Access::Read, move |connection| {
                    async move {
                        let (count, count_values) = counting(&statements, plan, arguments.clone());
                        let count = count.finish();
                        let (mut sql, values) = found(&statements, plan, arguments);
                        order.push(&mut sql);
                        let count = (&count, &count_values[..]);
                        let mut found =
                            paged::<E>(connection, (sql, values, Columns::InOrder), count, &page)
                                .await?;
                        Loader::load::<E>(connection, &mut found.content, with).await?;
                        Ok(found)
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }

    /// What the plan finds behind a cursor.
    ///
    /// # Errors
    ///
    /// As [`find_slice`](Self::find_slice).
    pub fn find_slice_by<'a>(
        &'a self,
        plan: &'static Derived,
        arguments: Arguments,
        request: &'a CursorRequest,
        with: With,
    ) -> BoxFuture<'a, Result<Slice<E>>> {
        async move {
            let order = order::<E>(plan, &request.sort)?;
            let after = keyset::after(request, &order)?;
            let statements = Arc::clone(&self.statements);
            let request = request.clone();
            self.database
                .run(Access::Read, move |connection| {
                    async move {
                        let (mut sql, mut values) = found(&statements, plan, arguments);
                        sql.push(" and ");
                        keyset::push_behind(&mut sql, &mut values, &order, after.as_deref());
                        keyset::end(&mut sql, &mut values, &order, request.size);
                        let rows = fetch(connection, &sql.finish(), &values).await?;
                        let mut slice = keyset::sliced::<E>(rows, &order, &request);
                        Loader::load::<E>(connection, &mut slice.content, with).await?;
                        Ok(slice)
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }

    /// How many the plan finds.
    ///
    /// # Errors
    ///
    /// As [`find_by_id`](Self::find_by_id).
    pub fn count_by<'a>(
        &'a self,
        plan: &'static Derived,
        arguments: Arguments,
    ) -> BoxFuture<'a, Result<u64>> {
        async move {
            let statements = Arc::clone(&self.statements);
            self.database
                .run(Access::Read, move |connection| {
                    async move {
                        let (sql, values) = counting(&statements, plan, arguments);
                        counted(connection, &sql.finish(), &values).await
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }

    /// Whether the plan finds any.
    ///
    /// # Errors
    ///
    /// As [`find_by_id`](Self::find_by_id).
    pub fn exists_by<'a>(
        &'a self,
        plan: &'static Derived,
        arguments: Arguments,
    ) -> BoxFuture<'a, Result<bool>> {
        async move {
            let statements = Arc::clone(&self.statements);
            self.database
                .run(Access::Read, move |connection| {
                    async move {
                        let mut sql = SqlBuilder::new(statements.dialect);
                        sql.push("select 1 from ").name(statements.entity.table);
                        let mut values = Vec::new();
                        push_where(&mut sql, &mut values, &statements, plan, arguments);
                        sql.push(" limit 1");
                        exists(connection, &sql.finish(), &values).await
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }

    /// Deletes what the plan finds (softly, where the entity is so); says how many.
    ///
    /// # Errors
    ///
    /// `Conflict` where something refers to one of them.
    pub fn delete_by<'a>(
        &'a self,
        plan: &'static Derived,
        arguments: Arguments,
    ) -> BoxFuture<'a, Result<u64>> {
        async move {
            let statements = Arc::clone(&self.statements);
            self.database
                .run(Access::Write, move |connection| {
                    async move {
                        let entity = statements.entity;
                        let mut sql = SqlBuilder::new(statements.dialect);
                        let mut values = Vec::new();
                        match entity.role(|role| role == ColumnRole::SoftDelete) {
                            Some((_, column)) => {
                                sql.push("update ").name(entity.table).push(" set ");
                                sql.name(column.name).push(" = ").bind();
                                values.push(Value::Timestamp(super::write::now()));
                            }
                            None => {
                                sql.push("delete from ").name(entity.table);
                            }
                        }
                        push_where(&mut sql, &mut values, &statements, plan, arguments);
                        let touched = connection.execute(&sql.finish(), &values).await;
                        Ok(touched.map_err(from_diesel)? as u64)
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }
}

/// The plan's own order, then what a caller asks for, as Spring Data has it.
fn order<E: Table>(plan: &'static Derived, sort: &Sort) -> Result<Order> {
    let own = plan.order.iter().map(|key| (key.column, key.descending));
    Order::of_columns_then(E::metadata(), own, sort)
}

fn found(
    statements: &Statements,
    plan: &'static Derived,
    arguments: Arguments,
) -> (SqlBuilder, Vec<Value>) {
    let mut sql = SqlBuilder::new(statements.dialect);
    let mut values = Vec::new();
    select(&mut sql, statements.entity);
    push_where(&mut sql, &mut values, statements, plan, arguments);
    (sql, values)
}

fn counting(
    statements: &Statements,
    plan: &'static Derived,
    arguments: Arguments,
) -> (SqlBuilder, Vec<Value>) {
    let mut sql = SqlBuilder::new(statements.dialect);
    let mut values = Vec::new();
    sql.push("select count(*) from ")
        .name(statements.entity.table);
    push_where(&mut sql, &mut values, statements, plan, arguments);
    (sql, values)
}

fn push_where(
    sql: &mut SqlBuilder,
    values: &mut Vec<Value>,
    statements: &Statements,
    plan: &'static Derived,
    arguments: Arguments,
) {
    sql.push(" where ");
    plan.push_condition(sql, values, statements.entity, arguments);
    and_live(sql, statements.entity);
}
