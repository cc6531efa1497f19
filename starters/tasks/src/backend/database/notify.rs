//! PostgreSQL's `NOTIFY`: how workers hear of what other processes enqueue.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::sql_query;
use diesel::sql_types::Text;
use savia_core::Result;
use savia_starter_data::{Database, dsl};

use super::rows::OneText;
use super::sql::told;
use crate::signal::Signal;

/// A channel of the schema's own, as channels belong to a whole database.
const CHANNEL: &str = "'savia_tasks_' || md5(current_schema())";

/// Tells other processes, outside of the transaction that enqueued: a commit that notifies waits for
/// all others that do. What gathers while one is being sent is sent together.
#[derive(Debug, Default)]
pub(super) struct Notifier(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: BTreeSet<String>,
    sending: bool,
}

impl Notifier {
    pub(super) fn notify(self: &Arc<Self>, database: Arc<Database>, queues: Vec<String>) {
        let mut state = self.lock();
        state.waiting.extend(queues);
        if state.sending {
            return;
        }
        state.sending = true;
        drop(state);
        let notifier = Arc::clone(self);
        savia_core::spawn(async move {
            while let Some(queues) = notifier.next() {
                // Who did not hear of it looks by itself, every `tasks.poll_interval`.
                if let Err(error) = send(&database, queues).await {
                    tracing::debug!("other processes were not told of tasks: {error}");
                }
            }
        });
    }

    fn next(&self) -> Option<Vec<String>> {
        let mut state = self.lock();
        let queues: Vec<_> = std::mem::take(&mut state.waiting).into_iter().collect();
        state.sending = !queues.is_empty();
        state.sending.then_some(queues)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn send(database: &Database, queues: Vec<String>) -> Result<()> {
    let queues = queues.join(",");
    let sql = format!(
        "select count(pg_notify({CHANNEL}, queue))::text as text from unnest(string_to_array($1, ',')) as queue"
    );
    database
        .with(move |tx| {
            Box::pin(async move {
                let sent: Vec<OneText> =
                    told(dsl!(tx, sql_query(sql).bind::<Text, _>(queues).load(tx)))?;
                drop(sent);
                Ok(())
            })
        })
        .await
}

/// Rings for what other processes enqueue, on a connection of its own. While there is none, workers
/// look by themselves.
pub(super) async fn listen(database: &Database, signal: &Signal) {
    let mut pause = Duration::from_millis(100);
    loop {
        let heard = async {
            let channel = channel(database).await?;
            database
                .listen(&channel, |queue| {
                    pause = Duration::from_millis(100);
                    match queue {
                        Some(said) => signal.hear(said),
                        // It begins to listen: what was missed is looked for.
                        None => signal.ring_all(),
                    }
                })
                .await
        };
        if let Err(error) = heard.await {
            tracing::debug!("nothing is heard of other processes' tasks: {error}");
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

async fn channel(database: &Database) -> Result<String> {
    let sql = format!("select {CHANNEL} as text");
    let found: Vec<OneText> = database
        .with(move |tx| Box::pin(async move { told(dsl!(tx, sql_query(sql).load(tx))) }))
        .await?;
    let found = found.into_iter().next().map(|row| row.text);
    found.ok_or_else(|| savia_core::Error::internal("the database has no schema"))
}
