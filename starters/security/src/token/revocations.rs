//! Which logins were revoked before their access tokens end.
//!
//! An access token is believed without asking anybody. What was revoked in this process counts at
//! once; what was revoked by others is read from the store every `security.jwt.revocation_refresh`.
//! A revocation is kept for as long as an access token of its login could still be good, so that
//! there are few. Whoever remembers that a token was good remembers the epoch too, and looks again
//! when something was revoked since.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use savia_core::{Result, service};

use super::{Kind, TokenRecord, TokenStore};
use crate::clock;
use crate::config::SecurityConfig;

/// How much earlier than the last look is looked again, in milliseconds: the clocks of instances may be so
/// far apart, and what was written last may become visible later.
const OVERLAP: i64 = 120_000;
/// The least time that a store is given to answer.
const LEAST: std::time::Duration = std::time::Duration::from_secs(1);

/// Which logins were revoked before their access tokens end. Inject it as `Arc<Revocations>`.
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct Revocations {
    store: Arc<dyn TokenStore>,
    config: Arc<SecurityConfig>,
    #[init(AtomicU64::new(1))]
    epoch: AtomicU64,
    /// The store has been out of reach for longer than the patience.
    #[init]
    stale: AtomicBool,
    #[init]
    seen: AtomicI64,
    /// Sessions, and until when each matters.
    #[init]
    revoked: RwLock<HashMap<String, i64>>,
    #[init(RwLock::new(Instant::now()))]
    answered: RwLock<Instant>,
}

impl Revocations {
    /// Of a store.
    pub fn new(store: Arc<dyn TokenStore>, config: Arc<SecurityConfig>) -> Self {
        Self {
            store,
            config,
            epoch: AtomicU64::new(1),
            stale: AtomicBool::new(false),
            seen: AtomicI64::new(0),
            revoked: RwLock::default(),
            answered: RwLock::new(Instant::now()),
        }
    }

    /// How long a revocation matters: as long as an access token of its login may be good.
    fn kept(&self) -> Duration {
        let jwt = &self.config.jwt;
        jwt.access_ttl + jwt.leeway * 2 + Duration::from_secs(60)
    }

    /// Revokes a login.
    ///
    /// # Errors
    ///
    /// The store is out of reach; in this process it is revoked all the same.
    pub async fn revoke(&self, session: &str, user: &str) -> Result<()> {
        let until = clock::now().saturating_add(clock::millis(self.kept()));
        self.note([(session.to_owned(), until)]);
        let record = TokenRecord::new(Kind::Revocation, session, user, "", until);
        self.store.insert(record).await.map(drop)
    }

    /// Whether a login was revoked.
    pub fn is_revoked(&self, session: &str) -> bool {
        let revoked = self.revoked.read().unwrap_or_else(PoisonError::into_inner);
        revoked.contains_key(session)
    }

    /// Changes with every revocation.
    #[inline]
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Whether nobody knows what was revoked, for longer than `security.jwt.revocation_patience`.
    #[inline]
    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// Reads what others have revoked.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or has not answered within `revocation_patience`.
    pub async fn refresh(&self) -> Result<()> {
        let began = clock::now();
        let since = self.seen.load(Ordering::Relaxed).saturating_sub(OVERLAP);
        let asked = self.store.changed_since(Kind::Revocation, since);
        // A store that hangs is as good as none: nobody may go on as if nothing had been revoked.
        let patience = self.config.jwt.revocation_patience.max(LEAST);
        let answer = tokio::time::timeout(patience, asked).await;
        let silent = |_| Err(savia_core::Error::timeout("the store does not answer"));
        match answer.unwrap_or_else(silent) {
            Ok(records) => {
                self.note(records.into_iter().map(|it| (it.key, it.expires_at)));
                self.forget(began);
                self.seen.store(began, Ordering::Relaxed);
                let mut answered = self
                    .answered
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                *answered = Instant::now();
                self.stale.store(false, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => {
                let answered = *self.answered.read().unwrap_or_else(PoisonError::into_inner);
                if answered.elapsed() >= self.config.jwt.revocation_patience {
                    self.stale.store(true, Ordering::Relaxed);
                }
                Err(error)
            }
        }
    }

    fn note(&self, sessions: impl IntoIterator<Item = (String, i64)>) {
        let mut revoked = self.revoked.write().unwrap_or_else(PoisonError::into_inner);
        let before = revoked.len();
        revoked.extend(sessions);
        if revoked.len() > before {
            // Under the lock: who sees the epoch sees the revocation.
            self.epoch.fetch_add(1, Ordering::Release);
        }
    }

    fn forget(&self, now: i64) {
        let mut revoked = self.revoked.write().unwrap_or_else(PoisonError::into_inner);
        revoked.retain(|_, until| *until > now);
    }
}
