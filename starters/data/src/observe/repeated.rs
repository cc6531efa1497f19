//! Statements that run again and again in one request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use diesel::connection::DebugQuery;
use savia_core::Context;
use savia_core::context::ContextKind;

use super::statement;

/// How often each statement ran in a request.
#[derive(Default)]
struct Counts(Mutex<HashMap<String, u32>>);

/// Counts a statement, and warns once when it has run more often than `threshold`.
pub(super) fn count(context: &Context, query: &dyn DebugQuery, threshold: u32) {
    if context.kind() != ContextKind::Request {
        return;
    }
    let text = statement::text(query);
    if is_control(&text) {
        return;
    }
    let counts = context.extension::<Counts>();
    let mut counts = counts.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(count) = counts.get_mut(&text) {
        *count += 1;
        if *count == threshold + 1 {
            warn(context, &text, *count);
        }
    } else {
        counts.insert(text, 1);
    }
}

fn warn(context: &Context, text: &str, count: u32) {
    let request = context.request_id().unwrap_or("?");
    let advice = if starts_with(text, "select") {
        "load what belongs to an entity with it: `#[with(…)]` on the repository's method"
    } else {
        "write many at once: `insert_all`, or one statement with `#[query]`"
    };
    tracing::warn!(
        target: "savia::data::repeated_query",
        "a statement has run {count} times in request {request}: {text}; {advice}"
    );
}

/// Transactions begin and end as often as they like.
fn is_control(text: &str) -> bool {
    [
        "begin",
        "commit",
        "rollback",
        "savepoint",
        "release",
        "pragma",
    ]
    .iter()
    .any(|word| starts_with(text, word))
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}
