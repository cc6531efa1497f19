//! Health: what starters and users say of their own condition.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;

/// Says whether one thing the application stands on is well.
///
/// Components of it (`#[service(provides(dyn HealthIndicator))]`) are asked by the health
/// endpoint, each with a timeout; `check` should do the least that proves the thing works.
#[async_trait]
pub trait HealthIndicator: Send + Sync {
    /// Its name in the answer: `db`, `redis`, `diskSpace`.
    fn name(&self) -> &str;

    /// Whether its failure takes the application out of traffic.
    fn affects_readiness(&self) -> bool {
        true
    }

    /// Looks. An error or a panic counts as [`Status::Down`].
    async fn check(&self) -> Health;
}

/// How well something is, with details.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// How well.
    pub status: Status,
    /// Details for those who may see them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, serde_json::Value>,
}

/// How well something is; the words are Spring Boot's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Not working.
    Down,
    /// Taken out of service on purpose.
    OutOfService,
    /// Working.
    Up,
    /// Nobody knows.
    Unknown,
}

impl Health {
    /// Working.
    pub fn up() -> Self {
        Self {
            status: Status::Up,
            details: BTreeMap::new(),
        }
    }

    /// Not working, and why.
    pub fn down(reason: impl Into<String>) -> Self {
        Self {
            status: Status::Down,
            details: BTreeMap::new(),
        }
        .with("error", reason.into())
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}
