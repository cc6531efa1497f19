//! What can be said on the command line, behind `cargo bench --`.

use std::time::Duration;

use crate::database::Database;

/// The options.
pub(crate) struct Options {
    pub(crate) rounds: u32,
    pub(crate) seconds: Duration,
    pub(crate) instructions: bool,
    /// Only requests whose name contains it.
    only: Option<String>,
    /// Only this database.
    on: Option<Database>,
}

const USAGE: &str = "\
usage: cargo bench -- [OPTIONS]
  --rounds N       rounds of every server and request (default 3)
  --seconds S      load on each, in seconds (default 2)
  --only TEXT      only requests whose name contains TEXT
  --on DATABASE    only sqlite or postgres
  --instructions   counts instructions as well, with valgrind";

impl Options {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// The usage.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            rounds: 3,
            seconds: Duration::from_secs(2),
            instructions: false,
            only: None,
            on: None,
        };
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .ok_or_else(|| format!("{word} wants a value\n{USAGE}"))
            };
            match word.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--instructions" => options.instructions = true,
                "--only" => options.only = Some(value()?),
                "--on" => options.on = Some(database(&value()?)?),
                "--rounds" => options.rounds = number(&value()?)?,
                "--seconds" => options.seconds = Duration::from_secs(number(&value()?)?),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(options)
    }

    /// Whether the request is to be measured; the one without a database has to be asked for.
    pub(crate) fn wants(&self, request: &str) -> bool {
        match &self.only {
            Some(text) => request.contains(text.as_str()),
            None => request != crate::subject::NO_DATABASE,
        }
    }

    /// Whether the database is to be measured.
    pub(crate) fn wants_on(&self, database: Database) -> bool {
        self.on.is_none_or(|only| only == database)
    }
}

fn database(text: &str) -> Result<Database, String> {
    match text {
        "sqlite" => Ok(Database::Sqlite),
        "postgres" => Ok(Database::Postgres),
        _ => Err(format!("{text:?} is neither database\n{USAGE}")),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not a number\n{USAGE}"))
}
