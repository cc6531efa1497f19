//! What is measured: the servers and the requests.

use std::io;
use std::path::{Path, PathBuf};

use savia_data_bench::{MANY, PAGE, ROWS};

use crate::database::Database;

/// One of the servers under comparison, with a table of its own.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) executable: PathBuf,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

/// diesel as people write it, which the others are compared with.
pub(crate) const PLAIN: &str = "plain";
/// diesel as well as it can be written.
pub(crate) const BEST: &str = "best";
/// A call of a repository for each statement.
pub(crate) const CALLS: &str = "Savia, calls";
/// A unit of work with calls of a repository.
pub(crate) const UNIT: &str = "Savia, unit";
/// A unit of work with plain diesel.
pub(crate) const DSL: &str = "Savia, unit in diesel";
/// sqlx.
pub(crate) const SQLX: &str = "sqlx";
/// sea-orm.
pub(crate) const SEA_ORM: &str = "sea-orm";

/// All of them, in the order of the tables.
pub(crate) const SUBJECTS: &[&str] = &[PLAIN, BEST, CALLS, UNIT, DSL, SQLX, SEA_ORM];

impl Subject {
    /// The server of this name, with an empty place for its table.
    ///
    /// # Errors
    ///
    /// Where the database makes no place.
    pub(crate) fn new(name: &'static str, database: Database, folder: &Path) -> io::Result<Self> {
        let by_hand = env!("CARGO_BIN_EXE_server-by-hand");
        let savia = env!("CARGO_BIN_EXE_server-savia");
        let (executable, way) = match name {
            BEST => (by_hand, ("BENCH_PATH", "best")),
            CALLS => (savia, ("SAVIA_INSTALLED_APPS", "[posts, calls]")),
            UNIT => (savia, ("SAVIA_INSTALLED_APPS", "[posts, unit]")),
            DSL => (savia, ("SAVIA_INSTALLED_APPS", "[posts, dsl]")),
            SQLX => (env!("CARGO_BIN_EXE_server-sqlx"), ("BENCH_PATH", "")),
            SEA_ORM => (env!("CARGO_BIN_EXE_server-sea-orm"), ("BENCH_PATH", "")),
            _ => (by_hand, ("BENCH_PATH", "plain")),
        };
        // The few there are live as long as the process, as constants would.
        let url = database.empty(name, folder)?.leak();
        Ok(Self {
            name,
            executable: executable.into(),
            environment: vec![
                way,
                ("DATABASE_URL", url),
                ("SAVIA_PROFILE", "prod"),
                ("NO_COLOR", "1"),
            ],
        })
    }
}

/// One of the requests, as many times as it has different numbers in it.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// For each connection its own, so that no two are ever about the same row.
    pub(crate) requests: Vec<Vec<Vec<u8>>>,
}

/// Connections of the load.
pub(crate) const CONNECTIONS: i64 = 8;
/// Different requests of each connection.
const VARIETY: i64 = 500;

/// What a request costs without a database; measured where it is asked for.
pub(crate) const NO_DATABASE: &str = "no database";
/// The one that the promise against sqlx is about.
pub(crate) const UPDATES: &str = "20 updates";

/// The requests; the one that makes the table longer comes last.
pub(crate) fn scenarios() -> Vec<Scenario> {
    // Of a connection, and a number that looks like any.
    let id = |connection, any: i64| any % (ROWS / CONNECTIONS) * CONNECTIONS + connection + 1;
    let start = |connection, any: i64| any % (ROWS / MANY / CONNECTIONS) * CONNECTIONS + connection;
    let page = |_, any: i64| any % (ROWS / PAGE);
    vec![
        Scenario::new(NO_DATABASE, |_, _| "GET /json".to_owned()),
        Scenario::new("find by id", |c, any| format!("GET /posts/{}", id(c, any))),
        Scenario::new("20 reads", |c, any| format!("GET /reads/{}", start(c, any))),
        Scenario::new("page of 50", |c, any| {
            format!("GET /pages/{}", page(c, any))
        }),
        Scenario::new(UPDATES, |c, any| format!("POST /updates/{}", start(c, any))),
        Scenario::new("version check", |c, any| {
            format!("POST /changes/{}", id(c, any))
        }),
        Scenario::new("insert", |_, any| format!("POST /posts/{}", any % ROWS)),
    ]
}

impl Scenario {
    fn new(name: &'static str, line: impl Fn(i64, i64) -> String) -> Self {
        let requests = (0..CONNECTIONS).map(|connection| {
            let numbers = (0..VARIETY).map(|at| any(connection * VARIETY + at));
            let requests = numbers.map(|any| {
                let line = line(connection, any);
                let rest = "HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n";
                format!("{line} {rest}").into_bytes()
            });
            requests.collect()
        });
        Self {
            name,
            requests: requests.collect(),
        }
    }
}

/// The same in every run; the multiplier is Knuth's (TAOCP 6.4).
fn any(at: i64) -> i64 {
    at.wrapping_add(1).wrapping_mul(2_654_435_761) >> 7 & 0xfff_ffff
}
