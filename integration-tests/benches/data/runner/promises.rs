//! What Savia's design promises of the data path, beside what was measured.

use std::fmt::Write;

use crate::database::Database;
use crate::report::Measurements;
use crate::subject::{BEST, CALLS, DSL, NO_DATABASE, PLAIN, SQLX, UNIT, UPDATES};

/// A unit of work against the same by hand.
const OF_BEST: f64 = 0.95;
/// Calls of a repository against what people write.
const OF_PLAIN: f64 = 1.0;
/// Many updates on PostgreSQL against sqlx.
const OF_SQLX: f64 = 1.0;

/// Markdown: a line for each request, a column for each promise. What is kept is bold; in brackets
/// stands the ratio of time on the processor, which other work on the machine disturbs less.
pub(crate) fn table(measured: &Measurements, database: Database) -> String {
    let mut text = format!(
        "| request | unit of best (≥ {OF_BEST}) | unit in diesel of best (≥ {OF_BEST}) \
         | calls of plain (≥ {OF_PLAIN:.1}) |\n| --- | ---: | ---: | ---: |\n"
    );
    for scenario in &measured.scenarios {
        if *scenario == NO_DATABASE {
            continue;
        }
        let _ = writeln!(
            text,
            "| {scenario} | {} | {} | {} |",
            judged(measured, UNIT, BEST, scenario, OF_BEST),
            judged(measured, DSL, BEST, scenario, OF_BEST),
            judged(measured, CALLS, PLAIN, scenario, OF_PLAIN),
        );
    }
    if database == Database::Postgres && measured.scenarios.contains(&UPDATES) {
        let _ = writeln!(
            text,
            "\n{UPDATES} against sqlx (≥ {OF_SQLX:.1}): unit {}, unit in diesel {}.",
            judged(measured, UNIT, SQLX, UPDATES, OF_SQLX),
            judged(measured, DSL, SQLX, UPDATES, OF_SQLX),
        );
    }
    text
}

fn judged(measured: &Measurements, server: &str, to: &str, request: &str, promised: f64) -> String {
    let ratio = measured.ratio(server, to, request);
    let busy = measured.busy_ratio(server, to, request);
    if ratio >= promised {
        format!("**{ratio:.2}** (CPU {busy:.2})")
    } else {
        format!("{ratio:.2} (CPU {busy:.2})")
    }
}
