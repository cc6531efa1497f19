//! Cursors as text: opaque to clients, checked when they come back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use savia_core::{Error, Result};
use serde_json::{Value as Json, json};

use crate::metadata::ColumnKind;
use crate::repository::page::{Order, OrderKey};
use crate::sql_types::ScaledDecimal;
use crate::value::Value;

/// The cursor behind a row.
pub(super) fn write(order: &Order, row: &[Value]) -> String {
    let keys = super::keys(order, row);
    let keys: Vec<Json> = keys.iter().map(to_json).collect();
    let cursor = json!([signature(order), keys]);
    URL_SAFE_NO_PAD.encode(cursor.to_string())
}

/// The keys that a cursor holds.
///
/// # Errors
///
/// `BadRequest` where it is none that this order gave.
pub(super) fn read(cursor: &str, order: &Order) -> Result<Vec<Value>> {
    let refused = || {
        Error::bad_request(
            "`after` is no cursor of this order: send the `next` of the answer before, with the \
             same `sort`",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let (signed, keys): (String, Vec<Json>) =
        serde_json::from_slice(&bytes).map_err(|_| refused())?;
    if signed != signature(order) || keys.len() != order.keys.len() {
        return Err(refused());
    }
    order
        .keys
        .iter()
        .zip(&keys)
        .map(|(key, json)| from_json(key, json))
        .collect::<Option<_>>()
        .ok_or_else(refused)
}

/// What the order is, so that a cursor of another one is refused.
fn signature(order: &Order) -> String {
    let keys = order.keys.iter().map(|key| {
        let direction = if key.descending { "-" } else { "" };
        format!("{direction}{}", key.column.name)
    });
    keys.collect::<Vec<_>>().join(",")
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null(_) | Value::Json(_) | Value::Unwritable(_) | Value::Bytes(_) => Json::Null,
        Value::Bool(it) => json!(it),
        Value::SmallInt(it) => json!(it),
        Value::Integer(it) => json!(it),
        Value::BigInt(it) => json!(it),
        Value::Real(it) => json!(f64::from(*it)),
        Value::Double(it) => json!(it),
        Value::Text(it) => json!(it),
        Value::Timestamp(it) => json!(it.to_rfc3339()),
        Value::DateTime(it) => json!(it.to_string()),
        Value::Date(it) => json!(it.to_string()),
        Value::Time(it) => json!(it.to_string()),
        Value::Uuid(it) => json!(it.to_string()),
        Value::Decimal(it) => json!(it.value.to_string()),
    }
}

fn from_json(key: &OrderKey, json: &Json) -> Option<Value> {
    let kind = key.column.kind;
    if json.is_null() {
        return key.column.nullable.then_some(Value::Null(kind));
    }
    Some(match kind {
        ColumnKind::Boolean => Value::Bool(json.as_bool()?),
        ColumnKind::SmallInt => Value::SmallInt(i16::try_from(json.as_i64()?).ok()?),
        ColumnKind::Integer => Value::Integer(i32::try_from(json.as_i64()?).ok()?),
        ColumnKind::BigInt => Value::BigInt(json.as_i64()?),
        #[allow(
            clippy::cast_possible_truncation,
            reason = "it was widened from 32 bits when it was written"
        )]
        ColumnKind::Real => Value::Real(json.as_f64()? as f32),
        ColumnKind::Double => Value::Double(json.as_f64()?),
        ColumnKind::Text => Value::Text(json.as_str()?.to_owned()),
        ColumnKind::Timestamp => {
            Value::Timestamp(DateTime::parse_from_rfc3339(json.as_str()?).ok()?.to_utc())
        }
        ColumnKind::DateTime => Value::DateTime(
            NaiveDateTime::parse_from_str(json.as_str()?, "%Y-%m-%d %H:%M:%S%.f").ok()?,
        ),
        ColumnKind::Date => Value::Date(json.as_str()?.parse::<NaiveDate>().ok()?),
        ColumnKind::Time => Value::Time(json.as_str()?.parse::<NaiveTime>().ok()?),
        ColumnKind::Uuid => Value::Uuid(json.as_str()?.parse().ok()?),
        ColumnKind::Decimal { scale, .. } => Value::Decimal(ScaledDecimal {
            value: json.as_str()?.parse().ok()?,
            scale,
        }),
        ColumnKind::Bytes | ColumnKind::Json => return None,
    })
}
