//! Beginning and committing: SQLite reads these statements once for each connection, which costs
//! more than running them.

use diesel::connection::{
    AnsiTransactionManager, TransactionDepthChange, TransactionManager, TransactionManagerStatus,
};
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sqlite::SqliteConnection;

use crate::connection::execute_on_sqlite;
use crate::statement::{Dialect, Sql};

/// The statements that begin and end transactions.
pub(super) struct Controls {
    pub(super) begin: Sql,
    pub(super) begin_immediate: Sql,
    pub(super) commit: Sql,
}

impl Controls {
    pub(super) fn new() -> Self {
        let sql = |text| Sql::of(Dialect::Sqlite, [text]);
        Self {
            begin: sql("begin"),
            begin_immediate: sql("begin immediate"),
            commit: sql("commit"),
        }
    }
}

/// Begins, and lets diesel know, whose own transactions inside are savepoints then.
pub(super) fn begin(connection: &mut SqliteConnection, sql: &Sql) -> QueryResult<()> {
    if depth(connection)? != 0 {
        return Err(DieselError::AlreadyInTransaction);
    }
    execute_on_sqlite(connection, sql, &[])?;
    changes(connection, TransactionDepthChange::IncreaseDepth)
}

/// Commits, where nothing that was begun inside is still open.
pub(super) fn commit(connection: &mut SqliteConnection, sql: &Sql) -> QueryResult<()> {
    match depth(connection)? {
        0 => return Err(DieselError::NotInTransaction),
        1 => {}
        _ => return AnsiTransactionManager::commit_transaction(connection),
    }
    let committed = execute_on_sqlite(connection, sql, &[]);
    // As diesel has it: one that failed has ended, too.
    changes(connection, TransactionDepthChange::DecreaseDepth)?;
    committed.map(drop)
}

fn depth(connection: &mut SqliteConnection) -> QueryResult<u32> {
    let status = AnsiTransactionManager::transaction_manager_status_mut(connection);
    Ok(status.transaction_depth()?.map_or(0, Into::into))
}

fn changes(connection: &mut SqliteConnection, change: TransactionDepthChange) -> QueryResult<()> {
    match AnsiTransactionManager::transaction_manager_status_mut(connection) {
        TransactionManagerStatus::Valid(status) => status.change_transaction_depth(change),
        TransactionManagerStatus::InError => Err(DieselError::BrokenTransactionManager),
    }
}
