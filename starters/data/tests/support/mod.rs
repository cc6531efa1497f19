//! A database of its own for every test, on SQLite and on PostgreSQL.

#![allow(dead_code, reason = "not every test asks for everything")]

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::context::ContextKind;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Application, Running};
use savia_core::{Context, Result};
use savia_starter_data::{Connection, Database};
use serde_json::Value;
use tempfile::TempDir;

savia_core::app! { name: "test" }

/// Long enough for a busy machine; a test never waits for it unless it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running application with a database of its own.
pub(crate) struct Db {
    pub(crate) app: Application<Running>,
    pub(crate) database: Arc<Database>,
    pub(crate) folder: TempDir,
    schema: Option<Schema>,
}

impl Db {
    /// SQLite, in a file.
    pub(crate) async fn sqlite(config: &[(&str, Value)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sources = Sources::in_dir(folder.path()).over("data.url", "sqlite:test.db");
        let app = start(sources, config).await.unwrap();
        Self::of(app, folder, None)
    }

    /// PostgreSQL, in a schema; nothing where there is no server.
    pub(crate) async fn postgres(config: &[(&str, Value)]) -> Option<Self> {
        let schema = Schema::make().await?;
        let folder = tempfile::tempdir().unwrap();
        let sources = Sources::in_dir(folder.path()).over("data.url", schema.url());
        let app = start(sources, config).await.unwrap();
        Some(Self::of(app, folder, Some(schema)))
    }

    fn of(app: Application<Running>, folder: TempDir, schema: Option<Schema>) -> Self {
        let database = app.handle().component::<Database>().unwrap();
        Self {
            app,
            database,
            folder,
            schema,
        }
    }

    /// Runs work in a context of the application, as a request would be.
    pub(crate) async fn inside<F: Future>(&self, work: F) -> F::Output {
        let context = Context::new(self.app.handle().clone(), ContextKind::Test);
        context.scope(work).await
    }

    /// A table `counter` with one row that holds 0, and an empty table `lines`.
    pub(crate) async fn tables(&self) {
        self.exec("create table counter (n bigint not null)").await;
        self.exec("insert into counter values (0)").await;
        self.exec("create table lines (n bigint not null primary key)")
            .await;
    }

    pub(crate) async fn exec(&self, sql: &'static str) {
        self.database
            .with(move |tx| Box::pin(async move { exec(tx, sql).await }))
            .await
            .unwrap();
    }

    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        self.database
            .read(move |tx| Box::pin(async move { number(tx, sql).await }))
            .await
            .unwrap()
    }

    /// How many lines there are.
    pub(crate) async fn lines(&self) -> i64 {
        self.number("select count(*) as n from lines").await
    }

    pub(crate) fn url(&self) -> String {
        self.schema
            .as_ref()
            .map_or_else(|| "sqlite:test.db".to_owned(), Schema::url)
    }

    pub(crate) async fn stop(self) {
        assert!(self.app.stop().await, "it did not stop in time");
        if let Some(schema) = self.schema {
            schema.drop().await;
        }
    }
}

/// Starts an application with these keys.
pub(crate) async fn start(
    mut sources: Sources,
    config: &[(&str, Value)],
) -> Result<Application<Running>, StartupError> {
    for (key, value) in config {
        sources = sources.over(*key, value.clone());
    }
    Application::configure(sources)?
        .discover(Overrides::default())
        .build()
        .await?
        .start()
        .await
}

/// Runs a text of statements.
pub(crate) async fn exec(tx: Connection<'_>, sql: &str) -> Result<()> {
    if let Some(mut connection) = tx.sqlite() {
        return Ok(connection.batch_execute(sql)?);
    }
    let mut connection = tx.postgres().unwrap();
    Ok(SimpleAsyncConnection::batch_execute(&mut connection, sql).await?)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The number that a statement gives as `n`.
pub(crate) async fn number(tx: Connection<'_>, sql: &str) -> Result<i64> {
    if let Some(mut connection) = tx.sqlite() {
        let found: QueryResult<Number> =
            diesel::RunQueryDsl::get_result(diesel::sql_query(sql), &mut *connection);
        return Ok(found?.n);
    }
    let mut connection = tx.postgres().unwrap();
    let found: Number = RunQueryDsl::get_result(diesel::sql_query(sql), &mut connection).await?;
    Ok(found.n)
}

/// A schema of its own on the server.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    /// Nothing where there is no server, which is said aloud, and a failure where services are
    /// required.
    pub(crate) async fn make() -> Option<Self> {
        let server = std::env::var("SAVIA_TEST_POSTGRES")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned());
        let mut connection = match AsyncPgConnection::establish(&server).await {
            Ok(connection) => connection,
            Err(error) => {
                let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
                assert!(!required, "PostgreSQL is required and away: {error}");
                eprintln!("skipped: there is no PostgreSQL at SAVIA_TEST_POSTGRES: {error}");
                return None;
            }
        };
        let name = format!("t_{}", uuid::Uuid::new_v4().simple());
        connection
            .batch_execute(&format!("create schema {name}"))
            .await
            .unwrap();
        Some(Self { server, name })
    }

    pub(crate) fn url(&self) -> String {
        format!("{}?options=-csearch_path%3D{}", self.server, self.name)
    }

    /// The tables in it.
    pub(crate) async fn tables(&self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Name {
            #[diesel(sql_type = diesel::sql_types::Text)]
            name: String,
        }
        let mut connection = AsyncPgConnection::establish(&self.server).await.unwrap();
        let sql = format!(
            "select tablename::text as name from pg_tables where schemaname = '{}'",
            self.name
        );
        let found: Vec<Name> = RunQueryDsl::load(diesel::sql_query(sql), &mut connection)
            .await
            .unwrap();
        found.into_iter().map(|it| it.name).collect()
    }

    pub(crate) async fn drop(self) {
        let mut connection = AsyncPgConnection::establish(&self.server).await.unwrap();
        let sql = format!("drop schema {} cascade", self.name);
        connection.batch_execute(&sql).await.unwrap();
    }
}

/// Runs tests on both databases: each takes a [`Db`].
#[macro_export]
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let db = $crate::support::Db::sqlite(&[]).await;
                db.tables().await;
                super::$name(&db).await;
                db.stop().await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(db) = $crate::support::Db::postgres(&[]).await else { return };
                db.tables().await;
                super::$name(&db).await;
                db.stop().await;
            })*
        }
    };
}
