//! A thread's connection.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::Error as DieselError;
use diesel::{Connection as _, ConnectionError, SqliteConnection};
use savia_core::{Error, Result};
use tokio::runtime::Handle;

use super::control::{self, Controls};
use super::setup::guard;
use crate::config::{SqliteConfig, Synchronous};
use crate::error::{from_diesel, is_retryable};
use crate::observe::Observer;

/// What a thread works on: one connection, and how to get another.
pub(crate) struct Seat {
    connection: SharedConnection,
    opener: Arc<Opener>,
    role: Role,
    runtime: Handle,
    controls: Controls,
}

/// The connection of a thread. Work reaches it on that thread only; the lock is what lets the
/// compiler know.
pub(crate) type SharedConnection = Arc<Mutex<SqliteConnection>>;

/// What a thread is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Reader,
    Writer,
}

/// Opens connections to one database.
pub(super) struct Opener {
    pub(super) path: PathBuf,
    pub(super) config: SqliteConfig,
    /// A database that ends with the process need not reach the disk.
    pub(super) durable: bool,
    pub(super) observer: Observer,
}

thread_local! {
    /// The connection of the thread whose job runs now.
    static HERE: RefCell<Option<SharedConnection>> = const { RefCell::new(None) };
}

/// The connection of the thread this runs on, where it is one of the database's.
pub(crate) fn here() -> Option<SharedConnection> {
    HERE.with_borrow(Clone::clone)
}

/// Whether this runs where work on the connection belongs.
pub(crate) fn is_here(connection: &SharedConnection) -> bool {
    HERE.with_borrow(|here| {
        here.as_ref()
            .is_some_and(|here| Arc::ptr_eq(here, connection))
    })
}

/// Says that this thread works on the connection until the guard is dropped.
pub(super) fn occupy(connection: &SharedConnection) -> Occupied {
    Occupied(HERE.replace(Some(Arc::clone(connection))))
}

impl Opener {
    pub(super) fn open(&self, role: Role) -> Result<SqliteConnection, ConnectionError> {
        let path = self.path.to_string_lossy();
        let mut connection = SqliteConnection::establish(&path)?;
        connection
            .batch_execute(&self.pragmas(role))
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        connection.set_instrumentation(self.observer.instrumentation());
        Ok(connection)
    }

    fn pragmas(&self, role: Role) -> String {
        let config = &self.config;
        let synchronous = match config.synchronous {
            _ if !self.durable => "off",
            Synchronous::Normal => "normal",
            Synchronous::Full => "full",
        };
        // A negative size is in KiB.
        let cache = config.cache_size.bytes() / 1024;
        let query_only = if role == Role::Reader { "on" } else { "off" };
        format!(
            "pragma busy_timeout = {}; pragma journal_mode = wal; pragma synchronous = {synchronous}; \
             pragma foreign_keys = on; pragma cache_size = -{cache}; pragma temp_store = memory; \
             pragma query_only = {query_only};",
            config.busy_timeout.as_millis(),
        )
    }
}

impl Seat {
    pub(super) fn take(
        opener: Arc<Opener>,
        role: Role,
        runtime: Handle,
    ) -> Result<Self, ConnectionError> {
        let connection = Arc::new(Mutex::new(opener.open(role)?));
        Ok(Self {
            connection,
            opener,
            role,
            runtime,
            controls: Controls::new(),
        })
    }

    /// The thread's connection.
    pub(crate) fn connection(&self) -> &SharedConnection {
        &self.connection
    }

    /// Whether quick statements of a transaction may run on its caller's thread.
    pub(super) fn is_lent(&self) -> bool {
        self.opener.config.inline
    }

    /// The runtime that timers and sockets of work on this thread belong to.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Says that this thread works on its connection until the guard is dropped.
    pub(super) fn occupy(&self) -> Occupied {
        occupy(&self.connection)
    }

    /// Begins a transaction. One that writes asks for the lock at once, so that none is refused
    /// later for what another process wrote in between.
    pub(crate) fn begin(&self, read_only: bool) -> Result<()> {
        let sql = if read_only {
            &self.controls.begin
        } else {
            &self.controls.begin_immediate
        };
        let limit = self.opener.config.busy_timeout;
        let since = Instant::now();
        loop {
            let begun = control::begin(&mut self.lock(), sql);
            match begun.map_err(from_diesel) {
                // SQLite gives up waiting early where two would wait for each other.
                Err(error) if is_retryable(&error) && since.elapsed() < limit => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(error),
                Ok(()) => {
                    guard(true);
                    return Ok(());
                }
            }
        }
    }

    /// Commits. Where that fails, nothing of the transaction stays.
    pub(crate) fn commit(&mut self) -> Result<()> {
        guard(false);
        let committed = control::commit(&mut self.lock(), &self.controls.commit);
        committed.map_err(|error| {
            // diesel takes a commit that failed for a transaction that ended; SQLite may not.
            let _ = self.lock().batch_execute("rollback");
            self.rollback();
            from_diesel(error)
        })
    }

    /// Rolls back whatever is open: a unit's transaction, and what its author opened inside.
    pub(crate) fn rollback(&mut self) {
        guard(false);
        loop {
            let rolled_back = AnsiTransactionManager::rollback_transaction(&mut *self.lock());
            match rolled_back {
                Ok(()) => {}
                Err(DieselError::NotInTransaction) => return,
                Err(error) => {
                    tracing::warn!("a connection to SQLite is opened anew: {error}");
                    return self.reopen();
                }
            }
        }
    }

    /// Switches foreign keys, outside of any transaction. A migration may have left the way that
    /// SQLite renames otherwise than it was.
    pub(crate) fn set_foreign_keys(&mut self, on: bool) -> Result<()> {
        let sql = match on {
            true => "pragma foreign_keys = on; pragma legacy_alter_table = off",
            false => "pragma foreign_keys = off",
        };
        let switched = self.lock().batch_execute(sql);
        switched.map_err(|error| {
            // A connection that does not watch its keys is not to be used again.
            self.reopen();
            from_diesel(error)
        })
    }

    /// Refuses rows that refer to nothing.
    pub(crate) fn check_foreign_keys(&self) -> Result<()> {
        #[derive(diesel::QueryableByName)]
        struct Dangling {
            #[diesel(sql_type = diesel::sql_types::Text)]
            table: String,
            #[diesel(sql_type = diesel::sql_types::Text)]
            parent: String,
        }
        let sql = "select \"table\", parent from pragma_foreign_key_check limit 1";
        let found: Vec<Dangling> =
            diesel::RunQueryDsl::load(diesel::sql_query(sql), &mut *self.lock())
                .map_err(from_diesel)?;
        match found.first() {
            None => Ok(()),
            Some(Dangling { table, parent }) => Err(Error::conflict(format!(
                "rows of `{table}` would refer to rows of `{parent}` that are not there"
            ))),
        }
    }

    fn reopen(&mut self) {
        match self.opener.open(self.role) {
            Ok(connection) => self.connection = Arc::new(Mutex::new(connection)),
            Err(error) => tracing::error!("SQLite cannot be opened: {error}"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, SqliteConnection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Until it is dropped, [`here`] finds the connection of the thread; then what it found before.
pub(super) struct Occupied(Option<SharedConnection>);

impl Drop for Occupied {
    fn drop(&mut self) {
        HERE.set(self.0.take());
    }
}
