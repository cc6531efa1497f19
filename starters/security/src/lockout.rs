//! Lockouts: who guesses waits, longer every time.
//!
//! An attempt is counted before the password is looked at, and taken back where it was right. So a
//! hundred attempts at once are a hundred, and no more than the free ones are looked at.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use savia_core::{Error, Result, service};
use serde::{Deserialize, Serialize};

use crate::config::{LockoutConfig, SecurityConfig};
use crate::token::{Kind, TokenRecord, TokenStore};
use crate::{clock, encoding};

/// How often a count is tried that others change at the same time.
const TRIES: u32 = 200;

/// Counts failures for accounts and for addresses. Inject it as `Arc<Lockouts>`.
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct Lockouts {
    store: Arc<dyn TokenStore>,
    config: Arc<SecurityConfig>,
}

/// An attempt that has been counted.
#[derive(Debug)]
pub struct Attempt {
    account: String,
    address: Option<String>,
}

#[derive(Serialize, Deserialize, Default)]
struct Count {
    failures: u32,
    /// No attempt before this moment.
    until: i64,
}

impl Lockouts {
    /// In a store.
    pub fn new(store: Arc<dyn TokenStore>, config: Arc<SecurityConfig>) -> Self {
        Self { store, config }
    }

    fn config(&self) -> &LockoutConfig {
        &self.config.lockout
    }

    /// Counts an attempt, unless it comes too early: then says how long it has to wait. The account is
    /// what the caller calls it; whether there is one makes no difference.
    ///
    /// # Errors
    ///
    /// The store is out of reach: then nobody gets in.
    pub async fn begin(
        &self,
        account: &str,
        address: Option<IpAddr>,
    ) -> Result<std::result::Result<Attempt, Duration>> {
        let attempt = Attempt {
            account: format!("account:{}", encoding::hashed(account)),
            address: address.map(|it| format!("address:{}", counted(it))),
        };
        if !self.config().enabled {
            return Ok(Ok(attempt));
        }
        // The address first: who tries many accounts from one does not count against them all.
        if let Some(address) = &attempt.address
            && let Some(wait) = self.count(address, self.config().address_failures).await?
        {
            return Ok(Err(wait));
        }
        match self
            .count(&attempt.account, self.config().account_failures)
            .await?
        {
            Some(wait) => Ok(Err(wait)),
            None => Ok(Ok(attempt)),
        }
    }

    /// It was right: the account's count begins anew, and the address's is one less.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn succeeded(&self, attempt: Attempt) -> Result<()> {
        if !self.config().enabled {
            return Ok(());
        }
        self.store.remove(Kind::Lockout, &attempt.account).await?;
        if let Some(address) = &attempt.address {
            self.forgive(address).await?;
        }
        Ok(())
    }

    /// Counts one more; gives the wait instead where it comes too early.
    async fn count(&self, key: &str, free: u32) -> Result<Option<Duration>> {
        for tried in 0..TRIES {
            let now = clock::now();
            let record = self.store.get(Kind::Lockout, key).await?;
            let mut count = record.as_ref().map(read).transpose()?.unwrap_or_default();
            if count.until > now {
                return Ok(Some(clock::span(now, count.until)));
            }
            count.failures = count.failures.saturating_add(1);
            count.until = match self.wait(count.failures, free) {
                Some(wait) => now.saturating_add(clock::millis(wait)),
                None => 0,
            };
            if self.write(key, record, &count, now).await? {
                return Ok(None);
            }
            pause(tried).await;
        }
        Err(Error::unavailable("too many attempts at once"))
    }

    async fn forgive(&self, key: &str) -> Result<()> {
        for tried in 0..TRIES {
            let Some(record) = self.store.get(Kind::Lockout, key).await? else {
                return Ok(());
            };
            let mut count = read(&record)?;
            count.failures = count.failures.saturating_sub(1);
            if count.failures < self.config().address_failures {
                count.until = 0;
            }
            if self.write(key, Some(record), &count, clock::now()).await? {
                return Ok(());
            }
            pause(tried).await;
        }
        Ok(())
    }

    async fn write(
        &self,
        key: &str,
        seen: Option<TokenRecord>,
        count: &Count,
        now: i64,
    ) -> Result<bool> {
        let value = serde_json::to_string(count)?;
        let kept = self.config().forget_after.max(self.config().max_delay);
        let expires_at = now.saturating_add(clock::millis(kept));
        match seen {
            None => {
                let record = TokenRecord::new(Kind::Lockout, key, "", value, expires_at);
                self.store.insert(record).await
            }
            Some(seen) => {
                let record = TokenRecord {
                    value,
                    changed_at: now,
                    expires_at,
                    ..seen
                };
                self.store.replace(record).await
            }
        }
    }

    /// How long whoever failed this often waits.
    fn wait(&self, failures: u32, free: u32) -> Option<Duration> {
        let beyond = failures.checked_sub(free)?;
        let factor = 1_u32.checked_shl(beyond).unwrap_or(u32::MAX);
        let wait = self.config().delay.saturating_mul(factor);
        Some(wait.min(self.config().max_delay))
    }
}

