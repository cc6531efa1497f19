//! What workers ask of Redis.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use savia_core::Result;
use savia_core::tasks::{NewTask, Progress, TaskState};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{RedisQueue, SWEPT, record, row};
use crate::backend::{kept, lost, micros, span, time, until};
use crate::config::RetentionConfig;
use crate::metrics;
use crate::signal::Signal;
use crate::store::{Claim, Claimed, Held, Outcome, Settlement, Stop, TaskStore};

fn held(held: &Held) -> Value {
    json!({ "id": held.id, "run": held.run })
}

#[async_trait]
impl TaskStore for RedisQueue {
    async fn claim(&self, claim: &Claim) -> Result<Claimed> {
        let wanted = json!([
            &*claim.queue,
            claim.limit,
            &*claim.worker,
            span(claim.lease),
            claim.suspect
        ]);
        let (tasks, now, next): (Vec<Vec<String>>, i64, Option<i64>) =
            self.run(&self.0.scripts.claim, &wanted).await?;
        Ok(Claimed {
            tasks: tasks
                .into_iter()
                .map(record::read_claimed)
                .collect::<Result<_>>()?,
            next_in: next.map(|next| until(now, next)),
        })
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<()> {
        if settlements.is_empty() {
            return Ok(());
        }
        let keep = self.0.keep_succeeded;
        let rows = settlements.iter().map(|settlement| {
            let mut row = held(&settlement.held);
            let (kind, delay, error, result) = match &settlement.outcome {
                Outcome::Succeeded { .. } if !keep => ("gone", None, None, None),
                Outcome::Succeeded { result } => ("succeeded", None, None, result.as_ref()),
                Outcome::Retry { after, error } => {
                    ("retry", Some(span(*after)), Some(kept(error)), None)
                }
                Outcome::Dead { error } => ("dead", None, Some(kept(error)), None),
                Outcome::Cancelled => ("cancelled", None, None, None),
                Outcome::Released => ("released", None, None, None),
            };
            row["kind"] = kind.into();
            row["delay"] = delay.into();
            row["error"] = error.into();
            row["result"] = result.cloned().into();
            row
        });
        let rows = Value::Array(rows.collect());
        let () = self.run(&self.0.scripts.settle, &rows).await?;
        for settlement in settlements {
            if matches!(
                settlement.outcome,
                Outcome::Retry { .. } | Outcome::Released
            ) {
                self.0.signal.ring(&settlement.queue);
            }
        }
        Ok(())
    }

    async fn beat(&self, runs: &[Held], lease: Duration) -> Result<Vec<Stop>> {
        let rows: Vec<_> = runs.iter().map(held).collect();
        let wanted = json!([rows, span(lease)]);
        let answers: Vec<u8> = self.run(&self.0.scripts.beat, &wanted).await?;
        let stops = runs.iter().zip(answers).filter_map(|(held, answer)| {
            let cancelled = answer == 1;
            (answer != 0).then_some(Stop {
                held: *held,
                cancelled,
            })
        });
        Ok(stops.collect())
    }

    async fn report(&self, progress: Vec<(Held, Progress)>) -> Result<()> {
        let rows = progress.iter().map(|(run, progress)| {
            let mut row = held(run);
            row["progress"] = serde_json::to_string(progress).unwrap_or_default().into();
            row
        });
        self.run(&self.0.scripts.report, &Value::Array(rows.collect()))
            .await
    }

    async fn recover(&self, max_losses: u32) -> Result<u64> {
        let wanted = json!([max_losses, lost(max_losses)]);
        let recovered: Vec<(String, String, String)> =
            self.run(&self.0.scripts.recover, &wanted).await?;
        for (queue, name, state) in &recovered {
            let state = state.parse::<TaskState>().ok();
            metrics::lost(name, state.map(TaskState::word));
            self.0.signal.ring(queue);
        }
        Ok(recovered.len() as u64)
    }

    async fn sweep(&self, retention: &RetentionConfig) -> Result<u64> {
        let kept = [retention.succeeded, retention.dead, retention.cancelled].map(span);
        let mut swept = 0;
        loop {
            let count: u64 = self
                .run(&self.0.scripts.sweep, &json!([kept, SWEPT]))
                .await?;
            swept += count;
            if count < u64::from(SWEPT) {
                return Ok(swept);
            }
        }
    }

    async fn last_tick(&self, schedule: &str) -> Result<Option<DateTime<Utc>>> {
        let last: Option<i64> = self
            .run(&self.0.scripts.last_tick, &json!([schedule]))
            .await?;
        Ok(last.map(time))
    }

    async fn tick(&self, schedule: &str, at: DateTime<Utc>, task: Option<NewTask>) -> Result<bool> {
        let task_row = task.as_ref().map(|task| row(task, Uuid::now_v7()));
        let rows: Vec<_> = task_row.into_iter().collect();
        let wanted = json!([schedule, micros(at), rows]);
        let done: bool = self.run(&self.0.scripts.tick, &wanted).await?;
        if let Some(task) = task.filter(|_| done) {
            self.0.signal.ring(&task.queue);
        }
        Ok(done)
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.0.signal
    }

    async fn listen(&self) {
        loop {
            if let Err(error) = self.hear().await {
                tracing::debug!("nothing is heard of other processes' tasks: {error}");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
