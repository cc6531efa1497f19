//! Whether the database is well.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use savia_core::health::{Health, HealthIndicator};

use crate::Database;
use crate::statement::Dialect;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// `db`: whether the database answers.
pub(crate) struct DatabaseHealth {
    database: Arc<Database>,
}

impl DatabaseHealth {
    pub(crate) fn new(database: Arc<Database>) -> Self {
        Self { database }
    }
}

#[async_trait]
impl HealthIndicator for DatabaseHealth {
    fn name(&self) -> &str {
        "db"
    }

    async fn check(&self) -> Health {
        let since = Instant::now();
        let health = match self.database.ping(PATIENCE).await {
            Ok(()) => Health::up().with("elapsed_ms", since.elapsed().as_secs_f64() * 1e3),
            Err(error) => Health::down(error.to_string()),
        };
        // Spring Boot's names.
        let name = match self.database.dialect() {
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => "PostgreSQL",
        };
        health.with("database", name)
    }
}
