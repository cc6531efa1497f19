//! The settler: notes what runs came to, many at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use savia_core::{ErrorKind, Result};
use tokio::sync::{mpsc, oneshot};

use super::Engine;
use super::lane::Lane;
use crate::store::{Outcome, Settlement};

/// The most that is noted at once.
const MOST: usize = 1_000;

/// What the settler is asked.
#[derive(Debug)]
pub(crate) enum Order {
    /// To note what a run came to.
    Settle(Settlement),
    /// To say when all before is noted.
    Flush(oneshot::Sender<()>),
}

/// Notes what runs came to, for as long as there is somebody to ask it. What gathers while a batch is
/// being noted is the next batch.
pub(super) async fn settle(
    engine: Arc<Engine>,
    lanes: HashMap<Arc<str>, Arc<Lane>>,
    mut orders: mpsc::UnboundedReceiver<Order>,
) {
    let mut gathered = Vec::with_capacity(MOST);
    while orders.recv_many(&mut gathered, MOST).await > 0 {
        let mut batch = Vec::with_capacity(gathered.len());
        let mut waiting = Vec::new();
        for order in gathered.drain(..) {
            match order {
                Order::Settle(settlement) => batch.push(settlement),
                Order::Flush(done) => waiting.push(done),
            }
        }
        if !batch.is_empty() {
            note(&engine, &batch).await;
            engine.runs.remove(batch.iter().map(|it| it.held));
            let mut counts: HashMap<&Arc<str>, usize> = HashMap::new();
            for settlement in &batch {
                *counts.entry(&settlement.queue).or_default() += 1;
            }
            for (queue, count) in counts {
                if let Some(lane) = lanes.get(queue) {
                    lane.settled(count);
                }
            }
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

/// Notes a batch; while the backend is out of reach, again and again. Meanwhile nothing new is
/// taken, as nothing that is held comes free.
async fn note(engine: &Engine, batch: &[Settlement]) {
    let mut pause = Duration::from_millis(20);
    let mut told = false;
    loop {
        match engine.store.settle(batch).await {
            Ok(()) => return,
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                if !told {
                    tracing::error!(
                        "what {} tasks came to cannot be noted yet: {error}",
                        batch.len()
                    );
                    told = true;
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
            Err(error) => {
                tracing::error!("what tasks came to is noted one by one: {error}");
                return one_by_one(engine, batch).await;
            }
        }
    }
}

/// Finds the one that the backend does not take: the others are noted, and that one is a dead letter.
async fn one_by_one(engine: &Engine, batch: &[Settlement]) {
    for settlement in batch {
        let Err(error) = reached(engine, settlement).await else {
            continue;
        };
        let dead = Settlement {
            outcome: Outcome::Dead {
                error: format!("what it came to could not be noted: {error}"),
            },
            ..settlement.clone()
        };
        if let Err(error) = reached(engine, &dead).await {
            // Its lease ends, and it runs again.
            tracing::error!("task {} could not be settled: {error}", settlement.held.id);
        }
    }
}

/// Notes one; a backend that is out of reach says nothing against it, and is asked again.
async fn reached(engine: &Engine, settlement: &Settlement) -> Result<()> {
    loop {
        match engine.store.settle(std::slice::from_ref(settlement)).await {
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            noted => return noted,
        }
    }
}
