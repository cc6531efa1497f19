//! What outlives a request: refresh tokens, single-use tokens, revocations, lockouts, sessions.

#[cfg(feature = "data")]
mod database;
mod memory;
mod one_time;
#[cfg(feature = "redis")]
mod redis;
mod refresh;
mod revocations;

use async_trait::async_trait;
use savia_core::Result;

#[cfg(feature = "data")]
pub use database::DatabaseTokenStore;
pub use memory::MemoryTokenStore;
pub use one_time::{OneTimeTokens, Purpose};
#[cfg(feature = "redis")]
pub use redis::RedisTokenStore;
#[cfg(feature = "redis")]
pub(crate) use redis::{Link, RedisHealth, RedisStart, client as redis_client};
pub use refresh::{Login, RefreshTokens, Rotation};
pub use revocations::Revocations;

/// Keeps what outlives a request, as records with a key, an owner and an end.
///
/// Everything that must hold across instances stands on three promises: [`insert`](Self::insert)
/// lets one of several in, [`replace`](Self::replace) changes only what nobody has changed since it
/// was read, and [`remove`](Self::remove) tells only one of several that it removed. A record past its
/// end is not there. Secrets are never stored: keys and values hold hashes of them.
///
/// Savia has one in memory, one in the application's database and one in Redis; a component of your own
/// takes their place.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The record of a key.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn get(&self, kind: Kind, key: &str) -> Result<Option<TokenRecord>>;

    /// Adds a record; says whether it did: not where there is one of that key.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn insert(&self, record: TokenRecord) -> Result<bool>;

    /// Replaces the record of this key and `version`, and counts its version up; says whether it did:
    /// not where the version is another by now, or the record is gone.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn replace(&self, record: TokenRecord) -> Result<bool>;

    /// Removes a record; says whether it was there.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn remove(&self, kind: Kind, key: &str) -> Result<bool>;

    /// The records of an owner, who is somebody: those of nobody need not be found.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn owned(&self, kind: Kind, owner: &str) -> Result<Vec<TokenRecord>>;

    /// The records that were changed at this moment (milliseconds since 1970) or later.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn changed_since(&self, kind: Kind, moment: i64) -> Result<Vec<TokenRecord>>;

    /// Forgets what is past its end; called from time to time.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn purge(&self) -> Result<()>;
}

/// What a record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A login: the family of the refresh tokens that renew it.
    Refresh,
    /// A token that is good once: to prove an address, to reset a password.
    OneTime,
    /// A login that was revoked before its access tokens end.
    Revocation,
    /// Failures of an account or address.
    Lockout,
    /// A session that a cookie carries.
    Session,
}

impl Kind {
    /// Every one.
    #[cfg(feature = "redis")]
    pub(crate) const ALL: [Self; 5] = [
        Self::Refresh,
        Self::OneTime,
        Self::Revocation,
        Self::Lockout,
        Self::Session,
    ];

    /// As it is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::OneTime => "one_time",
            Self::Revocation => "revocation",
            Self::Lockout => "lockout",
            Self::Session => "session",
        }
    }
}

/// A record of a [`TokenStore`]. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// What it is of.
    pub kind: Kind,
    /// Its key, of at most 200 characters of ASCII.
    pub key: String,
    /// Whose it is, of at most 200 characters: the id of a user; empty where it is nobody's.
    pub owner: String,
    /// What it says, as its user wrote it.
    pub value: String,
    /// How often it was replaced.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: i64,
    /// When it ends.
    pub expires_at: i64,
}

impl TokenRecord {
    /// A new record that was changed now.
    pub fn new(
        kind: Kind,
        key: impl Into<String>,
        owner: impl Into<String>,
        value: impl Into<String>,
        expires_at: i64,
    ) -> Self {
        Self {
            kind,
            key: key.into(),
            owner: owner.into(),
            value: value.into(),
            version: 0,
            changed_at: crate::clock::now(),
            expires_at,
        }
    }
}
