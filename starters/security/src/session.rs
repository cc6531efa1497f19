//! Sessions: a login that a cookie carries, for browsers.
//!
//! The cookie is a random text of 256 bits, and what is stored is its hash. A login always makes a new
//! one, so that nobody can be given one beforehand (fixation). Roles are read with every request: what
//! changes or is revoked holds at once, in every instance that shares the store.

mod authenticator;
pub(crate) mod cookie;
mod csrf;

use std::sync::Arc;

use savia_core::{Error, Result, service};
use serde::{Deserialize, Serialize};

pub(crate) use cookie::{Brought, clearing, of_request, setting};
pub(crate) use csrf::{is_same_origin, token as csrf_token};

use crate::audit::{self, AuditEvent};
use crate::config::SecurityConfig;
use crate::token::{Kind, TokenRecord, TokenStore};
use crate::{clock, encoding};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: String,
    /// Its name, by which it is listed and ended. No cookie follows from it.
    pub id: String,
    /// When it began, in milliseconds since 1970.
    pub began_at: i64,
    /// When it was last seen, to a tenth of `idle_ttl`, in milliseconds since 1970.
    pub seen_at: i64,
}

/// What a record says.
#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    began_at: i64,
    ends_at: i64,
}

/// The sessions of all users. Inject it as `Arc<Sessions>`.
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct Sessions {
    store: Arc<dyn TokenStore>,
    config: Arc<SecurityConfig>,
}

impl Sessions {
    /// Begins a session; gives it with the secret that its cookie holds.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn begin(&self, user: &str) -> Result<(Session, String)> {
        let secret = encoding::secret()?;
        let now = clock::now();
        let stored = Stored {
            id: encoding::base64url(encoding::random::<16>()?),
            began_at: now,
            ends_at: now.saturating_add(clock::millis(self.config.sessions.ttl)),
        };
        let value = serde_json::to_string(&stored)?;
        let key = encoding::hashed(&secret);
        let record = TokenRecord::new(Kind::Session, key, user, value, self.end_of(now, &stored));
        let session = stored.session(&record);
        if !self.store.insert(record).await? {
            return Err(Error::internal("two sessions of one random name"));
        }
        audit::record(of_session("session.begun", &session.id, user)).await?;
        Ok((session, secret))
    }

    /// The session of a cookie, if it is not over; seeing it puts its end off.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn find(&self, secret: &str) -> Result<Option<Session>> {
        let key = encoding::hashed(secret);
        let Some(record) = self.store.get(Kind::Session, &key).await? else {
            return Ok(None);
        };
        let stored: Stored = serde_json::from_str(&record.value)?;
        let now = clock::now();
        if stored.ends_at <= now {
            return Ok(None);
        }
        let session = stored.session(&record);
        let tenth = clock::millis(self.config.sessions.idle_ttl) / 10;
        if now.saturating_sub(record.changed_at) >= tenth {
            let seen = TokenRecord {
                changed_at: now,
                expires_at: self.end_of(now, &stored),
                ..record
            };
            // Where somebody else has seen it too, or has ended it, there is nothing to put off.
            self.store.replace(seen).await?;
        }
        Ok(Some(session))
    }

    /// Ends the session of a cookie.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end_by_cookie(&self, secret: &str) -> Result<()> {
        let key = encoding::hashed(secret);
        let Some(record) = self.store.get(Kind::Session, &key).await? else {
            return Ok(());
        };
        self.remove(&record).await.map(drop)
    }

    /// The sessions of a user.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn list(&self, user: &str) -> Result<Vec<Session>> {
        let records = self.store.owned(Kind::Session, user).await?;
        records
            .iter()
            .map(|it| Ok(serde_json::from_str::<Stored>(&it.value)?.session(it)))
            .collect()
    }

    /// Ends one session of a user; says whether there was one.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end(&self, user: &str, id: &str) -> Result<bool> {
        for record in self.store.owned(Kind::Session, user).await? {
            let stored: Stored = serde_json::from_str(&record.value)?;
            if stored.id == id {
                return self.remove(&record).await;
            }
        }
        Ok(false)
    }

    /// Ends every session of a user.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end_all(&self, user: &str) -> Result<()> {
        for record in self.store.owned(Kind::Session, user).await? {
            self.remove(&record).await?;
        }
        Ok(())
    }

    async fn remove(&self, record: &TokenRecord) -> Result<bool> {
        let removed = self.store.remove(Kind::Session, &record.key).await?;
        if removed {
            let stored: Stored = serde_json::from_str(&record.value)?;
            audit::record(of_session("session.ended", &stored.id, &record.owner)).await?;
        }
        Ok(removed)
    }

    fn end_of(&self, now: i64, stored: &Stored) -> i64 {
        let idle = clock::millis(self.config.sessions.idle_ttl);
        now.saturating_add(idle).min(stored.ends_at)
    }
}

fn of_session(kind: &str, id: &str, user: &str) -> AuditEvent {
    AuditEvent::new(kind)
        .object("session", id)
        .data("user", user)
}

impl Stored {
    fn session(&self, record: &TokenRecord) -> Session {
        Session {
            user: record.owner.clone(),
            id: self.id.clone(),
            began_at: self.began_at,
            seen_at: record.changed_at,
        }
    }
}
