//! PostgreSQL: a pool of connections to the server, and one to each replica.

mod lease;
mod pool;
mod session;
mod tls;
mod url;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::ConnectionError;
use diesel_async::AsyncPgConnection;
use savia_core::Result;
use tokio::runtime::Handle;

use crate::config::DataConfig;
use crate::observe::{Observer, PoolState};

use pool::Pool;
use session::Connector;

pub(crate) use lease::PgLease;

/// For how long a replica that did not answer is not asked again.
const AWAY: Duration = Duration::from_secs(5);

/// A server and its replicas.
pub(crate) struct PgEngine {
    primary: Arc<Pool>,
    replicas: Vec<Replica>,
    turn: AtomicUsize,
    since: Instant,
}

struct Replica {
    pool: Arc<Pool>,
    /// Until when it is not asked, in milliseconds since the engine was made.
    away_until: AtomicU64,
}

impl PgEngine {
    /// Of the server at this URL, without connecting to it.
    ///
    /// # Errors
    ///
    /// Which key's URL is wrong, and what with it.
    pub(crate) fn new(
        url: &str,
        config: &DataConfig,
        application: &str,
        observer: &Observer,
        runtime: &Handle,
    ) -> Result<Self, (String, String)> {
        let pool = |url: &str| {
            let connector = Connector::new(
                url,
                &config.postgres,
                application,
                config.pool.connect_timeout,
                observer.clone(),
            )?;
            Ok(Pool::new(connector, config.pool.clone(), runtime.clone()))
        };
        let primary = pool(url).map_err(|error| ("data.url".to_owned(), error))?;
        let mut replicas = Vec::new();
        for (at, url) in config.replicas.iter().enumerate() {
            replicas.push(Replica {
                pool: pool(url).map_err(|error| (format!("data.replicas[{at}]"), error))?,
                away_until: AtomicU64::new(0),
            });
        }
        Ok(Self {
            primary,
            replicas,
            turn: AtomicUsize::new(0),
            since: Instant::now(),
        })
    }

    /// Connects to the server, so that one that is not there is known at once.
    pub(crate) async fn connect(&self) -> Result<(), ConnectionError> {
        self.primary.warm().await
    }

    /// A connection of the caller's own, beside the pool.
    pub(crate) async fn connection(&self) -> Result<AsyncPgConnection, ConnectionError> {
        let session = self.primary.connector.connect().await?;
        Ok(session.connection)
    }

    /// Where the server is, for people.
    pub(crate) fn place(&self) -> &str {
        &self.primary.connector.place
    }

    /// A connection: to a replica where nothing will be written and one answers.
    pub(crate) async fn acquire(&self, read_only: bool) -> Result<PgLease> {
        if read_only && let Some(lease) = self.of_a_replica().await {
            return Ok(lease);
        }
        self.primary.acquire().await
    }

    async fn of_a_replica(&self) -> Option<PgLease> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        for at in 0..self.replicas.len() {
            let replica = &self.replicas[first.wrapping_add(at) % self.replicas.len()];
            let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
            if replica.away_until.load(Ordering::Relaxed) > now {
                continue;
            }
            match replica.pool.acquire().await {
                Ok(lease) => return Some(lease),
                Err(error) => {
                    let place = &replica.pool.connector.place;
                    tracing::warn!("the replica at {place} is passed over for {AWAY:?}: {error}");
                    let until = now.saturating_add(AWAY.as_millis() as u64);
                    replica.away_until.store(until, Ordering::Relaxed);
                }
            }
        }
        None
    }

    /// How its pools are occupied, by name, with their limits.
    pub(crate) fn states(&self) -> Vec<(String, usize, PoolState)> {
        let named = |name: String, pool: &Pool| (name, pool.max_size(), pool.state());
        let replicas = self.replicas.iter().enumerate();
        std::iter::once(named("primary".to_owned(), &self.primary))
            .chain(replicas.map(|(at, it)| named(format!("replica-{at}"), &it.pool)))
            .collect()
    }

    /// Closes every connection that nobody uses.
    pub(crate) fn close(&self) {
        self.primary.close();
        for replica in &self.replicas {
            replica.pool.close();
        }
    }
}
