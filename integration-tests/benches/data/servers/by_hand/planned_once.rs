//! Statements that SQLite plans once, whatever is bound to them.

use std::ffi::{c_char, c_int};
use std::ptr::null_mut;

use libsqlite3_sys::{
    SQLITE_DBCONFIG_ENABLE_QPSG, sqlite3, sqlite3_api_routines, sqlite3_auto_extension,
    sqlite3_db_config,
};

/// Turns it on for the connections that are opened from now on.
#[allow(unsafe_code, reason = "there is no SQL for it")]
pub(crate) fn enable() {
    // SAFETY: the entry point has the signature that SQLite documents, keeps nothing of what it is
    // given, and does not unwind.
    unsafe { sqlite3_auto_extension(Some(configure)) };
}

#[allow(unsafe_code, reason = "what SQLite calls is C")]
unsafe extern "C" fn configure(
    connection: *mut sqlite3,
    _: *mut *mut c_char,
    _: *const sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite hands over the connection that it is opening; the option takes an int and a
    // pointer that may be null.
    unsafe {
        sqlite3_db_config(
            connection,
            SQLITE_DBCONFIG_ENABLE_QPSG,
            1 as c_int,
            null_mut::<c_int>(),
        )
    }
}
