//! Statements of repositories, one at a time.
//!
//! Most methods of a repository are one statement. On a thread of SQLite it runs where it is called:
//! nothing is boxed, sent or waited for. What runs it knows no types of rows, and is compiled once.

use std::any::Any;
use std::sync::Arc;

use savia_core::{Context, Error, Result};

use super::{Access, Database};
use crate::connection::{Ask, Collected, Columns, Rows, lock};
use crate::engine::Engine;
use crate::engine::postgres::PgLease;
use crate::engine::sqlite::{ended, here};
use crate::error::from_diesel;
use crate::statement::Sql;
use crate::table::FromRow;
use crate::transaction::unit::{Asked, Unit};
use crate::value::Value;

impl Database {
    /// The rows of a statement.
    pub(crate) async fn fetch<T: FromRow>(
        &self,
        access: Access,
        sql: &Sql,
        values: Vec<Value>,
        columns: Columns,
    ) -> Result<Vec<T>> {
        self.rows(access, sql, values, columns, false).await
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn first<T: FromRow>(
        &self,
        sql: &Sql,
        values: Vec<Value>,
        columns: Columns,
    ) -> Result<Option<T>> {
        let rows = self.rows(Access::Read, sql, values, columns, true).await?;
        Ok(rows.into_iter().next())
    }

    async fn rows<T: FromRow>(
        &self,
        access: Access,
        sql: &Sql,
        values: Vec<Value>,
        columns: Columns,
        first: bool,
    ) -> Result<Vec<T>> {
        let ask = Ask {
            sql: sql.clone(),
            values,
            rows: Some(Box::new(Collected::<T>::new(columns))),
            first,
            touched: 0,
        };
        let answer = self.ask(access, ask).await?;
        // They are what was handed over above.
        let rows = answer.rows.map(|rows: Box<dyn Rows>| rows as Box<dyn Any>);
        rows.and_then(|rows| rows.downcast::<Collected<T>>().ok())
            .map(|rows| rows.into_rows())
            .ok_or_else(ended)
    }

    /// How many rows a statement touches.
    pub(crate) async fn execute(
        &self,
        access: Access,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<usize> {
        let ask = Ask {
            sql: sql.clone(),
            values,
            rows: None,
            first: false,
            touched: 0,
        };
        Ok(self.ask(access, ask).await?.touched)
    }

    async fn ask(&self, access: Access, ask: Ask) -> Result<Ask> {
        let unit = self.current_unit();
        let asked = match &unit {
            Some(unit) => unit.ask_at_once(access, ask),
            None => at_once(ask),
        };
        match asked {
            Asked::Answered(answer) => answer,
            Asked::Not(ask) => {
                if let Some(unit) = &unit
                    && let Some((_shared, lease)) = unit.postgres_at_once(access)
                {
                    return on_postgres(unit, &lease, ask).await;
                }
                // What waits is large, and a small part of what it waits for.
                Box::pin(self.ask_in_turn(unit, access, ask)).await
            }
        }
    }

    async fn ask_in_turn(
        &self,
        unit: Option<Arc<Unit>>,
        access: Access,
        mut ask: Ask,
    ) -> Result<Ask> {
        if let Some(unit) = unit {
            return unit.ask(access, ask).await;
        }
        match &**self.engine() {
            Engine::Sqlite(engine) => {
                let context = Context::current();
                engine
                    .submit(access, move |seat, _| {
                        let connection = Arc::clone(seat.connection());
                        let work = move || {
                            ask.on_sqlite(&mut lock(&connection)).map_err(from_diesel)?;
                            Ok::<_, Error>(ask)
                        };
                        match context {
                            Some(context) => context.sync_scope(work),
                            None => work(),
                        }
                    })
                    .await
            }
            Engine::Postgres(engine) => {
                let lease = engine.acquire(false).await?;
                let connection = lease.connection().ok_or_else(ended)?;
                lease.begins();
                let asked = ask.on_postgres(connection).await;
                lease.rests();
                asked.map_err(from_diesel)?;
                Ok(ask)
            }
        }
    }
}

/// A statement in a unit on PostgreSQL that has begun.
async fn on_postgres(unit: &Unit, lease: &PgLease, mut ask: Ask) -> Result<Ask> {
    let connection = lease.connection().ok_or_else(ended)?;
    lease.begins();
    match ask.on_postgres(connection).await.map_err(from_diesel) {
        Ok(()) => Ok(ask),
        Err(error) => {
            unit.core.failed(&error);
            Err(error)
        }
    }
}

/// A statement inside an operation on a thread of SQLite: the thread would wait for itself.
fn at_once(mut ask: Ask) -> Asked {
    match here() {
        Some(connection) => {
            let asked = ask.on_sqlite(&mut lock(&connection)).map_err(from_diesel);
            Asked::Answered(asked.map(|()| ask))
        }
        None => Asked::Not(ask),
    }
}
