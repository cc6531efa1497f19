//! What can be said of a transaction.

use std::time::Duration;

/// How a transaction is to be; `#[transactional(…)]` makes one of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionOptions {
    /// Whether it only reads. On PostgreSQL it may then run on a replica, on SQLite beside the
    /// writer.
    pub read_only: bool,
    /// What it sees of others; the database's own default where it does not say.
    pub isolation: Option<Isolation>,
    /// What becomes of the transaction around it.
    pub propagation: Propagation,
    /// How often it is run again after it lost against another.
    pub retries: u32,
    /// How long it may take; then it is rolled back, and fails with 504.
    pub timeout: Option<Duration>,
}

/// What a transaction sees of others. SQLite's are always serializable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Every statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if one transaction ran after the other.
    Serializable,
}

/// What becomes of the transaction around a transaction; the words are Spring's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Propagation {
    /// Joins the one around it, as a savepoint: what fails inside is undone alone where the
    /// caller goes on. Begins one where there is none.
    #[default]
    Required,
    /// Begins one of its own in any case. On SQLite it cannot write while the one around it does.
    RequiresNew,
    /// The same as `Required`, and said aloud.
    Nested,
    /// Joins the one around it; without one it is an error.
    Mandatory,
    /// With one around it, it is an error.
    Never,
    /// Joins the one around it, and runs without where there is none.
    Supports,
}

impl TransactionOptions {
    /// A transaction that writes, joins the one around it, and is run once.
    pub const fn new() -> Self {
        Self {
            read_only: false,
            isolation: None,
            propagation: Propagation::Required,
            retries: 0,
            timeout: None,
        }
    }

    /// One that only reads.
    pub const fn read_only() -> Self {
        Self::new().with_read_only(true)
    }

    /// Whether it only reads.
    #[must_use]
    pub const fn with_read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// What it sees of others.
    #[must_use]
    pub const fn with_isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// What becomes of the transaction around it.
    #[must_use]
    pub const fn with_propagation(mut self, propagation: Propagation) -> Self {
        self.propagation = propagation;
        self
    }

    /// How often it is run again after it lost against another.
    #[must_use]
    pub const fn with_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How long it may take.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// As PostgreSQL begins it.
    pub(crate) fn begin(&self) -> String {
        let mut sql = "begin".to_owned();
        if let Some(isolation) = self.isolation {
            sql += match isolation {
                Isolation::ReadCommitted => " isolation level read committed",
                Isolation::RepeatableRead => " isolation level repeatable read",
                Isolation::Serializable => " isolation level serializable",
            };
        }
        if self.read_only {
            sql += " read only";
        }
        sql
    }
}

impl Default for TransactionOptions {
    fn default() -> Self {
        Self::new()
    }
}
