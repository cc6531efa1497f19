//! What `#[dto]` makes of a type: reading, refusing, and the rules with their paths.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate savia_core as savia;

use std::collections::BTreeMap;

use savia::dto;
use savia::validation::{Validate, Violation};
use serde_json::{Value, json};

#[dto]
#[serde(rename_all = "camelCase")]
struct NewPost {
    #[garde(length(min = 1, max = 10))]
    post_title: String,
    /// An attribute on the list does not hide the rules of what is in it.
    #[garde(length(max = 2))]
    lines: Vec<Line>,
    author: Option<Author>,
    #[serde(default)]
    by_name: BTreeMap<String, Line>,
    #[garde(email)]
    #[serde(rename = "mail")]
    contact: Option<String>,
    #[garde(skip)]
    #[serde(default)]
    trusted: Option<Line>,
    foreign: Option<Foreign>,
}

/// A type of another crate's: it has no rules, and nobody asks it for any.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Foreign(u8);

#[dto(unknown = "ignore")]
struct Line {
    #[garde(length(max = 3))]
    text: String,
    #[garde(dive)]
    #[serde(default)]
    lines: Vec<Line>,
}

#[dto]
struct Author {
    #[garde(range(min = 1))]
    id: i64,
    name: Name,
}

#[dto]
struct Name(#[garde(custom(not_reserved))] String);

fn not_reserved(name: &str, _: &()) -> garde::Result {
    if name == "admin" {
        Err(garde::Error::new("reserved: is not for everybody"))
    } else {
        Ok(())
    }
}

#[dto]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Payment {
    Cash,
    Card {
        #[garde(length(equal = 4))]
        digits: String,
    },
    Voucher(Line),
}

#[dto]
enum External {
    Line(Line),
    Pair(#[garde(range(max = 9))] u8, Line),
    Named { line: Line },
}

#[dto]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Line(Line),
}

#[dto]
struct Paged<T> {
    item: T,
    #[serde(flatten)]
    line: Line,
}

#[dto]
#[derive(Default, PartialEq)]
struct Keyword {
    #[garde(length(max = 1))]
    r#type: String,
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn check<T: serde::de::DeserializeOwned + Validate>(value: Value, wanted: &[(&str, &str)]) {
    let broken = read::<T>(value)
        .unwrap()
        .validate()
        .err()
        .unwrap_or_default();
    let found: Vec<_> = broken
        .iter()
        .map(|it: &Violation| (&*it.field, &*it.code))
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn every_rule_is_told_by_its_path_in_json() {
    check::<NewPost>(
        json!({
            "postTitle": "",
            "lines": [{"text": "a"}, {"text": "long", "lines": [{"text": "longer"}]}, {"text": "c"}],
            "author": {"id": 0, "name": "admin"},
            "byName": {"x": {"text": "long"}},
            "mail": "x",
            "trusted": {"text": "not looked at"},
        }),
        &[
            ("postTitle", "length"),
            ("lines", "length"),
            ("mail", "email"),
            ("lines[1].text", "length"),
            ("lines[1].lines[0].text", "length"),
            ("author.id", "range"),
            ("author.name", "reserved"),
            ("byName.x.text", "length"),
        ],
    );
    check::<NewPost>(json!({"postTitle": "a", "lines": []}), &[]);
}

#[test]
fn variants_are_named_where_json_names_them() {
    check::<Payment>(json!({"kind": "cash"}), &[]);
    check::<Payment>(
        json!({"kind": "card", "digits": "1"}),
        &[("digits", "length")],
    );
    check::<Payment>(
        json!({"kind": "voucher", "text": "long"}),
        &[("text", "length")],
    );
    check::<External>(
        json!({"Line": {"text": "long"}}),
        &[("Line.text", "length")],
    );
    check::<External>(
        json!({"Pair": [10, {"text": "long"}]}),
        &[("Pair[0]", "range"), ("Pair[1].text", "length")],
    );
    check::<External>(
        json!({"Named": {"line": {"text": "long"}}}),
        &[("Named.line.text", "length")],
    );
    check::<Adjacent>(
        json!({"t": "Line", "c": {"text": "long"}}),
        &[("c.text", "length")],
    );
}

#[test]
fn what_is_flattened_stands_in_its_parent() {
    check::<Paged<Line>>(
        json!({"item": {"text": "long"}, "text": "long"}),
        &[("item.text", "length"), ("text", "length")],
    );
}

#[test]
fn a_keyword_can_be_a_field() {
    check::<Keyword>(json!({"type": "long"}), &[("type", "length")]);
}

#[test]
fn unknown_fields_are_refused_unless_the_type_says_otherwise() {
    let error = read::<Keyword>(json!({"type": "a", "x": 1})).unwrap_err();
    assert!(error.starts_with("unknown field `x`"), "{error}");
    let error = read::<External>(json!({"Named": {"line": {"text": "a"}, "x": 1}})).unwrap_err();
    assert!(error.starts_with("unknown field `x`"), "{error}");
    assert!(read::<Line>(json!({"text": "a", "x": 1})).is_ok());
}

#[test]
fn the_schema_knows_names_and_rules() {
    let schema = serde_json::to_value(schemars::schema_for!(NewPost)).unwrap();
    assert_eq!(schema["properties"]["postTitle"]["minLength"], 1);
    assert_eq!(schema["properties"]["mail"]["format"], "email");
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], json!(["postTitle", "lines"]));
}

#[test]
fn times_have_six_fraction_digits() {
    use chrono::{DateTime, Utc};

    #[dto]
    struct Moments {
        at: DateTime<Utc>,
        maybe: Option<DateTime<Utc>>,
        never: Option<DateTime<Utc>>,
        all: Vec<chrono::DateTime<Utc>>,
        #[serde(serialize_with = "chrono::serde::ts_seconds::serialize")]
        #[serde(deserialize_with = "chrono::serde::ts_seconds::deserialize")]
        seconds: DateTime<Utc>,
    }

    let at: DateTime<Utc> = "2026-11-24T09:05:30.123456789+01:00".parse().unwrap();
    let moments = Moments {
        at,
        maybe: Some(DateTime::UNIX_EPOCH),
        never: None,
        all: vec![at],
        seconds: DateTime::UNIX_EPOCH,
    };
    let json = serde_json::to_value(&moments).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "at": "2026-11-24T08:05:30.123456Z",
            "maybe": "1970-01-01T00:00:00.000000Z",
            "never": null,
            "all": ["2026-11-24T08:05:30.123456Z"],
            "seconds": 0,
        })
    );
    let absent: Moments =
        serde_json::from_str(r#"{"at":"2026-11-24T09:05:30+01:00","all":[],"seconds":1}"#).unwrap();
    assert!(absent.maybe.is_none());
}

#[test]
fn the_schema_of_a_generic_type_says_of_what() {
    #[dto]
    struct Envelope<T> {
        content: T,
    }

    #[dto]
    #[serde(rename = "Wrapped")]
    struct Named<T> {
        content: T,
    }

    let name = |schema: schemars::Schema| schema.get("title").cloned();
    assert_eq!(
        name(schemars::schema_for!(Envelope<Line>)),
        Some(json!("LineEnvelope"))
    );
    assert_eq!(
        name(schemars::schema_for!(Named<Line>)),
        Some(json!("Wrapped"))
    );
}
