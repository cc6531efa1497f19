//! The two databases, as a runner of migrations uses them.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, SqliteConnection, sql_query};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use savia::schema::{Catalogue, read_postgres, read_sqlite, without_foreign_keys};
use savia::statement::Dialect;
use tokio::runtime::Runtime;

use crate::support::Schema as Namespace;

/// A database that can be emptied.
#[allow(clippy::large_enum_variant, reason = "there is one of them at a time")]
pub(crate) enum Database {
    Sqlite(SqliteConnection),
    Postgres {
        runtime: Runtime,
        connection: AsyncPgConnection,
        namespace: Namespace,
    },
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(SqliteConnection::establish(":memory:").unwrap())
    }

    /// Nothing where there is no server.
    pub(crate) fn postgres() -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let (connection, namespace) = runtime.block_on(async {
            let namespace = Namespace::make().await?;
            let mut connection = AsyncPgConnection::establish(&namespace.url())
                .await
                .unwrap();
            // Nothing of it has to outlive a power cut.
            let quick = "set synchronous_commit = off; set client_min_messages = warning";
            connection.batch_execute(quick).await.unwrap();
            Some((connection, namespace))
        })?;
        Some(Self::Postgres {
            runtime,
            connection,
            namespace,
        })
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Takes everything away.
    pub(crate) fn clear(&mut self) {
        match self {
            Self::Sqlite(connection) => {
                *connection = SqliteConnection::establish(":memory:").unwrap();
            }
            Self::Postgres { .. } => self
                .run(
                    "do $$ declare name text := current_schema(); begin
                        execute format('drop schema %I cascade', name);
                        execute format('create schema %I', name);
                    end $$",
                )
                .unwrap(),
        }
    }

    /// Runs a script in a transaction, without foreign keys where it wants that.
    pub(crate) fn run(&mut self, script: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(connection) => on_sqlite(connection, script),
            Self::Postgres {
                runtime,
                connection,
                ..
            } => runtime.block_on(async {
                let sql = format!("begin;\n{script}\n;commit");
                let ran = connection.batch_execute(&sql).await;
                if ran.is_err() {
                    connection.batch_execute("rollback").await.unwrap();
                }
                ran.map_err(|error| error.to_string())
            }),
        }
    }

    /// The lines that a statement gives as `line`.
    pub(crate) fn lines(&mut self, sql: &str) -> Result<Vec<String>, String> {
        let lines: diesel::QueryResult<Vec<Line>> = match self {
            Self::Sqlite(connection) => diesel::RunQueryDsl::load(sql_query(sql), connection),
            Self::Postgres {
                runtime,
                connection,
                ..
            } => runtime.block_on(diesel_async::RunQueryDsl::load(sql_query(sql), connection)),
        };
        let lines = lines.map_err(|error| format!("{error}: {sql}"))?;
        Ok(lines.into_iter().map(|it| it.line).collect())
    }

    pub(crate) fn catalogue(&mut self) -> Catalogue {
        match self {
            Self::Sqlite(connection) => read_sqlite(connection).unwrap(),
            Self::Postgres {
                runtime,
                connection,
                ..
            } => runtime.block_on(read_postgres(connection)).unwrap(),
        }
    }

    pub(crate) fn drop(self) {
        if let Self::Postgres {
            runtime, namespace, ..
        } = self
        {
            runtime.block_on(namespace.drop());
        }
    }
}

fn on_sqlite(connection: &mut SqliteConnection, script: &str) -> Result<(), String> {
    let keys = if without_foreign_keys(script) {
        "off"
    } else {
        "on"
    };
    let begin = format!("pragma foreign_keys = {keys}; begin immediate");
    connection.batch_execute(&begin).unwrap();
    let ran = connection
        .batch_execute(script)
        .map_err(|error| error.to_string());
    let ran = ran.and_then(|()| {
        let broken: Vec<Line> = diesel::RunQueryDsl::load(
            sql_query("select \"table\" || ' to ' || parent as line from pragma_foreign_key_check"),
            connection,
        )
        .unwrap();
        match broken.as_slice() {
            [] => Ok(()),
            [Line { line }, ..] => Err(format!("a foreign key of {line} is broken")),
        }
    });
    let end = if ran.is_ok() { "commit" } else { "rollback" };
    connection.batch_execute(end).unwrap();
    connection
        .batch_execute("pragma foreign_keys = on")
        .unwrap();
    ran
}
