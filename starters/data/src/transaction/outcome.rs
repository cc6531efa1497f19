//! What the work of a transaction returns.

use savia_core::Error;

/// What the work of a transaction returns: a `Result`, whose `Err` rolls back.
#[diagnostic::on_unimplemented(
    message = "a transaction cannot return `{Self}`",
    label = "not an outcome of a transaction",
    note = "return a `Result` with an error that is made from `savia::Error`: its `Err` rolls the transaction back"
)]
pub trait TransactionOutcome: Sized {
    /// Whether the transaction is to be rolled back.
    fn is_failure(&self) -> bool;

    /// The outcome of a transaction that could not begin or be committed.
    fn failed(error: Error) -> Self;
}

impl<T, E: From<Error>> TransactionOutcome for Result<T, E> {
    fn is_failure(&self) -> bool {
        self.is_err()
    }

    fn failed(error: Error) -> Self {
        Err(error.into())
    }
}
