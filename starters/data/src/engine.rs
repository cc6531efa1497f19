//! The two databases, picked by the scheme of `data.url`.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::path::{Path, PathBuf};

use crate::observe::PoolState;
use crate::statement::Dialect;

use postgres::PgEngine;
use sqlite::SqliteEngine;

/// What runs statements.
pub(crate) enum Engine {
    Sqlite(SqliteEngine),
    Postgres(PgEngine),
}

impl Engine {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// How its connections are occupied, by pool, with their limits.
    pub(crate) fn states(&self) -> Vec<(String, usize, PoolState)> {
        match self {
            Self::Sqlite(engine) => {
                let state = engine.state();
                vec![("sqlite".to_owned(), state.connections, state)]
            }
            Self::Postgres(engine) => engine.states(),
        }
    }
}

/// What a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file of SQLite's.
    File(PathBuf),
    /// A database of SQLite's that is gone when the application stops.
    Memory,
    /// A PostgreSQL server.
    Server,
}

impl Location {
    /// What a URL names; a file lies in `folder` where its path does not begin at the root.
    ///
    /// # Errors
    ///
    /// Where it names neither database.
    pub(crate) fn of(url: &str, folder: &Path) -> Result<Self, String> {
        const KNOWN: &str = "`sqlite:file.db`, `sqlite::memory:` or `postgres://host/name`";
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Server);
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Err(match url.split_once(':') {
                Some((scheme, _)) => format!("`{scheme}:` is no database that is known: {KNOWN}"),
                None => format!("it is none of {KNOWN}"),
            });
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        if path == ":memory:" {
            return Ok(Self::Memory);
        }
        if path.is_empty() {
            return Err("it names no file: `sqlite:blog.db`".to_owned());
        }
        if path.contains('?') {
            return Err("a file of SQLite takes no parameters: see `data.sqlite`".to_owned());
        }
        Ok(Self::File(folder.join(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<Location, &str>) {
        let location = Location::of(url, Path::new("/srv/blog"));
        match (location, expected) {
            (Ok(location), Ok(expected)) => assert_eq!(location, expected),
            (Err(text), Err(part)) => assert!(text.contains(part), "{text}"),
            (location, _) => panic!("{url}: {location:?}"),
        }
    }

    #[test]
    fn the_scheme_says_which_database_it_is() {
        let file = |path: &str| Ok(Location::File(PathBuf::from(path)));
        check("sqlite:blog.db", file("/srv/blog/blog.db"));
        check("sqlite://blog.db", file("/srv/blog/blog.db"));
        check("sqlite:/var/blog.db", file("/var/blog.db"));
        check("sqlite:///var/blog.db", file("/var/blog.db"));
        check("sqlite::memory:", Ok(Location::Memory));
        check("postgres://me@db/blog", Ok(Location::Server));
        check("postgresql://me@db/blog", Ok(Location::Server));
        check("mysql://me@db/blog", Err("`mysql:` is no database"));
        check("blog.db", Err("it is none of"));
        check("sqlite:", Err("names no file"));
        check("sqlite:blog.db?mode=ro", Err("takes no parameters"));
    }
}
