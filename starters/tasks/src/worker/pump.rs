//! The pump: takes tasks from the store, as many as there is room for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};

use super::Engine;
use super::lane::Lane;
use super::pace::Pace;
use super::run::Run;
use crate::store::{Claim, ClaimedTask};

/// A task on its way to where it is run.
pub(super) type Taken = (ClaimedTask, Arc<Run>);

/// How long a backend that fails is left alone, at first and at the most.
const PATIENCE: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(5)];

/// Takes tasks until the application stops.
pub(super) async fn pump(engine: Arc<Engine>, lane: Arc<Lane>, out: mpsc::UnboundedSender<Taken>) {
    let mut stopping = engine.stopping.subscribe();
    let bell = engine.store.signal().bell(&lane.queue);
    let (mut pace, mut failures) = (Pace::new(), 0_u32);
    while let Some(limit) = room(&lane, &mut pace, &mut stopping).await {
        let permit = Arc::clone(&engine.suspects).try_acquire_owned().ok();
        let suspect = permit.is_some();
        let claim = Claim {
            queue: Arc::clone(&lane.queue),
            limit,
            suspect,
            worker: Arc::clone(&engine.worker),
            lease: engine.config.lease,
        };
        // Not given up half-way: what a claim took has to be run or given back.
        let wait = match engine.store.claim(&claim).await {
            Ok(claimed) if claimed.tasks.is_empty() => {
                drop(permit);
                failures = 0;
                let poll = engine.config.poll_interval;
                claimed.next_in.map_or(poll, |next| next.min(poll))
            }
            Ok(claimed) => {
                failures = 0;
                hand_on(&engine, &lane, claimed.tasks, permit, &out);
                continue;
            }
            Err(error) => {
                drop(permit);
                if failures == 0 {
                    tracing::error!("no tasks can be taken from queue {}: {error}", lane.queue);
                }
                failures = failures.saturating_add(1);
                (PATIENCE[0] * 2_u32.saturating_pow(failures.min(10))).min(PATIENCE[1])
            }
        };
        let patient = failures > 0;
        tokio::select! {
            () = bell.notified(), if !patient => {}
            () = tokio::time::sleep(wait) => {}
            // It may be this queue that has the next suspect.
            _ = engine.suspects.acquire(), if !suspect && !patient => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

fn hand_on(
    engine: &Engine,
    lane: &Arc<Lane>,
    tasks: Vec<ClaimedTask>,
    mut permit: Option<OwnedSemaphorePermit>,
    out: &mpsc::UnboundedSender<Taken>,
) {
    lane.takes(tasks.len());
    let taken: Vec<Taken> = tasks
        .into_iter()
        .map(|claimed| {
            let known = engine.runners.get(&*claimed.name);
            let name = known.map_or(super::UNKNOWN, |bound| bound.name);
            let run = Arc::new(Run::new(&claimed, name, &lane.queue));
            if claimed.is_suspect() {
                run.is_the_suspect(permit.take());
            }
            (claimed, run)
        })
        .collect();
    engine
        .runs
        .add(taken.iter().map(|(_, run)| Arc::clone(run)));
    for taken in taken {
        // Where nobody runs them any more, their leases end.
        let _ = out.send(taken);
    }
}

/// Waits for room, and says for how many; nothing where the application stops.
async fn room(lane: &Lane, pace: &mut Pace, stopping: &mut watch::Receiver<bool>) -> Option<usize> {
    loop {
        if *stopping.borrow() {
            return None;
        }
        let freed = lane.room.notified();
        let ahead = pace.ahead(lane.finished(), lane.batch);
        let (held, most) = (lane.held(), lane.concurrency + ahead);
        // A batch that is half gone is worth another.
        if held < lane.concurrency + ahead / 2 {
            return Some((most - held).min(lane.batch.max(1)));
        }
        tokio::select! {
            () = freed => {}
            _ = stopping.wait_for(|stop| *stop) => return None,
        }
    }
}
