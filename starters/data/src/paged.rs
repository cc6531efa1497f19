//! One page of what a statement finds, and how much it finds in all.

use futures_util::future::try_join;
use savia_core::Result;
use savia_core::repository::{Page, PageRequest};

use crate::connection::{Columns, Connection};
use crate::error::from_diesel;
use crate::repository::counted;
use crate::statement::{Dialect, Sql, SqlBuilder};
use crate::table::FromRow;
use crate::value::Value;

/// One page of a statement without its limit, and how many rows it has in all.
///
/// The two questions are one round trip where the database pipelines; where the page itself tells
/// (it is not full), the second is not asked on SQLite.
pub(crate) async fn paged<T: FromRow>(
    connection: Connection<'_>,
    (mut sql, mut values, columns): (SqlBuilder, Vec<Value>, Columns),
    (count, count_values): (&Sql, &[Value]),
    page: &PageRequest,
) -> Result<Page<T>> {
    sql.push(" limit ").bind().push(" offset ").bind();
    values.push(Value::BigInt(i64::from(page.size)));
    let offset = i64::try_from(page.offset()).unwrap_or(i64::MAX);
    values.push(Value::BigInt(offset));
    let sql = sql.finish();
    let rows = async {
        let rows = connection.fetch(&sql, &values, columns).await;
        rows.map_err(from_diesel)
    };
    if connection.dialect() == Dialect::Postgres {
        let total = counted(connection, count, count_values);
        let (rows, total) = try_join(rows, total).await?;
        return Ok(Page::new(rows, page, total));
    }
    let rows: Vec<T> = rows.await?;
    let filled = rows.len() as u64;
    let tells = filled < u64::from(page.size) && (filled > 0 || page.page == 0);
    let total = match tells {
        true => page.offset() + filled,
        false => counted(connection, count, count_values).await?,
    };
    Ok(Page::new(rows, page, total))
}
