//! Passwords: how they are hashed, and which are refused.

mod argon2id;
mod common;
mod policy;

use async_trait::async_trait;
use savia_core::Result;

pub use argon2id::Argon2PasswordEncoder;
pub use policy::PasswordPolicy;

/// Hashes passwords, and tells whether one is that of a hash.
///
/// A component of your own takes the place of Argon2id: to know the hashes of a system that is being
/// left, say. Then [`outdated`](Self::outdated) has them replaced, one by one, as their owners log in.
#[async_trait]
pub trait PasswordEncoder: Send + Sync {
    /// Hashes a password with a salt of its own, as a PHC string or whatever `matches` reads.
    ///
    /// # Errors
    ///
    /// `Unavailable` where too many wait already.
    async fn encode(&self, password: &str) -> Result<String>;

    /// Whether this is the password of a hash. It takes as long where it is not.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode); `Internal` where the text is no hash.
    async fn matches(&self, password: &str, encoded: &str) -> Result<bool>;

    /// Whether the hash was made with other parameters than the encoder's.
    fn outdated(&self, encoded: &str) -> bool {
        let _ = encoded;
        false
    }
}
