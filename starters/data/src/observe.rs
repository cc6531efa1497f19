//! What is seen of the database: metrics, slow statements, and statements that run too often.

mod instrumentation;
mod metrics;
mod repeated;
mod statement;

use std::sync::Arc;
use std::time::Duration;

use metrics::Durations;

pub(crate) use instrumentation::{Forget, Instrument};
pub(crate) use metrics::{PoolGauges, PoolState};

/// Watches the statements of every connection it is set on.
#[derive(Clone)]
pub(crate) struct Observer(Arc<Watch>);

struct Watch {
    /// Statements that take longer are logged; none where it is zero.
    slow: Duration,
    /// How often one statement may run in one request; zero counts nothing.
    repeated: u32,
    durations: Durations,
}

impl Observer {
    /// Watches a database of this system: `sqlite`, `postgresql`.
    pub(crate) fn new(system: &'static str, slow: Duration, repeated: u32) -> Self {
        Self(Arc::new(Watch {
            slow,
            repeated,
            durations: Durations::of(system),
        }))
    }

    /// What is set on one connection.
    pub(crate) fn instrumentation(&self) -> Instrument {
        Instrument::new(Arc::clone(&self.0))
    }
}
