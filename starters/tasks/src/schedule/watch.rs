//! Watches the schedules and enqueues what is due, once across all instances.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use super::registration::{Missed, Schedule};
use crate::store::TaskStore;
use crate::worker::Engine;

/// What is later than this was missed: nobody was there. It is long enough for a restart, and for
/// clocks that differ.
const GRACE: TimeDelta = TimeDelta::seconds(60);

/// The clock is looked at now and then: it may be set.
const LOOK: Duration = Duration::from_secs(60);

/// Watches until the application stops.
pub(crate) async fn watch(engine: Arc<Engine>, schedules: Vec<Schedule>) {
    let all = schedules
        .iter()
        .map(|schedule| follow(&*engine.store, schedule));
    let mut stopping = engine.stopping.subscribe();
    tokio::select! {
        _ = join_all(all) => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}

async fn follow(store: &dyn TaskStore, schedule: &Schedule) {
    let mut since = begin(store, schedule).await;
    loop {
        let Some(next) = schedule.next(since) else {
            return;
        };
        let now = Utc::now();
        if let Ok(wait) = (next - now).to_std() {
            // The clock of the system and that of the timer differ by a little.
            tokio::time::sleep(wait.min(LOOK)).await;
            continue;
        }
        match due(store, schedule, since, now).await {
            Ok(until) => since = until,
            Err(error) => {
                tracing::error!("schedule {} cannot be followed: {error}", schedule.name);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// The last time at which the schedule was due, as far as anybody knows. Of one that nobody knows,
/// the first start is the beginning.
async fn begin(store: &dyn TaskStore, schedule: &Schedule) -> DateTime<Utc> {
    loop {
        let now = Utc::now();
        let asked = match store.last_tick(schedule.name).await {
            Ok(Some(last)) => return last.min(now),
            Ok(None) => store.tick(schedule.name, now, None).await,
            Err(error) => Err(error),
        };
        match asked {
            Ok(true) => return now,
            // Another instance begins too.
            Ok(false) => {}
            Err(error) => {
                tracing::error!("schedule {} cannot begin: {error}", schedule.name);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Does what is due; gives the time up to which that was.
async fn due(
    store: &dyn TaskStore,
    schedule: &Schedule,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> savia_core::Result<DateTime<Utc>> {
    // Of several times the last one counts, for all of them.
    let Some(last) = schedule.trigger.last(since, now) else {
        return Ok(since.max(now));
    };
    let missed = now - last > GRACE;
    let task = (!missed || schedule.missed == Missed::RunOnce).then(|| schedule.task());
    let wanted = task.is_some();
    if store.tick(schedule.name, last, task).await? && !wanted {
        tracing::warn!(
            "schedule {} was missed at {last}, and is not made up for",
            schedule.name
        );
    }
    Ok(last)
}
