//! The life of an application: typed phases, hooks in order, an end that loses nothing.

mod application;
mod availability;
mod report;
pub(crate) mod shutdown;

use async_trait::async_trait;

pub use application::{Application, Configured, Discovered, Ready, Running};
pub use availability::Availability;
pub use report::StartupReport;
pub use shutdown::Shutdown;

use crate::app::AppHandle;
use crate::error::StartupError;

/// Something that is started with the application and stopped with it.
///
/// Components of it (`#[service(provides(dyn Lifecycle))]`) are started in the order of their
/// [`phase`](Self::phase), then [`order`](Self::order), then name, and stopped the other way round,
/// after the application has been taken out of traffic. What has been started is stopped also when
/// a later start fails.
#[async_trait]
pub trait Lifecycle: Send + Sync {
    /// Its name, for the log and the start-up report.
    fn name(&self) -> &str;

    /// When it is its turn.
    fn phase(&self) -> Phase {
        Phase::Application
    }

    /// Its place within the phase; lower starts first and stops last.
    fn order(&self) -> i32 {
        0
    }

    /// Starts. It must return once started; work that goes on belongs in a task of its own
    /// ([`crate::spawn`]).
    ///
    /// # Errors
    ///
    /// What kept it from starting; the application then does not start.
    async fn start(&self, app: &AppHandle) -> Result<(), StartupError>;

    /// Stops: takes no new work, ends or hands back what is under way. The future is dropped when
    /// `lifecycle.shutdown_timeout` has passed for all hooks together.
    ///
    /// # Errors
    ///
    /// What went wrong; it is logged and the next hook is stopped.
    async fn stop(&self) -> crate::Result<()> {
        Ok(())
    }
}

/// When a [`Lifecycle`] has its turn; earlier phases start first and stop last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What others need: pools, exporters, migrations.
    Infrastructure,
    /// The user's own.
    Application,
    /// What takes work from queues and schedules.
    Workers,
    /// What takes work from the network; last to start, first to stop.
    Server,
}
