//! Whether the rows of a `#[query]` fit the type that they are read as.
//!
//! SQLite says the names of a statement's columns, and PostgreSQL their types too, which it does not
//! turn into each other: a `sum` of `bigint` is a `numeric`, and no `i64`. What neither says without
//! running the statement (those that write, and return rows) is left to tests.

use diesel::deserialize;
use savia_core::Result;

use crate::column::Plain;
use crate::connection::{Columns, Connection};
use crate::error::from_diesel;
use crate::metadata::ColumnKind;
use crate::raw_query::{QueryRegistration, RawRows};
use crate::statement::{Dialect, Sql};
use crate::table::{FromRow, RowView};

/// A column of a statement's rows.
struct Described {
    name: String,
    /// As PostgreSQL calls it.
    ty: String,
}

impl FromRow for Described {
    fn columns() -> Option<Vec<&'static str>> {
        None
    }

    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self> {
        Ok(Self {
            name: row.get::<String, Plain>(0)?,
            ty: row.get::<String, Plain>(1)?,
        })
    }
}

/// What of a query's rows does not fit; nothing where that cannot be told.
pub(super) async fn unfit(tx: Connection<'_>, query: &QueryRegistration) -> Option<String> {
    let wanted = (query.query.rows)()?;
    let sql = query.query.sql(tx.dialect());
    let described = match tx.dialect() {
        Dialect::Sqlite => of_sqlite(tx, &sql).await,
        Dialect::Postgres => of_postgres(tx, &sql).await,
    };
    unlike(&wanted, &described.ok()?, tx.dialect())
}

fn unlike(wanted: &RawRows, described: &[Described], dialect: Dialect) -> Option<String> {
    let of = wanted.name;
    let Some(names) = &wanted.columns else {
        let first = described.first()?;
        return unlike_kind(first, wanted.kinds.first(), dialect);
    };
    names.iter().enumerate().find_map(|(at, name)| {
        match described.iter().find(|it| it.name == **name) {
            None => Some(format!(
                "its rows have no column `{name}`, which `{of}` has"
            )),
            Some(column) => unlike_kind(column, wanted.kinds.get(at), dialect),
        }
    })
}

fn unlike_kind(column: &Described, kind: Option<&ColumnKind>, dialect: Dialect) -> Option<String> {
    let known = names_on_postgres(*kind?);
    if dialect == Dialect::Sqlite || known.contains(&column.ty.as_str()) {
        return None;
    }
    let (name, ty, wanted) = (&column.name, &column.ty, known[0]);
    Some(format!(
        "the column `{name}` of its rows is of type {ty}, and is read as {wanted}: `cast(… as \
         {wanted})`"
    ))
}

/// What PostgreSQL calls the types that a column of this kind is read from.
fn names_on_postgres(kind: ColumnKind) -> &'static [&'static str] {
    match kind {
        ColumnKind::SmallInt => &["smallint"],
        ColumnKind::Integer => &["integer"],
        ColumnKind::BigInt => &["bigint"],
        ColumnKind::Real => &["real"],
        ColumnKind::Double => &["double precision"],
        ColumnKind::Boolean => &["boolean"],
        ColumnKind::Text => &[
            "text",
            "character varying",
            "character",
            "name",
            "unknown",
            "citext",
        ],
        ColumnKind::Bytes => &["bytea"],
        ColumnKind::Timestamp => &["timestamp with time zone"],
        ColumnKind::DateTime => &["timestamp without time zone"],
        ColumnKind::Date => &["date"],
        ColumnKind::Time => &["time without time zone"],
        ColumnKind::Uuid => &["uuid"],
        ColumnKind::Decimal { .. } => &["numeric"],
        ColumnKind::Json => &["jsonb"],
    }
}

/// A view has its statement's columns. It takes no parameters; null stands for them.
async fn of_sqlite(tx: Connection<'_>, sql: &Sql) -> Result<Vec<Described>> {
    let text = sql.with_nulls();
    tx.script(&format!("create temp view savia_check as {text}\n"))
        .await?;
    let sql = "select name, type from pragma_table_info('savia_check') order by cid";
    let described = columns(tx, sql).await;
    tx.script("drop view savia_check").await?;
    described
}

/// A table that is made of a statement's rows, without any, has its columns.
async fn of_postgres(tx: Connection<'_>, sql: &Sql) -> Result<Vec<Described>> {
    // A statement that fails would end the transaction.
    tx.script("savepoint savia_check").await?;
    let prepare = format!("prepare savia_check as {}\n", sql.text());
    let prepared = tx.script(&prepare).await;
    let described = match &prepared {
        Ok(()) => made_on_postgres(tx, sql).await,
        Err(_) => Ok(Vec::new()),
    };
    // Prepared statements know of no transactions.
    let deallocate = if prepared.is_ok() {
        "; deallocate savia_check"
    } else {
        ""
    };
    tx.script(&format!(
        "rollback to savepoint savia_check; release savepoint savia_check{deallocate}"
    ))
    .await?;
    prepared.and(described)
}

async fn made_on_postgres(tx: Connection<'_>, sql: &Sql) -> Result<Vec<Described>> {
    let values = vec!["null"; sql.binds()].join(", ");
    let values = match sql.binds() {
        0 => String::new(),
        _ => format!("({values})"),
    };
    tx.script(&format!(
        "create temp table savia_check as execute savia_check{values} with no data"
    ))
    .await?;
    let sql = "select attname::text, format_type(atttypid, null) from pg_attribute \
               where attrelid = 'pg_temp.savia_check'::regclass and attnum > 0 order by attnum";
    columns(tx, sql).await
}

async fn columns(tx: Connection<'_>, sql: &str) -> Result<Vec<Described>> {
    let sql = Sql::once(tx.dialect(), sql);
    let described = tx.fetch(&sql, &[], Columns::InOrder).await;
    described.map_err(from_diesel)
}
