//! The heart: leases that are put off, those that are over, progress, and outcomes that are old.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::Engine;
use super::run::Reason;
use crate::metrics;
use crate::store::Held;

/// How often what tasks say of their progress is stored.
const PROGRESS: Duration = Duration::from_millis(500);

/// How often old outcomes are forgotten.
const SWEEP: Duration = Duration::from_secs(30);

/// Puts off the leases of runs that last.
pub(super) async fn beat(engine: Arc<Engine>) {
    let lease = engine.config.lease;
    let mut ticks = every(lease / 3);
    loop {
        ticks.tick().await;
        // One that was just taken has its lease still before it.
        let held = engine.runs.older_than(lease / 6);
        if held.is_empty() {
            continue;
        }
        alive(&engine, &held).await;
    }
}

/// Hears of runs that somebody cancels: each is asked for at once.
pub(super) async fn cancels(engine: Arc<Engine>) {
    let mut heard = engine.store.signal().cancels();
    loop {
        match heard.recv().await {
            Ok(task) => {
                let held = engine.runs.of(task);
                if !held.is_empty() {
                    alive(&engine, &held).await;
                }
            }
            // The next beat hears of those that were too many.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Says of runs that they last, and ends those that are to.
async fn alive(engine: &Engine, held: &[Held]) {
    match engine.store.beat(held, engine.config.lease).await {
        Ok(stops) => {
            for stop in stops {
                let reason = if stop.cancelled {
                    Reason::Cancelled
                } else {
                    Reason::Lost
                };
                engine.runs.end(stop.held, reason);
            }
        }
        Err(error) => {
            let count = held.len();
            tracing::warn!("the leases of {count} tasks were not put off: {error}");
        }
    }
}

/// Stores what tasks say of their progress.
pub(super) async fn progress(engine: Arc<Engine>) {
    let mut ticks = every(PROGRESS);
    loop {
        ticks.tick().await;
        let said = engine.runs.said();
        if !said.is_empty()
            && let Err(error) = engine.store.report(said).await
        {
            tracing::debug!("progress was not stored: {error}");
        }
    }
}

/// Gives tasks whose worker died back to their queues.
pub(super) async fn recover(engine: Arc<Engine>) {
    let mut ticks = every(engine.config.recover_every());
    loop {
        ticks.tick().await;
        match engine.store.recover(engine.config.max_losses).await {
            Ok(0) => {}
            Ok(count) => tracing::warn!("{count} tasks were recovered from workers that died"),
            Err(error) => tracing::debug!("no tasks were recovered: {error}"),
        }
    }
}

/// Forgets old outcomes, and counts what waits.
pub(super) async fn sweep(engine: Arc<Engine>) {
    let mut ticks = every(SWEEP);
    let mut waiting = metrics::Waiting::default();
    loop {
        ticks.tick().await;
        if let Err(error) = engine.store.sweep(&engine.config.retention).await {
            tracing::debug!("old outcomes were not forgotten: {error}");
        }
        if let Ok(stats) = engine.store.waiting().await {
            waiting.show(&stats);
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
