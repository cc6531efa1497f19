//! The connection to Redis: one, shared, and made again by itself when it is lost.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, Pipeline, ScriptInvocation};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::evictions::Evictions;
use crate::error::CacheError;
use crate::store::Eviction;

/// Between two attempts to connect, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The connection to Redis. While there is none every call fails at once.
pub(crate) struct Link {
    client: Client,
    timeout: Duration,
    connect_timeout: Duration,
    /// The runtime the connection lives on, which outlives the workers of the server.
    runtime: Handle,
    connection: RwLock<Option<Numbered>>,
    next: AtomicU64,
    /// Those that Redis has not heard of.
    evictions: Arc<Evictions>,
    wake: Arc<Notify>,
    /// Whether its loss has been told.
    told: AtomicBool,
    losses: AtomicU64,
}

#[derive(Clone)]
struct Numbered {
    number: u64,
    connection: MultiplexedConnection,
}

impl Link {
    /// Connects, and keeps connecting whenever the connection is lost. It does not fail where
    /// Redis is away now.
    pub(crate) async fn open(
        client: Client,
        timeout: Duration,
        connect_timeout: Duration,
        evictions: Arc<Evictions>,
    ) -> Arc<Self> {
        let link = Arc::new(Self {
            client,
            timeout,
            connect_timeout,
            runtime: Handle::current(),
            connection: RwLock::new(None),
            next: AtomicU64::new(0),
            wake: evictions.wake(),
            evictions,
            told: AtomicBool::new(false),
            losses: AtomicU64::new(0),
        });
        link.connect().await;
        let wake = Arc::clone(&link.wake);
        link.runtime.spawn(supervise(Arc::downgrade(&link), wake));
        link
    }

    /// Runs a task on the connection's runtime.
    pub(crate) fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.runtime.spawn(future)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// How often the connection was lost.
    pub(crate) fn losses(&self) -> u64 {
        self.losses.load(Ordering::Relaxed)
    }

    /// Runs commands.
    pub(crate) async fn query<T: FromRedisValue>(&self, pipe: &Pipeline) -> Result<T, CacheError> {
        let mut numbered = self.current()?;
        let query = pipe.query_async(&mut numbered.connection);
        self.bounded(numbered.number, query).await
    }

    /// Runs a script.
    pub(crate) async fn script<T: FromRedisValue>(
        &self,
        invocation: &ScriptInvocation<'_>,
    ) -> Result<T, CacheError> {
        let mut numbered = self.current()?;
        let query = invocation.invoke_async(&mut numbered.connection);
        self.bounded(numbered.number, query).await
    }

    /// Whether Redis answers.
    pub(crate) async fn ping(&self) -> Result<(), CacheError> {
        let mut pipe = redis::pipe();
        pipe.cmd("PING").ignore();
        self.query(&pipe).await
    }

    async fn bounded<T>(
        &self,
        number: u64,
        query: impl Future<Output = redis::RedisResult<T>>,
    ) -> Result<T, CacheError> {
        let error = match tokio::time::timeout(self.timeout, query).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => {
                let broken = error.is_unrecoverable_error()
                    || error.is_io_error()
                    || error.is_connection_dropped();
                let error = CacheError::Redis(error);
                if !broken {
                    return Err(error);
                }
                error
            }
            // One that does not answer would make every caller wait: better none.
            Err(_) => CacheError::Timeout(self.timeout),
        };
        self.lost(number, &error);
        Err(error)
    }

    fn current(&self) -> Result<Numbered, CacheError> {
        let connection = self
            .connection
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        connection.clone().ok_or(CacheError::Disconnected)
    }

    fn lost(&self, number: u64, error: &CacheError) {
        let mut connection = self
            .connection
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if connection.as_ref().is_none_or(|it| it.number != number) {
            return;
        }
        *connection = None;
        drop(connection);
        self.losses.fetch_add(1, Ordering::Relaxed);
        self.tell(error);
        self.wake.notify_one();
    }

    fn tell(&self, error: &CacheError) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!("the cache goes on without Redis until it is back: {error}");
        }
    }

    /// Whether there is a connection now.
    async fn connect(&self) -> bool {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(self.timeout));
        let connecting = async {
            let mut connection = self
                .client
                .get_multiplexed_async_connection_with_config(&config)
                .await?;
            redis::cmd("PING")
                .query_async::<()>(&mut connection)
                .await?;
            // Nobody is to read what was evicted while there was no connection.
            self.catch_up(&mut connection).await?;
            Ok(connection)
        };
        let error = match tokio::time::timeout(self.connect_timeout, connecting).await {
            Ok(Ok(connection)) => {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                *self
                    .connection
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) =
                    Some(Numbered { number, connection });
                if self.told.swap(false, Ordering::Relaxed) {
                    tracing::info!("Redis is back");
                }
                return true;
            }
            Ok(Err(error)) => CacheError::Redis(error),
            Err(_) => CacheError::Timeout(self.connect_timeout),
        };
        self.tell(&error);
        false
    }

    /// Sends the evictions that have been missed.
    async fn catch_up(&self, connection: &mut MultiplexedConnection) -> redis::RedisResult<()> {
        let mut missed = Missed {
            evictions: &self.evictions,
            all: self.evictions.take(),
        };
        for pipe in self.evictions.batches(&missed.all) {
            pipe.query_async::<()>(connection).await?;
        }
        let sent = std::mem::take(&mut missed.all).len();
        if sent > 0 {
            tracing::info!("Redis has been told of {sent} evictions that it had missed");
        }
        Ok(())
    }

    /// Whether there is a connection, and nothing that Redis has not heard of.
    async fn is_well(&self) -> bool {
        let Ok(mut numbered) = self.current() else {
            return self.connect().await;
        };
        let catch_up = self.catch_up(&mut numbered.connection);
        self.bounded(numbered.number, catch_up).await.is_ok()
    }
}

/// What is being sent. What is left of it at the end is to be sent again.
struct Missed<'a> {
    evictions: &'a Evictions,
    all: Vec<(String, Eviction)>,
}

impl Drop for Missed<'_> {
    fn drop(&mut self) {
        for (cache, eviction) in self.all.drain(..) {
            self.evictions.keep(&cache, eviction);
        }
    }
}

/// Connects whenever there is no connection, for as long as anybody holds the link.
async fn supervise(link: Weak<Link>, wake: Arc<Notify>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let Some(strong) = link.upgrade() else { return };
        if strong.is_well().await {
            drop(strong);
            pause = FIRST_PAUSE;
            wake.notified().await;
        } else {
            drop(strong);
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.wake.notify_one();
    }
}
