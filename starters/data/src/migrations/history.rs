//! Which migrations have been applied: the table `savia_migrations`.

use chrono::Utc;
use diesel::deserialize;
use savia_core::Result;

use super::set::Migration;
use crate::column::Plain;
use crate::connection::{Columns, Connection};
use crate::error::from_diesel;
use crate::statement::{Dialect, Sql};
use crate::table::{FromRow, RowView};
use crate::value::Value;

/// A migration that has been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) app: String,
    pub(super) version: String,
    pub(super) name: String,
    pub(super) checksum: String,
}

impl FromRow for Applied {
    fn columns() -> Option<Vec<&'static str>> {
        Some(vec!["app", "version", "name", "checksum"])
    }

    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self> {
        Ok(Self {
            app: row.get::<String, Plain>(0)?,
            version: row.get::<String, Plain>(1)?,
            name: row.get::<String, Plain>(2)?,
            checksum: row.get::<String, Plain>(3)?,
        })
    }
}

/// Makes sure that nobody else migrates until the transaction ends. On SQLite the transaction
/// itself does.
pub(super) async fn lock(connection: Connection<'_>) -> Result<()> {
    match connection.dialect() {
        Dialect::Sqlite => Ok(()),
        // A change of a large table takes longer than a request may.
        Dialect::Postgres => {
            connection
                .script(
                    "set local statement_timeout = 0; \
                     select pg_advisory_xact_lock(hashtext('savia_migrations'), hashtext(current_schema()))",
                )
                .await
        }
    }
}

/// Makes the table where there is none.
pub(super) async fn prepare(connection: Connection<'_>) -> Result<()> {
    let time = match connection.dialect() {
        Dialect::Sqlite => "text",
        Dialect::Postgres => "timestamptz",
    };
    let sql = format!(
        "create table if not exists savia_migrations (\
         app text not null, version text not null, name text not null, checksum text not null, \
         applied_at {time} not null, primary key (app, version))"
    );
    connection.script(&sql).await
}

/// What has been applied.
pub(super) async fn applied(connection: Connection<'_>) -> Result<Vec<Applied>> {
    let sql = Sql::of(["select app, version, name, checksum from savia_migrations"]);
    connection
        .fetch(&sql, &[], Columns::InOrder)
        .await
        .map_err(from_diesel)
}

/// Notes that a migration has been applied.
pub(super) async fn note(
    connection: Connection<'_>,
    app: &str,
    migration: &Migration,
) -> Result<()> {
    let sql = Sql::of([
        "insert into savia_migrations (app, version, name, checksum, applied_at) values (",
        ", ",
        ", ",
        ", ",
        ", ",
        ")",
    ]);
    let values = [
        Value::Text(app.to_owned()),
        Value::Text(migration.version.to_owned()),
        Value::Text(migration.name.to_owned()),
        Value::Text(migration.checksum(connection.dialect())),
        Value::Timestamp(Utc::now()),
    ];
    connection
        .execute(&sql, &values)
        .await
        .map(drop)
        .map_err(from_diesel)
}
