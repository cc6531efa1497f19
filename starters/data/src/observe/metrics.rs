//! Metrics, under OpenTelemetry's names in Prometheus' spelling.

use std::time::Duration;

use metrics::{Gauge, Histogram, Unit, describe_gauge, describe_histogram, gauge, histogram};

const DURATION: &str = "db_client_operation_duration_seconds";
const CONNECTIONS: &str = "db_client_connection_count";
const CONNECTIONS_MAX: &str = "db_client_connection_max";
const PENDING: &str = "db_client_connection_pending_requests";

/// How long statements take; the handles are made once.
pub(super) struct Durations {
    done: Histogram,
    failed: Histogram,
}

impl Durations {
    pub(super) fn of(system: &'static str) -> Self {
        describe_histogram!(DURATION, Unit::Seconds, "How long statements take.");
        let of = |outcome: &'static str| histogram!(DURATION, "db_system_name" => system, "outcome" => outcome);
        Self {
            done: of("done"),
            failed: of("failed"),
        }
    }

    pub(super) fn record(&self, elapsed: Duration, failed: bool) {
        let histogram = if failed { &self.failed } else { &self.done };
        histogram.record(elapsed.as_secs_f64());
    }
}

/// How the connections of a pool are occupied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolState {
    /// Connections there are.
    pub(crate) connections: usize,
    /// Of them, those that nobody uses.
    pub(crate) idle: usize,
    /// Calls that wait for one.
    pub(crate) pending: usize,
}

/// Shows how the connections of a pool are occupied.
pub(crate) struct PoolGauges {
    used: Gauge,
    idle: Gauge,
    pending: Gauge,
}

impl PoolGauges {
    /// Of the pool of this name.
    pub(crate) fn of(pool: String, max: usize) -> Self {
        describe_gauge!(CONNECTIONS, "Connections to the database, by state.");
        describe_gauge!(CONNECTIONS_MAX, "The most connections there may be.");
        describe_gauge!(PENDING, "Calls that wait for a connection.");
        let of = |state: &'static str| gauge!(CONNECTIONS, "db_client_connection_pool_name" => pool.clone(), "state" => state);
        let (used, idle) = (of("used"), of("idle"));
        #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
        gauge!(CONNECTIONS_MAX, "db_client_connection_pool_name" => pool.clone()).set(max as f64);
        let pending = gauge!(PENDING, "db_client_connection_pool_name" => pool);
        Self {
            used,
            idle,
            pending,
        }
    }

    /// Shows it as it is now.
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
    pub(crate) fn show(&self, state: PoolState) {
        let used = state.connections.saturating_sub(state.idle);
        self.used.set(used as f64);
        self.idle.set(state.idle as f64);
        self.pending.set(state.pending as f64);
    }
}
