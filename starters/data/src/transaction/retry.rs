//! Running a transaction again after it lost against another.

use std::future::Future;
use std::time::Duration;

use super::options::TransactionOptions;
use super::outcome::TransactionOutcome;
use super::scope;
use crate::database::Database;

/// How long the first wait is; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(5);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Runs the work that `make` makes, and again where it lost against another transaction.
pub(crate) async fn run<O, F>(
    database: &Database,
    options: &TransactionOptions,
    mut make: impl FnMut() -> F,
) -> O
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    // A part of a transaction cannot be run again without the whole.
    let is_whole = database.current_unit().is_none();
    let mut tried = 0;
    loop {
        let run = scope::run(database, options, Box::pin(make())).await;
        if !run.retryable || !is_whole || tried >= options.retries {
            return run.outcome;
        }
        tokio::time::sleep(wait(tried)).await;
        tried += 1;
    }
}

/// Between half of what the turn says and all of it, so that two that collided part.
fn wait(tried: u32) -> Duration {
    let longest = FIRST_WAIT
        .saturating_mul(1 << tried.min(10))
        .min(LONGEST_WAIT);
    let chance = f64::from(uuid::Uuid::new_v4().as_fields().0) / f64::from(u32::MAX);
    longest.mul_f64(0.5 + chance / 2.0)
}
