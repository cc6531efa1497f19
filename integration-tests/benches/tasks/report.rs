//! What is printed.

use std::time::Duration;

/// What is to be reached.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// It is there to be compared with.
    None,
    /// So many tasks a second, enqueued as well as run.
    Rate(f64),
}

pub(crate) fn head() {
    println!(
        "{:28} {:>12} {:>12} {:>12} {:>10}",
        "backend", "enqueued/s", "run/s", "rows", "goal"
    );
}

/// A line of the report.
pub(crate) fn line(
    name: &str,
    count: usize,
    pushed: Duration,
    ran: Duration,
    rows: usize,
    goal: Goal,
) {
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    let goal = match goal {
        Goal::None => String::new(),
        Goal::Rate(least) => {
            let reached = rate(pushed) >= least && rate(ran) >= least;
            format!("{least:>10.0} {}", said(reached))
        }
    };
    println!(
        "{name:28} {:>12.0} {:>12.0} {rows:>12} {goal}",
        rate(pushed),
        rate(ran)
    );
}

pub(crate) fn said(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}
