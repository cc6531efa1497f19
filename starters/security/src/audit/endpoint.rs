//! `auditevents`, in the shape of Spring Boot's endpoint of that name.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use savia_core::endpoint::Endpoint;
use savia_core::{Error, Result, service};
use serde_json::{Map, Value, json};

use super::{AuditEvent, AuditLog, AuditQuery};

/// How many events an answer has, unless it is asked for another number.
const SHOWN: usize = 1_000;

/// The newest events, the oldest of them first.
///
/// | query | |
/// | --- | --- |
/// | `principal` | of whom, by id or name |
/// | `after` | after this moment, as RFC 3339 writes it |
/// | `type` | of this type |
/// | `limit` | how many at the most, up to 1,000 |
#[service(
    provides(dyn Endpoint),
    conditional(property = "security.enabled", equals = "true")
)]
struct AuditEventsEndpoint {
    log: Arc<AuditLog>,
}

#[async_trait]
impl Endpoint for AuditEventsEndpoint {
    fn id(&self) -> &'static str {
        "auditevents"
    }

    async fn read(&self, path: &[&str], query: &[(String, String)]) -> Result<Value> {
        if !path.is_empty() {
            return Err(Error::not_found("audit events have no names"));
        }
        let events = self.log.find(&asked(query)?).await?;
        let events: Vec<_> = events.iter().map(shown).collect();
        Ok(json!({ "events": events }))
    }
}

fn asked(query: &[(String, String)]) -> Result<AuditQuery> {
    let mut asked = AuditQuery {
        limit: Some(SHOWN),
        ..AuditQuery::default()
    };
    for (name, value) in query {
        match name.as_str() {
            "principal" => asked.principal = Some(value.clone()),
            "type" => asked.kind = Some(value.clone()),
            "after" => asked.after = Some(moment(value)?),
            "limit" => {
                let limit = value.parse().ok().filter(|it| (1..=SHOWN).contains(it));
                let wrong = || Error::bad_request(format!("`limit` is from 1 to {SHOWN}"));
                asked.limit = Some(limit.ok_or_else(wrong)?);
            }
            // As with Spring: what is not known is passed over.
            _ => {}
        }
    }
    Ok(asked)
}

/// In a query, an offset's `+` may have become a space.
fn moment(text: &str) -> Result<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
    let wrong = |_| Error::bad_request("`after` is a time such as 2026-11-24T08:05:30Z");
    Ok(time.map_err(wrong)?.with_timezone(&Utc))
}

fn shown(event: &AuditEvent) -> Value {
    let mut data: Map<String, Value> = event.data.clone();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            data.insert(name.to_owned(), value);
        }
    };
    add("outcome", json!(event.outcome));
    add("object", json!(event.object));
    add("request_id", json!(event.request_id));
    if let Some(from) = &event.from {
        add("remote_address", json!(from.address));
        add("user_agent", json!(from.user_agent));
    }
    if let Some(who) = &event.who {
        add("principal_id", json!(who.id));
        add("principal_method", json!(who.method));
    }
    json!({
        "timestamp": event.time.to_rfc3339_opts(SecondsFormat::Micros, true),
        "principal": event.who.as_ref().map(|it| &it.name),
        "type": event.kind,
        "data": data,
    })
}
