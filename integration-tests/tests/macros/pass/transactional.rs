//! Functions that are transactions, in every place where one may stand.

#![deny(warnings)]

use std::sync::Arc;

use savia::async_trait::async_trait;
use savia::{Error, Result, transactional};

#[async_trait]
pub trait Bank: Send + Sync {
    async fn transfer(&self, from: &str, mut_to: String, amount: i64) -> Result<i64>;
}

pub struct Accounts;

#[async_trait]
impl Bank for Accounts {
    #[transactional(isolation = "serializable", retries = 5, timeout = "5s")]
    async fn transfer(&self, from: &str, mut mut_to: String, amount: i64) -> Result<i64> {
        mut_to.push_str(from);
        let length: i64 = mut_to.len().try_into()?;
        if amount < 0 {
            return Err(Error::invalid("below zero"));
        }
        Ok(length + amount)
    }
}

pub struct Refused;

impl From<Error> for Refused {
    fn from(_: Error) -> Self {
        Self
    }
}

impl Accounts {
    #[transactional(read_only)]
    pub async fn read<T: Send>(self: Arc<Self>, value: T) -> std::result::Result<T, Refused> {
        Ok(value)
    }

    #[transactional(propagation = "requires_new")]
    async fn parts(&self, (one, two): (i64, &mut i64)) -> Result<()> {
        *two += one;
        Ok(())
    }
}

/// The braces of one line are the author's.
#[transactional]
pub async fn one_line(value: i64) -> Result<i64> { Ok(value) }

/// What `#[transactional]` makes can still be sent to another thread.
fn sent(_: impl Future + Send) {}

fn main() {
    let accounts = Accounts;
    sent(accounts.transfer("a", String::new(), 1));
    let mut two = 2;
    sent(accounts.parts((1, &mut two)));
}
