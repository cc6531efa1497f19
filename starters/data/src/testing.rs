//! What a test has of a database: one of its own.
//!
//! The test starter uses it for every `TestApp`; it can be used without.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use savia_core::{Error, Result};

use crate::Database;
use crate::config::DataConfig;
use crate::connection::{Columns, Connection};
use crate::error::from_diesel;
use crate::statement::Sql;
use crate::value::Value;

/// What the names of private schemas begin with; then come the second they were made in (of Unix'
/// time) and what tells them apart.
const PREFIX: &str = "savia_test_";

/// After this time a schema's test is over, however it ended.
const FORGOTTEN: Duration = Duration::from_secs(3600);

/// How many of those a new one removes: a test does not wait for all that a day has left.
const SWEPT: usize = 4;

/// A database that nobody else uses: a schema of its own on a PostgreSQL server, or SQLite in
/// memory.
///
/// ```no_run
/// # async fn example() -> savia_core::Result<()> {
/// use savia_starter_data::testing::PrivateDatabase;
///
/// let database = PrivateDatabase::make(Some("postgres://postgres@localhost/test")).await?;
/// println!("{}", database.url());
/// database.remove().await
/// # }
/// ```
#[derive(Debug)]
pub struct PrivateDatabase {
    url: String,
    schema: Option<Schema>,
}

#[derive(Debug)]
struct Schema {
    server: String,
    name: String,
}

impl PrivateDatabase {
    /// A schema on the server that `url` names; in memory where it names none. Schemas that an
    /// earlier run left behind are removed with this.
    ///
    /// # Errors
    ///
    /// Where the server is out of reach, or lets this user make no schema.
    pub async fn make(url: Option<&str>) -> Result<Self> {
        let server = url.filter(|url| url.starts_with("postgres"));
        let Some(server) = server else {
            return Ok(Self {
                url: "sqlite::memory:".to_owned(),
                schema: None,
            });
        };
        let now = now();
        let name = format!("{PREFIX}{now}_{}", uuid::Uuid::new_v4().simple());
        let create = format!("create schema {name}");
        let database = connect(server).await?;
        let made = database
            .with(move |tx| {
                Box::pin(async move {
                    tx.script(&create).await?;
                    forgotten(tx, now).await
                })
            })
            .await;
        for left in made.as_ref().into_iter().flatten().take(SWEPT) {
            let drop = format!("drop schema if exists {left} cascade");
            // Another test may be at it: then it is gone, or goes with the next one.
            let _ = database
                .with(move |tx| Box::pin(async move { tx.script(&drop).await }))
                .await;
        }
        database.close().await?;
        made?;
        Ok(Self {
            url: within(server, &name),
            schema: Some(Schema {
                server: server.to_owned(),
                name,
            }),
        })
    }

    /// Where it is, for `data.url`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Removes it and everything in it.
    ///
    /// # Errors
    ///
    /// Where the server is out of reach.
    pub async fn remove(self) -> Result<()> {
        let Some(Schema { server, name }) = self.schema else {
            return Ok(());
        };
        let drop = format!("drop schema if exists {name} cascade");
        let database = connect(&server).await?;
        let dropped = database
            .with(move |tx| Box::pin(async move { tx.script(&drop).await }))
            .await;
        database.close().await?;
        dropped
    }
}

async fn connect(server: &str) -> Result<Database> {
    let config = DataConfig::default();
    Database::connect(server, Path::new(""), "savia-test", &config, 0)
        .await
        .map_err(|error| Error::unavailable(error.to_string()).with_source(error))
}

/// The private schemas whose tests must be over.
async fn forgotten(tx: Connection<'_>, now: u64) -> Result<Vec<String>> {
    let sql = Sql::of(
        tx.dialect(),
        [
            "select nspname::text from pg_namespace where starts_with(nspname, ",
            ")",
        ],
    );
    let names: Vec<String> = tx
        .fetch(&sql, &[Value::Text(PREFIX.to_owned())], Columns::InOrder)
        .await
        .map_err(from_diesel)?;
    let is_over = |name: &String| {
        let made = name.strip_prefix(PREFIX).and_then(|it| it.split_once('_'));
        // A name of another shape is none of ours.
        made.is_some_and(|(made, rest)| {
            let old = made
                .parse()
                .is_ok_and(|made: u64| made + FORGOTTEN.as_secs() < now);
            old && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    Ok(names.into_iter().filter(is_over).collect())
}

/// The server's URL with the schema as the place where names are looked up.
fn within(server: &str, schema: &str) -> String {
    let path = format!("-csearch_path%3D{schema}");
    let (base, query) = server.split_once('?').unwrap_or((server, ""));
    let mut pairs: Vec<String> = Vec::new();
    let mut options = path;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.strip_prefix("options=") {
            // The last word wins, and that is ours.
            Some(theirs) => options = format!("{theirs}%20{options}"),
            None => pairs.push(pair.to_owned()),
        }
    }
    pairs.push(format!("options={options}"));
    format!("{base}?{}", pairs.join("&"))
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_added_to_what_the_url_says() {
        let check = |url, expected| assert_eq!(within(url, "s"), expected);
        check("postgres://h/n", "postgres://h/n?options=-csearch_path%3Ds");
        check(
            "postgres://h/n?options=-cx%3D1&sslmode=disable",
            "postgres://h/n?sslmode=disable&options=-cx%3D1%20-csearch_path%3Ds",
        );
    }
}
