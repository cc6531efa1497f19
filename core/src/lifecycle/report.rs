//! How long the start took, phase by phase.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time each step of the start took.
#[derive(Debug, Clone)]
pub struct StartupReport(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    steps: Mutex<Vec<(String, Duration)>>,
}

impl StartupReport {
    /// A report that begins now.
    pub fn begin() -> Self {
        Self(Arc::new(Inner {
            began: Instant::now(),
            steps: Mutex::new(Vec::new()),
        }))
    }

    /// Adds a step that began at `since` and ends now.
    pub fn step(&self, name: impl Into<String>, since: Instant) {
        self.lock().push((name.into(), since.elapsed()));
    }

    /// The steps in their order.
    pub fn steps(&self) -> Vec<(String, Duration)> {
        self.lock().clone()
    }

    /// The time since the start began.
    pub fn elapsed(&self) -> Duration {
        self.0.began.elapsed()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(String, Duration)>> {
        self.0.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Display for StartupReport {
    /// `configuration 1.2 ms, discovery 0.3 ms`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (name, took)) in self.lock().iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            write!(f, "{separator}{name} {:.1} ms", took.as_secs_f64() * 1000.0)?;
        }
        Ok(())
    }
}
