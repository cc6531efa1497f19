//! Refresh tokens: each is good once and brings the next; a replay ends the login.
//!
//! A login is a family of refresh tokens (RFC 9700, section 4.14.2). Its record holds the hash of
//! the one that is good now. Who brings another has an old one, or one that was made up: then either
//! the caller or somebody else has stolen it, and the family is revoked with its access tokens.

use std::sync::Arc;

use savia_core::{Error, Result, service};
use serde::{Deserialize, Serialize};

use super::{Kind, Revocations, TokenRecord, TokenStore};
use crate::config::SecurityConfig;
use crate::{clock, encoding};

/// A login that a refresh token renews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Whose it is.
    pub user: String,
    /// Its name in access tokens (`sid`). No refresh token follows from it.
    pub session: String,
    /// When it began, in milliseconds since 1970.
    pub began_at: i64,
    /// When it was renewed last, in milliseconds since 1970.
    pub renewed_at: i64,
}

/// What came of a refresh token.
pub enum Rotation {
    /// It was the one that was good; this is the next.
    Renewed {
        /// The login.
        login: Login,
        /// The next token.
        token: String,
    },
    /// It is not known, or its login is over.
    Unknown,
    /// It was good once: the login is revoked.
    Replayed(Login),
}

// The next token must not get into a log by way of `{:?}`.
impl std::fmt::Debug for Rotation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Renewed { .. } => "Renewed",
            Self::Unknown => "Unknown",
            Self::Replayed(_) => "Replayed",
        })
    }
}

/// What a record says.
#[derive(Serialize, Deserialize)]
struct Family {
    current: String,
    session: String,
    began_at: i64,
    ends_at: i64,
}

/// The logins of all users, and the refresh tokens that renew them.
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct RefreshTokens {
    store: Arc<dyn TokenStore>,
    revocations: Arc<Revocations>,
    config: Arc<SecurityConfig>,
}

impl RefreshTokens {
    /// In a store.
    pub fn new(
        store: Arc<dyn TokenStore>,
        revocations: Arc<Revocations>,
        config: Arc<SecurityConfig>,
    ) -> Self {
        Self {
            store,
            revocations,
            config,
        }
    }

    /// Begins a login; gives it with its first token.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn begin(&self, user: &str) -> Result<(Login, String)> {
        let family = encoding::base64url(encoding::random::<16>()?);
        let secret = encoding::secret()?;
        let now = clock::now();
        let value = Family {
            current: encoding::hashed(&secret),
            // Access tokens go to whoever serves; the family's own name stays with its owner, or
            // anybody who reads one could have the login revoked.
            session: encoding::hashed(&family)[..22].to_owned(),
            began_at: now,
            ends_at: now.saturating_add(clock::millis(self.config.jwt.login_ttl)),
        };
        let record = TokenRecord::new(
            Kind::Refresh,
            family.clone(),
            user,
            written(&value)?,
            self.end_of(now, &value),
        );
        let login = value.login(&record);
        if !self.store.insert(record).await? {
            return Err(Error::internal("two logins of one random name"));
        }
        Ok((login, format!("{family}.{secret}")))
    }

    /// Renews a login. Of several that bring the same token, one is given the next: to the others it
    /// is a replay, and the login ends.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn rotate(&self, token: &str) -> Result<Rotation> {
        let Some((family, secret)) = parts(token) else {
            return Ok(Rotation::Unknown);
        };
        let Some(record) = self.store.get(Kind::Refresh, family).await? else {
            return Ok(Rotation::Unknown);
        };
        let mut value = read(&record)?;
        let now = clock::now();
        if value.ends_at <= now {
            return Ok(Rotation::Unknown);
        }
        if value.current != encoding::hashed(secret) {
            return self.replayed(&record, &value).await;
        }
        let next = encoding::secret()?;
        value.current = encoding::hashed(&next);
        let replaced = TokenRecord {
            value: written(&value)?,
            changed_at: now,
            expires_at: self.end_of(now, &value),
            ..record.clone()
        };
        let login = value.login(&replaced);
        if self.store.replace(replaced).await? {
            let token = format!("{family}.{next}");
            return Ok(Rotation::Renewed { login, token });
        }
        // Somebody else brought it in the meantime.
        self.replayed(&record, &value).await
    }

    async fn replayed(&self, record: &TokenRecord, value: &Family) -> Result<Rotation> {
        let login = value.login(record);
        self.end_login(&record.key, &login).await?;
        tracing::warn!(
            user = login.user,
            session = login.session,
            "a refresh token was used twice; the login is revoked"
        );
        Ok(Rotation::Replayed(login))
    }

    /// Whose login a token, used or not, belongs to.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn owner(&self, token: &str) -> Result<Option<String>> {
        let Some((family, _)) = parts(token) else {
            return Ok(None);
        };
        let record = self.store.get(Kind::Refresh, family).await?;
        Ok(record.map(|record| record.owner))
    }

    /// Ends the login that a token, used or not, belongs to.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end_by_token(&self, token: &str) -> Result<Option<Login>> {
        let Some((family, _)) = parts(token) else {
            return Ok(None);
        };
        let Some(record) = self.store.get(Kind::Refresh, family).await? else {
            return Ok(None);
        };
        let login = read(&record)?.login(&record);
        self.end_login(family, &login).await?;
        Ok(Some(login))
    }

    /// Ends one login of a user; says whether there was one.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end(&self, user: &str, session: &str) -> Result<bool> {
        for record in self.store.owned(Kind::Refresh, user).await? {
            let login = read(&record)?.login(&record);
            if login.session == session {
                self.end_login(&record.key, &login).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends every login of a user: after a change of password, of roles, or where something is wrong.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end_all(&self, user: &str) -> Result<()> {
        for record in self.store.owned(Kind::Refresh, user).await? {
            let login = read(&record)?.login(&record);
            self.end_login(&record.key, &login).await?;
        }
        Ok(())
    }

    /// The logins of a user.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn logins(&self, user: &str) -> Result<Vec<Login>> {
        let records = self.store.owned(Kind::Refresh, user).await?;
        records.iter().map(|it| Ok(read(it)?.login(it))).collect()
    }

    /// First what keeps its access tokens out, and then what would renew them.
    async fn end_login(&self, family: &str, login: &Login) -> Result<()> {
        self.revocations.revoke(&login.session, &login.user).await?;
        self.store.remove(Kind::Refresh, family).await.map(drop)
    }

    fn end_of(&self, now: i64, family: &Family) -> i64 {
        now.saturating_add(clock::millis(self.config.jwt.refresh_ttl))
            .min(family.ends_at)
    }
}

impl Family {
    fn login(&self, record: &TokenRecord) -> Login {
        Login {
            user: record.owner.clone(),
            session: self.session.clone(),
            began_at: self.began_at,
            renewed_at: record.changed_at,
        }
    }
}

/// The family and the secret of a token, if it is one: 22 and 43 characters of base64url.
fn parts(token: &str) -> Option<(&str, &str)> {
    let (family, secret) = token.split_once('.')?;
    let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    let good = family.len() == 22
        && secret.len() == 43
        && (family.bytes().chain(secret.bytes())).all(plain);
    good.then_some((family, secret))
}

fn read(record: &TokenRecord) -> Result<Family> {
    Ok(serde_json::from_str(&record.value)?)
}

fn written(family: &Family) -> Result<String> {
    Ok(serde_json::to_string(family)?)
}
