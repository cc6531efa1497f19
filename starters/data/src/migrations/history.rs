//! Which migrations have been applied: the table `savia_migrations`.

use chrono::{DateTime, Utc};
use diesel::deserialize;
use savia_core::Result;

use super::plan::Planned;
use crate::column::Plain;
use crate::connection::{Columns, Connection};
use crate::error::from_diesel;
use crate::statement::{Dialect, Sql};
use crate::table::{FromRow, RowView};
use crate::value::Value;

/// A migration that has been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    /// `posts:20261124080000`.
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) checksum: String,
    pub(crate) applied_at: DateTime<Utc>,
}

impl Applied {
    /// The app it belongs to.
    pub(crate) fn app(&self) -> &str {
        self.version.split_once(':').map_or("", |(app, _)| app)
    }

    /// The number its folder's name begins with.
    pub(crate) fn timestamp(&self) -> &str {
        self.version.split_once(':').map_or("", |(_, time)| time)
    }

    /// As those that are known are called: `posts/20261124080000_create_posts`.
    pub(crate) fn label(&self) -> String {
        format!("{}/{}_{}", self.app(), self.timestamp(), self.name)
    }
}

impl FromRow for Applied {
    fn columns() -> Option<Vec<&'static str>> {
        Some(vec!["version", "name", "checksum", "applied_at"])
    }

    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self> {
        Ok(Self {
            version: row.get::<String, Plain>(0)?,
            name: row.get::<String, Plain>(1)?,
            checksum: row.get::<String, Plain>(2)?,
            applied_at: row.get::<DateTime<Utc>, Plain>(3)?,
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
         version varchar(50) primary key, name text not null, checksum text not null, \
         applied_at {time} not null)"
    );
    connection.script(&sql).await
}

/// What has been applied.
pub(super) async fn applied(connection: Connection<'_>) -> Result<Vec<Applied>> {
    let sql = Sql::of(["select version, name, checksum, applied_at from savia_migrations"]);
    connection
        .fetch(&sql, &[], Columns::InOrder)
        .await
        .map_err(from_diesel)
}

/// Notes that a migration has been applied.
pub(super) async fn note(connection: Connection<'_>, planned: Planned) -> Result<()> {
    let sql = Sql::of([
        "insert into savia_migrations (version, name, checksum, applied_at) values (",
        ", ",
        ", ",
        ", ",
        ")",
    ]);
    let values = [
        Value::Text(planned.key()),
        Value::Text(planned.name.to_owned()),
        Value::Text(planned.checksum(connection.dialect())),
        Value::Timestamp(Utc::now()),
    ];
    execute(connection, &sql, &values).await
}

/// Notes that it has not been, any more.
pub(super) async fn forget(connection: Connection<'_>, planned: Planned) -> Result<()> {
    let sql = Sql::of(["delete from savia_migrations where version = ", ""]);
    execute(connection, &sql, &[Value::Text(planned.key())]).await
}

async fn execute(connection: Connection<'_>, sql: &Sql, values: &[Value]) -> Result<()> {
    connection
        .execute(sql, values)
        .await
        .map(drop)
        .map_err(from_diesel)
}
