//! What can be said to SQLite only in C: how connections plan, and when they may commit.

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::Once;

use libsqlite3_sys::{
    SQLITE_CONFIG_MEMSTATUS, SQLITE_CONFIG_MULTITHREAD, SQLITE_DBCONFIG_DQS_DDL,
    SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_ENABLE_QPSG, SQLITE_OK, sqlite3, sqlite3_api_routines,
    sqlite3_auto_extension, sqlite3_commit_hook, sqlite3_config, sqlite3_db_config,
};

thread_local! {
    /// Whether this thread works in a transaction that only its owner may commit.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Says whether this thread works in a transaction that only its owner may commit.
///
/// SQLite ends a transaction by itself after some failures, such as a full disk. Work that passes
/// over the failure would go on outside, each statement committed for itself; so guarded, it fails.
pub(super) fn guard(guarded: bool) {
    GUARDED.set(guarded);
}

/// As [`guard`], until it is dropped: for work on a connection away from its thread.
pub(super) fn guarded() -> Guarded {
    Guarded(GUARDED.replace(true))
}

/// What stood before is put back when it is dropped.
pub(super) struct Guarded(bool);

impl Drop for Guarded {
    fn drop(&mut self) {
        GUARDED.set(self.0);
    }
}

/// Sets up every connection of the process that is opened from now on: it plans a statement once,
/// and commits only where no guard stands before it.
///
/// Without the former SQLite plans a prepared statement anew whenever a value bound to a `LIMIT` or beside
/// an indexed column changes, which costs more than running it. What is lost are plans that look
/// at the values: a `LIKE` that begins with a bound text never uses an index
/// (<https://www.sqlite.org/queryplanner-ng.html#qpsg>).
///
/// A name in double quotes is a name: otherwise SQLite takes one that no column has for a text, and
/// answers it in every row (<https://www.sqlite.org/quirks.html#dblquote>).
pub(super) fn enable() {
    static ENABLED: Once = Once::new();
    ENABLED.call_once(|| {
        unshared();
        #[allow(
            unsafe_code,
            reason = "diesel gives no way to configure a connection but SQL, and there is none for this"
        )]
        // SAFETY: the entry point has the signature that SQLite documents, keeps nothing of what
        // it is given, and does not unwind.
        let registered = unsafe { sqlite3_auto_extension(Some(configure)) };
        if registered != SQLITE_OK {
            tracing::error!("SQLite's connections cannot be set up: code {registered}");
        }
    });
}

/// Takes the locks away that would let several threads use one connection at once, and the count of
/// all memory, which has a lock as well: they cost a small statement up to a tenth of its time.
///
/// In Rust nobody needs the former: diesel's connections, as those of other crates, are used through
/// `&mut` or ask for the locks when they are opened. Where SQLite runs already, it stays as it is.
/// See <https://www.sqlite.org/threadsafe.html>, "multi-thread".
fn unshared() {
    #[allow(
        unsafe_code,
        reason = "SQLite is configured before there is a connection"
    )]
    // SAFETY: both options are documented, the first without an argument, the second with an int.
    // Before SQLite runs nobody else is in it, and once it runs it refuses both.
    unsafe {
        sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0 as c_int);
    }
}

#[allow(unsafe_code, reason = "what SQLite calls is C")]
unsafe extern "C" fn configure(
    connection: *mut sqlite3,
    _: *mut *mut c_char,
    _: *const sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite hands over the connection that it is opening. The hook has the signature that
    // SQLite documents and asks for no context. The option takes an int and a pointer that may be
    // null.
    unsafe {
        sqlite3_commit_hook(connection, Some(vetoes), null_mut());
        let switch = |option: c_int, on: c_int| {
            sqlite3_db_config(connection, option, on, null_mut::<c_int>())
        };
        [
            switch(SQLITE_DBCONFIG_ENABLE_QPSG, 1),
            switch(SQLITE_DBCONFIG_DQS_DML, 0),
            switch(SQLITE_DBCONFIG_DQS_DDL, 0),
        ]
        .into_iter()
        .find(|code| *code != SQLITE_OK)
        .unwrap_or(SQLITE_OK)
    }
}

/// What is not zero turns the commit into a rollback.
extern "C" fn vetoes(_: *mut c_void) -> c_int {
    // A thread that is about to end has no guard left, and no work either.
    c_int::from(GUARDED.try_with(Cell::get).unwrap_or(false))
}
