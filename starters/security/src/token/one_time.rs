//! Tokens that are good once.

use std::sync::Arc;
use std::time::Duration;

use savia_core::{Result, service};

use super::{Kind, TokenRecord, TokenStore};
use crate::{clock, encoding};

/// What a single-use token is for. One for one purpose is none for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It proves that who has it reads the mail of an address.
    VerifyEmail,
    /// It lets a new password be set.
    ResetPassword,
    /// It lets an identity at a provider be linked to an account.
    LinkIdentity,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::LinkIdentity => "link_identity",
        }
    }
}

/// Single-use tokens that expire, kept as their hashes.
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct OneTimeTokens {
    store: Arc<dyn TokenStore>,
}

impl OneTimeTokens {
    /// In a store.
    pub fn new(store: Arc<dyn TokenStore>) -> Self {
        Self { store }
    }

    /// Makes one; those of the same owner and purpose are good no longer.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn issue(&self, purpose: Purpose, owner: &str, ttl: Duration) -> Result<String> {
        self.withdraw(purpose, owner).await?;
        let token = encoding::secret()?;
        let expires_at = clock::now().saturating_add(clock::millis(ttl));
        let key = encoding::hashed(&token);
        let record = TokenRecord::new(Kind::OneTime, key, owner, purpose.word(), expires_at);
        self.store.insert(record).await?;
        Ok(token)
    }

    /// Whose it is, while it is good. It stays good.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn owner(&self, purpose: Purpose, token: &str) -> Result<Option<String>> {
        let key = encoding::hashed(token);
        let record = self.store.get(Kind::OneTime, &key).await?;
        Ok(record
            .filter(|it| it.value == purpose.word())
            .map(|it| it.owner))
    }

    /// Takes one: gives its owner to the first who brings it, while it is good.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn take(&self, purpose: Purpose, token: &str) -> Result<Option<String>> {
        let key = encoding::hashed(token);
        let Some(record) = self.store.get(Kind::OneTime, &key).await? else {
            return Ok(None);
        };
        if record.value != purpose.word() {
            return Ok(None);
        }
        let taken = self.store.remove(Kind::OneTime, &key).await?;
        Ok(taken.then_some(record.owner))
    }

    /// Makes those of an owner and purpose worthless.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn withdraw(&self, purpose: Purpose, owner: &str) -> Result<()> {
        for record in self.store.owned(Kind::OneTime, owner).await? {
            if record.value == purpose.word() {
                self.store.remove(Kind::OneTime, &record.key).await?;
            }
        }
        Ok(())
    }
}
