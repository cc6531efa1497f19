//! Something that is fetched when it is first asked for, kept for a time, and fetched by one caller at a
//! time.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use savia_core::{Error, ErrorKind, Result};
use tokio::sync::Mutex;

/// How long nobody is asked again who has just not answered.
const PAUSE: Duration = Duration::from_secs(1);

/// What was fetched, and by when it is old.
pub(crate) struct Fetched<T> {
    kept: RwLock<Option<Kept<T>>>,
    /// One fetches at a time; what it last failed with, so that those behind it need not fail one by one.
    turn: Mutex<Option<(Instant, String)>>,
    /// For how long what is old is used while nothing newer can be had.
    patience: Duration,
}

struct Kept<T> {
    value: Arc<T>,
    fetched_at: Instant,
    old_at: Instant,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            ..*self
        }
    }
}

impl<T> Fetched<T> {
    /// Nothing yet; what is old is good for so long where nothing newer can be had.
    pub(crate) fn new(patience: Duration) -> Self {
        Self {
            kept: RwLock::new(None),
            turn: Mutex::new(None),
            patience,
        }
    }

    /// What is kept and not old.
    pub(crate) fn fresh(&self) -> Option<Arc<T>> {
        self.kept()
            .filter(|kept| Instant::now() < kept.old_at)
            .map(|kept| kept.value)
    }

    /// What is kept, or what is fetched now: the value, and for how long it is good.
    ///
    /// # Errors
    ///
    /// As fetching, where nothing is kept that is young enough.
    pub(crate) async fn get<F>(&self, fetch: impl FnOnce() -> F + Send) -> Result<Arc<T>>
    where
        F: Future<Output = Result<(T, Duration)>> + Send,
    {
        match self.fresh() {
            Some(value) => Ok(value),
            None => self.fetch(None, fetch).await,
        }
    }

    /// What is fetched now, unless what is kept is younger than `least`.
    ///
    /// # Errors
    ///
    /// As fetching, where nothing is kept that is young enough.
    pub(crate) async fn newer<F>(
        &self,
        least: Duration,
        fetch: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<(T, Duration)>> + Send,
    {
        self.fetch(Some(least), fetch).await
    }

    /// Lets what is kept go, if it is that.
    pub(crate) fn forget(&self, is: impl FnOnce(&T) -> bool) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_some_and(|kept| is(&kept.value)) {
            *kept = None;
        }
    }

    async fn fetch<F>(
        &self,
        least: Option<Duration>,
        fetch: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<(T, Duration)>> + Send,
    {
        let mut failed = self.turn.lock().await;
        // Somebody may have fetched it while this one waited.
        let now = Instant::now();
        if let Some(kept) = self.kept() {
            let young = match least {
                Some(least) => now < kept.fetched_at + least,
                None => now < kept.old_at,
            };
            if young {
                return Ok(kept.value);
            }
        }
        if let Some((at, why)) = &*failed
            && now < *at + PAUSE
        {
            return self.old(Error::new(ErrorKind::Unavailable, why.clone()));
        }
        match fetch().await {
            Ok((value, good_for)) => {
                *failed = None;
                let value = Arc::new(value);
                let fetched_at = Instant::now();
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(Kept {
                    value: Arc::clone(&value),
                    fetched_at,
                    old_at: fetched_at + good_for,
                });
                Ok(value)
            }
            Err(error) => {
                let why = error.public_text().unwrap_or("it failed").to_owned();
                *failed = Some((Instant::now(), why));
                self.old(error)
            }
        }
    }

    /// What is kept, where it is not too old to be used at all.
    fn old(&self, error: Error) -> Result<Arc<T>> {
        let kept = self.kept();
        match kept.filter(|kept| Instant::now() < kept.old_at + self.patience) {
            Some(kept) => {
                tracing::warn!("what was fetched before is used: {error}");
                Ok(kept.value)
            }
            None => Err(error),
        }
    }

    fn kept(&self) -> Option<Kept<T>> {
        self.kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn one_of_many_fetches() {
        let (fetched, runs) = (Arc::new(Fetched::new(HOUR)), Arc::new(AtomicU32::new(0)));
        let calls = (0..50).map(|_| {
            let (fetched, runs) = (Arc::clone(&fetched), Arc::clone(&runs));
            tokio::spawn(async move {
                let fetch = || async {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok((runs.fetch_add(1, Ordering::SeqCst), HOUR))
                };
                fetched.get(fetch).await.map(|value| *value)
            })
        });
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.unwrap().unwrap(), 0);
        }
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn what_is_old_is_used_while_nothing_newer_can_be_had_and_not_for_ever() {
        let gone = || async { Err::<(u32, Duration), _>(Error::unavailable("gone")) };
        let patient = Fetched::new(HOUR);
        assert!(patient.get(gone).await.is_err());
        tokio::time::sleep(PAUSE).await;
        assert_eq!(
            *patient
                .get(|| async { Ok((1, Duration::ZERO)) })
                .await
                .unwrap(),
            1
        );
        assert_eq!(*patient.get(gone).await.unwrap(), 1);
        let impatient = Fetched::new(Duration::ZERO);
        assert_eq!(
            *impatient
                .get(|| async { Ok((1, Duration::ZERO)) })
                .await
                .unwrap(),
            1
        );
        assert!(impatient.get(gone).await.is_err());
    }

    #[tokio::test]
    async fn what_is_young_is_not_fetched_anew() {
        let fetched = Fetched::new(HOUR);
        fetched.get(|| async { Ok((1, HOUR)) }).await.unwrap();
        let other = || async { Ok((2, HOUR)) };
        assert_eq!(*fetched.newer(HOUR, other).await.unwrap(), 1);
        assert_eq!(*fetched.newer(Duration::ZERO, other).await.unwrap(), 2);
    }
}
