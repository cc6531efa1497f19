//! What is recorded.

use std::net::IpAddr;

use chrono::{DateTime, Timelike, Utc};
use savia_core::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Origin;
use crate::Principal;

/// The longest text of a caller's that a record holds, in characters.
const LONGEST: usize = 1_000;

/// Something that happened: who did what, on what, from where, when, and what came of it.
///
/// ```
/// use savia_starter_security::audit::AuditEvent;
///
/// let event = AuditEvent::new("invoice.sent")
///     .object("invoice", 42)
///     .data("amount", "99.50");
/// assert_eq!(event.kind, "invoice.sent");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditEvent {
    /// When, to the microsecond.
    #[serde(serialize_with = "savia_core::time::timestamp")]
    pub time: DateTime<Utc>,
    /// What: `login.failed`, `post.delete`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Who; nobody where it is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub who: Option<Who>,
    /// On what.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<Object>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<From>,
    /// The request's id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    /// What else there is to say.
    #[serde(skip_serializing_if = "Map::is_empty", default)]
    pub data: Map<String, Value>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was tried, and did not come about.
    Failure,
    /// Whoever it was may not.
    Denied,
    /// The request ended before it was known: it may have been done.
    Unknown,
}

/// Who it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Its id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// The way by which it was known: `jwt`, `session`.
    pub method: String,
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its type: `post`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
}

/// Where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct From {
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<IpAddr>,
    /// What the caller's program calls itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_agent: Option<String>,
}

impl AuditEvent {
    /// Something that happened now, with success, in the current request: who, from where and the request's
    /// id are the [`Context`]'s.
    pub fn new(kind: impl Into<String>) -> Self {
        let now = Utc::now();
        let micros = now.nanosecond() / 1_000 * 1_000;
        let mut event = Self {
            time: now.with_nanosecond(micros).unwrap_or(now),
            kind: kind.into(),
            outcome: Outcome::Success,
            who: None,
            object: None,
            from: None,
            request_id: None,
            data: Map::new(),
        };
        Context::with_current(|context| {
            if let Some(context) = context {
                event.who = Principal::of(context).as_ref().map(Who::of);
                event.from = Origin::of(context);
                event.request_id = context.request_id().map(cut);
            }
        });
        event
    }

    /// The same with another outcome.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same, on something.
    #[must_use]
    pub fn object(mut self, kind: impl Into<String>, id: impl ToString) -> Self {
        self.object = Some(Object {
            kind: kind.into(),
            id: Some(cut(&id.to_string())),
        });
        self
    }

    /// The same, with something more to say. What is marked as [`Personal`](super::Personal) is not written.
    #[must_use]
    pub fn data(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let value = super::personal::redacted(|| serde_json::to_value(value));
        // What cannot be written as JSON is told apart from what is not there.
        let value = value.unwrap_or_else(|error| Value::String(format!("[{error}]")));
        self.data.insert(name.into(), bounded(value));
        self
    }

    /// The same, done by somebody whom the request did not know yet.
    #[must_use]
    pub fn by(mut self, id: &str, name: &str, method: &str) -> Self {
        self.who = Some(Who {
            id: cut(id),
            name: cut(name),
            method: method.to_owned(),
        });
        self
    }
}

impl Who {
    fn of(principal: &Principal) -> Self {
        Self {
            id: cut(principal.id()),
            name: cut(principal.name()),
            method: principal.method().to_owned(),
        }
    }
}

/// A text of a caller's, no longer than it may be.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value whose texts are no longer than they may be: nobody fills the disk by one request.
fn bounded(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(cut(&text)),
        Value::Array(items) => items.into_iter().take(100).map(bounded).collect(),
        Value::Object(members) => {
            let members = members.into_iter().take(100);
            Value::Object(
                members
                    .map(|(name, it)| (cut(&name), bounded(it)))
                    .collect(),
            )
        }
        other => other,
    }
}
