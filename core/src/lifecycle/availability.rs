//! Whether the application is alive, and whether it takes traffic.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Liveness and readiness, as probes ask for them.
///
/// An application is live until something says that only a restart can mend it, and ready from
/// the end of its start to the beginning of its stop.
#[derive(Debug, Clone)]
pub struct Availability(Arc<State>);

#[derive(Debug)]
struct State {
    live: AtomicBool,
    ready: AtomicBool,
}

impl Default for Availability {
    fn default() -> Self {
        Self(Arc::new(State {
            live: AtomicBool::new(true),
            ready: AtomicBool::new(false),
        }))
    }
}

impl Availability {
    /// Whether the application works at all.
    pub fn is_live(&self) -> bool {
        self.0.live.load(Ordering::Acquire)
    }

    /// Whether it wants traffic.
    pub fn is_ready(&self) -> bool {
        self.0.ready.load(Ordering::Acquire)
    }

    /// Says that only a restart can mend it (or that it works after all).
    pub fn set_live(&self, live: bool) {
        self.0.live.store(live, Ordering::Release);
    }

    /// Takes it into traffic, or out.
    pub fn set_ready(&self, ready: bool) {
        self.0.ready.store(ready, Ordering::Release);
    }
}
