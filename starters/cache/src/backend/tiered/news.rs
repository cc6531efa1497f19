//! What instances hear of each other: evictions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use savia_core::cache::LocalCache;
use tokio::task::JoinHandle;

use crate::backend::memory::MemoryCache;
use crate::backend::redis::RedisCache;
use crate::backend::redis::evictions::Told;
use crate::error::CacheError;

/// Between two attempts to subscribe.
const PAUSE: Duration = Duration::from_millis(200);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// So often the subscription is asked whether it still hears: a connection can be gone without a
/// word.
const PULSE: Duration = Duration::from_secs(5);

/// The news of evictions, heard in a task of their own.
pub(crate) struct News {
    trusted: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl News {
    /// Subscribes, and goes on subscribing. It waits for the first attempt.
    pub(crate) async fn listen(
        redis: &RedisCache,
        local: Arc<MemoryCache>,
        grace: Duration,
    ) -> Arc<Self> {
        let trusted = local.trusted();
        trusted.store(false, Ordering::Release);
        let (first, tried) = tokio::sync::oneshot::channel();
        let listener = Listener {
            redis: redis.clone(),
            trusted: Arc::clone(&trusted),
            local,
            grace,
            first: Some(first),
            lost: None,
        };
        let task = redis.link.spawn(listener.run());
        // It is told at the first attempt, whatever its outcome.
        let _ = tried.await;
        Arc::new(Self { trusted, task })
    }

    /// Whether news arrive, so that what is in the process can be trusted.
    pub(crate) fn is_trusted(&self) -> bool {
        self.trusted.load(Ordering::Acquire)
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Hears the news.
struct Listener {
    redis: RedisCache,
    trusted: Arc<AtomicBool>,
    local: Arc<MemoryCache>,
    grace: Duration,
    first: Option<tokio::sync::oneshot::Sender<()>>,
    lost: Option<Instant>,
}

impl Listener {
    async fn run(mut self) {
        loop {
            let heard = self.hear().await;
            if let Some(first) = self.first.take() {
                let _ = first.send(());
            }
            if let Err(error) = heard {
                tracing::debug!("no news of evictions: {error}");
            }
            let lost = *self.lost.get_or_insert_with(Instant::now);
            if lost.elapsed() >= self.grace {
                self.trusted.store(false, Ordering::Release);
            }
            tokio::time::sleep(PAUSE.min(self.grace.max(FIRST_PAUSE))).await;
        }
    }

    /// Hears for as long as the subscription lives.
    async fn hear(&mut self) -> Result<(), CacheError> {
        let patience = self.redis.link.connect_timeout();
        let late = |_| CacheError::Timeout(patience);
        let connecting = self.redis.link.client().get_async_pubsub();
        let pubsub = tokio::time::timeout(patience, connecting)
            .await
            .map_err(late)??;
        let (mut sink, mut news) = pubsub.split();
        let channel = self.redis.keys.channel();
        tokio::time::timeout(patience, sink.subscribe(&channel))
            .await
            .map_err(late)??;
        self.trust();
        loop {
            match tokio::time::timeout(PULSE, news.next()).await {
                Ok(Some(message)) => self.heard(message.get_payload_bytes()),
                Ok(None) => return Ok(()),
                Err(_) => {
                    tokio::time::timeout(patience, sink.ping::<redis::Value>())
                        .await
                        .map_err(late)??;
                }
            }
        }
    }

    /// What was put before may have been evicted by others meanwhile.
    fn trust(&mut self) {
        for map in self.local.all() {
            map.clear();
        }
        self.trusted.store(true, Ordering::Release);
        self.lost = None;
        if let Some(first) = self.first.take() {
            let _ = first.send(());
        }
    }

    fn heard(&self, payload: &[u8]) {
        let Ok(told) = serde_json::from_slice::<Told<'_>>(payload) else {
            return;
        };
        if told.from == self.redis.evictions.instance {
            return;
        }
        let Some(map) = self.local.find(&told.cache) else {
            return;
        };
        match (told.key, told.tag) {
            (Some(key), _) => map.evict(&key),
            (None, Some(tag)) => map.evict_tag(&tag),
            (None, None) => map.clear(),
        }
    }
}
