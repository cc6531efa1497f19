//! All entities, in portions.

use std::sync::Arc;

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use savia_core::Result;
use savia_core::repository::{EntityStream, Sort};

use super::page::Order;
use super::{Repository, fetch, keyset};
use crate::database::Access;
use crate::table::{FromRow, Table};
use crate::value::Value;

/// How many entities a stream reads at a time.
const PORTION: u32 = 500;

/// Where a stream stands.
enum Position {
    First,
    Behind(Vec<Value>),
    End,
}

impl<E: Table + FromRow> Repository<E> {
    /// All, in this order, read in portions of 500: no connection is held between two of them.
    ///
    /// Its first item is an error where the sort names no column.
    pub fn stream(&self, sort: &Sort) -> EntityStream<'_, E> {
        let order = match Order::of(E::metadata(), sort) {
            Ok(order) => order,
            Err(error) => return stream::once(async { Err(error) }).boxed(),
        };
        stream::try_unfold(Position::First, move |position| {
            let order = order.clone();
            async move {
                let after = match position {
                    Position::First => None,
                    Position::Behind(keys) => Some(keys),
                    Position::End => return Ok(None),
                };
                let rows = self.portion(&order, after).await?;
                let size = usize::try_from(PORTION).unwrap_or(usize::MAX);
                let next = match rows.last() {
                    Some(last) if rows.len() > size => {
                        // The last is the first of the next portion.
                        let last = rows.get(size - 1).unwrap_or(last);
                        Position::Behind(keyset::keys(&order, &last.values()))
                    }
                    _ => Position::End,
                };
                let rows = rows.into_iter().take(size).map(Ok);
                Ok::<_, savia_core::Error>(Some((stream::iter(rows), next)))
            }
        })
        .try_flatten()
        .boxed()
    }

    async fn portion(&self, order: &Order, after: Option<Vec<Value>>) -> Result<Vec<E>> {
        let statements = Arc::clone(&self.statements);
        let order = order.clone();
        self.database
            .run(Access::Read, move |connection| {
                async move {
                    let (sql, values) =
                        keyset::portion(&statements, &order, after.as_deref(), PORTION);
                    fetch(connection, &sql.finish(), &values).await
                }
                .boxed()
            })
            .await
    }
}
