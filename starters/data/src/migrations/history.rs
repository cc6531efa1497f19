//! Which migrations have been applied: the table `savia_migrations`.

use std::time::Duration;

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

/// How long another instance that migrates is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);

/// A migration that has been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    /// `posts:20261124080000`.
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) checksum: String,
    pub(crate) applied_at: DateTime<Utc>,
    /// Counts up with each that is applied: clocks of two instances may differ.
    pub(crate) rank: i64,
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
        Some(vec!["version", "name", "checksum", "applied_at", "rank"])
    }

    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self> {
        Ok(Self {
            version: row.get::<String, Plain>(0)?,
            name: row.get::<String, Plain>(1)?,
            checksum: row.get::<String, Plain>(2)?,
            applied_at: row.get::<DateTime<Utc>, Plain>(3)?,
            rank: row.get::<i64, Plain>(4)?,
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
            let wait = PATIENCE.as_millis();
            let sql = format!(
                "set local statement_timeout = 0; set local lock_timeout = {wait}; \
                 select pg_advisory_xact_lock(hashtext('savia_migrations'), hashtext(current_schema())); \
                 set local lock_timeout = 0"
            );
            connection.script(&sql).await
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
         applied_at {time} not null, rank bigint not null)"
    );
    connection.script(&sql).await
}

/// What has been applied; nothing where nobody has made the table yet.
pub(super) async fn known(connection: Connection<'_>) -> Result<Vec<Applied>> {
    if is_prepared(connection).await? {
        applied(connection).await
    } else {
        Ok(Vec::new())
    }
}

async fn is_prepared(connection: Connection<'_>) -> Result<bool> {
    let sql = Sql::of(
        connection.dialect(),
        [match connection.dialect() {
            Dialect::Sqlite => {
                "select count(*) from sqlite_master where type = 'table' and name = 'savia_migrations'"
            }
            Dialect::Postgres => "select count(to_regclass('savia_migrations'))",
        }],
    );
    let found: Vec<Count> = connection
        .fetch(&sql, &[], Columns::InOrder)
        .await
        .map_err(from_diesel)?;
    Ok(found.first().is_some_and(|Count(count)| *count > 0))
}

struct Count(i64);

impl FromRow for Count {
    fn columns() -> Option<Vec<&'static str>> {
        None
    }

    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self> {
        Ok(Self(row.get::<i64, Plain>(0)?))
    }
}

/// What has been applied.
pub(super) async fn applied(connection: Connection<'_>) -> Result<Vec<Applied>> {
    let sql = Sql::of(
        connection.dialect(),
        ["select version, name, checksum, applied_at, rank from savia_migrations"],
    );
    connection
        .fetch(&sql, &[], Columns::InOrder)
        .await
        .map_err(from_diesel)
}

/// Notes that a migration has been applied.
pub(super) async fn note(connection: Connection<'_>, planned: Planned) -> Result<()> {
    let sql = Sql::of(
        connection.dialect(),
        [
            "insert into savia_migrations (version, name, checksum, applied_at, rank) select ",
            ", ",
            ", ",
            ", ",
            ", coalesce(max(rank), 0) + 1 from savia_migrations",
        ],
    );
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
    let sql = Sql::of(
        connection.dialect(),
        ["delete from savia_migrations where version = ", ""],
    );
    execute(connection, &sql, &[Value::Text(planned.key())]).await
}

async fn execute(connection: Connection<'_>, sql: &Sql, values: &[Value]) -> Result<()> {
    connection
        .execute(sql, values)
        .await
        .map(drop)
        .map_err(from_diesel)
}