/// A little longer each time, so that many who change one record do not step on each other for ever.
async fn pause(tried: u32) {
    if tried > 2 {
        let jitter = encoding::random::<1>().map_or(0, |[byte]| u64::from(byte) % 8);
        tokio::time::sleep(Duration::from_millis(jitter)).await;
    }
}

fn read(record: &TokenRecord) -> Result<Count> {
    Ok(serde_json::from_str(&record.value)?)
}

/// The network that an address is counted for: whoever has one IPv6 address has 2⁶⁴ of them.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address => address,
    }
}

fn counted(address: IpAddr) -> String {
    match network(address) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::MemoryTokenStore;

    fn lockouts(lockout: LockoutConfig) -> Lockouts {
        let config = SecurityConfig {
            lockout,
            ..SecurityConfig::default()
        };
        Lockouts::new(Arc::new(MemoryTokenStore::default()), Arc::new(config))
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let lockouts = lockouts(LockoutConfig::default());
        let wait = |failures| lockouts.wait(failures, 5).map(|it| it.as_secs());
        assert_eq!(
            [4, 5, 6, 7, 14, 15, 40, u32::MAX].map(wait),
            [
                None,
                Some(1),
                Some(2),
                Some(4),
                Some(512),
                Some(900),
                Some(900),
                Some(900)
            ]
        );
    }

    #[test]
    fn an_ipv6_address_counts_for_its_network() {
        let check = |text: &str, expected: &str| {
            assert_eq!(counted(text.parse().unwrap()), expected);
        };
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
    }

    #[tokio::test]
    async fn a_success_takes_its_failure_back_and_not_those_of_others() {
        let lockouts = lockouts(LockoutConfig {
            address_failures: 3,
            ..LockoutConfig::default()
        });
        let address = Some("192.0.2.7".parse().unwrap());
        for _ in 0..10 {
            let right = lockouts.begin("ada", address).await.unwrap().unwrap();
            lockouts.succeeded(right).await.unwrap();
        }
        for name in ["a", "b", "c"] {
            assert!(
                lockouts.begin(name, address).await.unwrap().is_ok(),
                "{name}"
            );
        }
        let wait = lockouts.begin("d", address).await.unwrap().unwrap_err();
        assert!(wait <= Duration::from_secs(1));
        let elsewhere = Some("192.0.2.8".parse().unwrap());
        assert!(lockouts.begin("d", elsewhere).await.unwrap().is_ok());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn attempts_at_once_are_all_counted() {
        let lockouts = Arc::new(lockouts(LockoutConfig::default()));
        let attempts = (0..64).map(|_| {
            let lockouts = Arc::clone(&lockouts);
            tokio::spawn(async move { lockouts.begin("ada", None).await.unwrap().is_ok() })
        });
        let mut through = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            through += usize::from(attempt.await.unwrap());
        }
        assert_eq!(through, 5);
    }
}
