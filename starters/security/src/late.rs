//! The database of an application that is still being made.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::{Context, Error, Result};
use savia_starter_data::Database;

/// The application's database: known from the start on, and before that by whoever asks.
#[derive(Debug, Default)]
pub(crate) struct LateDatabase(OnceLock<Arc<Database>>);

impl LateDatabase {
    /// One that is there.
    pub(crate) fn of(database: Arc<Database>) -> Self {
        Self(OnceLock::from(database))
    }

    /// Says which it is. The first stays.
    pub(crate) fn set(&self, database: Arc<Database>) {
        let _ = self.0.set(database);
    }

    /// The database.
    pub(crate) fn get(&self) -> Result<Arc<Database>> {
        if let Some(known) = self.0.get() {
            return Ok(Arc::clone(known));
        }
        let found = Context::with_current(|context| context?.app().component::<Database>());
        let found = found.ok_or_else(|| Error::unavailable("there is no database yet"))?;
        Ok(Arc::clone(self.0.get_or_init(|| found)))
    }
}

/// Says which database it is when the application starts.
pub(crate) struct KnowsDatabase {
    name: &'static str,
    database: Arc<LateDatabase>,
}

impl KnowsDatabase {
    /// Of a store with this name.
    pub(crate) fn new(name: &'static str, database: Arc<LateDatabase>) -> Self {
        Self { name, database }
    }
}

#[async_trait]
impl Lifecycle for KnowsDatabase {
    fn name(&self) -> &str {
        self.name
    }

    fn phase(&self) -> Phase {
        Phase::Infrastructure
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        if let Some(database) = app.component::<Database>() {
            self.database.set(database);
        }
        Ok(())
    }
}
