//! Argon2id on threads of its own.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::Error as HashError;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use async_trait::async_trait;
use savia_core::{Error, Result};
use tokio::sync::Semaphore;

use super::PasswordEncoder;
use crate::config::Argon2Config;

/// Argon2id (RFC 9106), as PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$…`.
///
/// A hash takes tens of milliseconds and megabytes: so many run at once on blocking threads, so many
/// wait, and the others are turned away.
pub struct Argon2PasswordEncoder {
    params: Params,
    running: Arc<Semaphore>,
    under_way: Arc<AtomicUsize>,
    most: usize,
}

impl Argon2PasswordEncoder {
    /// With these parameters.
    ///
    /// # Errors
    ///
    /// Argon2 knows no such parameters, in words.
    pub fn new(config: &Argon2Config) -> Result<Self, String> {
        let (memory, lanes) = (config.memory, config.parallelism);
        let params = Params::new(memory, config.iterations, lanes, None)
            .map_err(|error| error.to_string())?;
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let at_once = config.at_once.unwrap_or(processors);
        Ok(Self {
            params,
            running: Arc::new(Semaphore::new(at_once)),
            under_way: Arc::default(),
            most: at_once.saturating_add(config.waiting),
        })
    }

    fn argon2(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    /// Runs the work on a blocking thread, when it has its turn.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let counted = Counted::enter(&self.under_way, self.most)
            .ok_or_else(|| Error::unavailable("too many passwords at once; try again"))?;
        let turn = Arc::clone(&self.running).acquire_owned().await;
        let turn = turn.map_err(|_| Error::unavailable("the application is stopping"))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Who asked may have gone; the thread is taken until here all the same.
            drop((turn, counted));
            done
        });
        done.await
            .map_err(|error| Error::internal(error.to_string()))?
    }
}

/// One that is under way, until it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn enter(count: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let counted = Self(Arc::clone(count));
        (count.fetch_add(1, Ordering::AcqRel) < most).then_some(counted)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[async_trait]
impl PasswordEncoder for Argon2PasswordEncoder {
    async fn encode(&self, password: &str) -> Result<String> {
        let (argon2, password) = (self.argon2(), password.to_owned());
        self.run(move || {
            let hash = argon2.hash_password(password.as_bytes());
            let hash = hash.map_err(|error| Error::internal(format!("Argon2 failed: {error}")))?;
            Ok(hash.to_string())
        })
        .await
    }

    async fn matches(&self, password: &str, encoded: &str) -> Result<bool> {
        let hash = parsed(encoded)?;
        let (argon2, password) = (self.argon2(), password.to_owned());
        // The parameters are those of the hash.
        self.run(
            move || match argon2.verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(true),
                Err(HashError::PasswordInvalid) => Ok(false),
                Err(error) => Err(Error::internal(format!("Argon2 failed: {error}"))),
            },
        )
        .await
    }

    fn outdated(&self, encoded: &str) -> bool {
        let params = parsed(encoded).ok().and_then(|hash| {
            let newest = hash.algorithm.as_str() == "argon2id" && hash.version == Some(0x13);
            newest.then(|| Params::try_from(&hash).ok()).flatten()
        });
        params.is_none_or(|made| {
            let of = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
            of(&made) != of(&self.params)
        })
    }
}

fn parsed(encoded: &str) -> Result<PasswordHash> {
    PasswordHash::new(encoded)
        .map_err(|error| Error::internal(format!("what is stored is no PHC string: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoder(memory: u32) -> Argon2PasswordEncoder {
        Argon2PasswordEncoder::new(&Argon2Config {
            memory,
            ..Argon2Config::default()
        })
        .unwrap()
    }

    #[tokio::test]
    async fn a_hash_says_how_it_was_made_and_has_a_salt_of_its_own() {
        let encoder = Argon2PasswordEncoder::new(&Argon2Config::default()).unwrap();
        let hash = encoder.encode("correct horse").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(hash, encoder.encode("correct horse").await.unwrap());
        assert!(encoder.matches("correct horse", &hash).await.unwrap());
        assert!(!encoder.matches("correct hors", &hash).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_with_other_parameters_is_outdated_and_still_good() {
        let (old, new) = (encoder(7_168), encoder(8_192));
        let hash = old.encode("correct horse").await.unwrap();
        assert!(!old.outdated(&hash) && new.outdated(&hash));
        assert!(new.matches("correct horse", &hash).await.unwrap());
        assert!(new.outdated("$argon2i$v=19$m=8192,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNo"));
    }

    #[tokio::test]
    async fn what_is_no_hash_is_a_fault_and_no_match() {
        for text in ["", "plain", "$2b$10$abc", "$argon2id$v=19$m=1,t=1$x"] {
            assert!(
                !encoder(7_168).matches("plain", text).await.unwrap_or(false),
                "{text}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn more_than_may_wait_are_turned_away() {
        let encoder = Arc::new(
            Argon2PasswordEncoder::new(&Argon2Config {
                memory: 7_168,
                at_once: Some(1),
                waiting: 1,
                ..Argon2Config::default()
            })
            .unwrap(),
        );
        let asked = (0..8).map(|_| {
            let encoder = Arc::clone(&encoder);
            tokio::spawn(async move { encoder.encode("correct horse").await })
        });
        let mut refused = 0;
        for asked in asked.collect::<Vec<_>>() {
            let answer = asked.await.unwrap();
            refused += usize::from(answer.is_err());
        }
        assert!((1..8).contains(&refused), "{refused}");
        assert!(encoder.encode("correct horse").await.is_ok());
    }
}
