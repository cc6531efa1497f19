//! Where each server's table lies: a file of its own, or a schema of its own.

use std::io;
use std::path::Path;

use tokio_postgres::NoTls;

/// One of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// Its name, for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// Whether it is there.
    pub(crate) fn answers(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres => batch("select 1").is_ok(),
        }
    }

    /// An empty place for the table of a server, by the URL that the server is given.
    ///
    /// # Errors
    ///
    /// Where the database does not make one.
    pub(crate) fn empty(self, server: &str, folder: &Path) -> io::Result<String> {
        match self {
            Self::Sqlite => {
                let file = folder.join(format!("{}.db", name(server)));
                for suffix in ["", "-wal", "-shm"] {
                    let mut file = file.clone().into_os_string();
                    file.push(suffix);
                    // There is none the first time.
                    let _ = std::fs::remove_file(file);
                }
                Ok(format!("sqlite:{}", file.display()))
            }
            Self::Postgres => {
                let schema = name(server);
                batch(&format!(
                    "drop schema if exists {schema} cascade; create schema {schema}"
                ))?;
                // In the clear: by default some would encrypt and some would not. And a commit
                // returns before it is on the disk, as it does with SQLite's `synchronous =
                // normal`. Neither is what is compared.
                Ok(format!(
                    "{}?sslmode=disable\
                     &options=-csearch_path%3D{schema}%20-csynchronous_commit%3Doff",
                    url()
                ))
            }
        }
    }

    /// Takes the tables of these servers away.
    ///
    /// # Errors
    ///
    /// Where the database does not.
    pub(crate) fn clear<'a>(self, servers: impl Iterator<Item = &'a str>) -> io::Result<()> {
        if self == Self::Sqlite {
            // They go with the folder.
            return Ok(());
        }
        for server in servers {
            batch(&format!("drop schema if exists {} cascade", name(server)))?;
        }
        Ok(())
    }
}

/// A server's name as that of a file or schema.
fn name(server: &str) -> String {
    let letters = server.chars().map(|letter| match letter {
        'a'..='z' => letter,
        'A'..='Z' => letter.to_ascii_lowercase(),
        _ => '_',
    });
    std::iter::once("savia_bench_".chars())
        .flatten()
        .chain(letters)
        .collect()
}

fn url() -> String {
    std::env::var("BENCH_POSTGRES_URL")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned())
}

fn batch(sql: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&url(), NoTls)
            .await
            .map_err(io::Error::other)?;
        tokio::spawn(connection);
        client.batch_execute(sql).await.map_err(io::Error::other)
    })
}
