//! How entities come and go in JSON.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use savia::__private::Validate;
use savia::Loaded;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{INPUT, Post, Status, Tag, User, moment, post};

/// [`INPUT`] with some fields more.
fn with(more: Value) -> serde_json::Result<Post> {
    let mut input: Value = serde_json::from_str(INPUT)?;
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    serde_json::from_value(input)
}

#[test]
fn what_is_read_only_is_ignored_in_input_whatever_it_is() {
    let sent = with(json!({
        "id": "not even a UUID", "views": 1_000_000, "created_at": "2000-01-01T00:00:00Z",
        "updated_at": null, "deleted_at": "2000-01-01T00:00:00Z", "author": {"id": 1},
        "tags": [1, 2, 3],
    }))
    .unwrap();
    assert_eq!(sent, post());
    assert_eq!(sent.id, Uuid::nil());
    assert_eq!(sent.views, 0);
    assert_eq!(sent.created_at, DateTime::<Utc>::default());
    assert_eq!(sent.deleted_at, None);
    assert!(sent.author.is_missing() && sent.tags.is_missing());
}

#[test]
fn what_is_unknown_is_refused() {
    let error = with(json!({ "titel": "" })).unwrap_err().to_string();
    assert!(error.contains("unknown field `titel`"), "{error}");
}

#[test]
fn an_id_that_the_application_gives_is_asked_for() {
    let tag: Tag = serde_json::from_value(json!({ "name": "rust" })).unwrap();
    assert_eq!(tag.name, "rust");
    assert!(serde_json::from_value::<Tag>(json!({})).is_err());
}

#[test]
fn the_version_says_what_the_client_saw() {
    assert_eq!(post().version, 0);
    assert_eq!(with(json!({ "version": 4 })).unwrap().version, 4);
}

#[test]
fn what_is_write_only_comes_and_never_leaves() {
    let input = json!({ "email": "a@b.c", "password_hash": "hash" });
    let user: User = serde_json::from_value(input).unwrap();
    assert_eq!(user.password_hash, "hash");
    let output = serde_json::to_value(&user).unwrap();
    assert_eq!(output, json!({ "id": 0, "email": "a@b.c" }));
}

#[test]
fn decimals_are_texts() {
    let read = with(json!({ "price": "0.10", "discount": "-1" })).unwrap();
    assert_eq!(read.price, Decimal::new(10, 2));
    assert_eq!(read.discount, Some(Decimal::new(-1, 0)));
    let output = serde_json::to_value(&read).unwrap();
    assert_eq!(output["price"], "0.10");
    assert_eq!(output["discount"], "-1");
    assert_eq!(
        serde_json::to_value(post()).unwrap()["discount"],
        Value::Null
    );
    assert_eq!(with(json!({ "discount": null })).unwrap().discount, None);
    for wrong in [json!(0.1), json!("a lot")] {
        assert!(with(json!({ "price": wrong })).is_err());
    }
}

#[test]
fn times_have_six_fraction_digits() {
    let post = Post {
        created_at: moment(),
        deleted_at: Some(moment()),
        ..post()
    };
    let output = serde_json::to_value(&post).unwrap();
    assert_eq!(output["created_at"], "2024-02-29T12:00:00.120000Z");
    assert_eq!(output["deleted_at"], "2024-02-29T12:00:00.120000Z");
    assert_eq!(output["updated_at"], "1970-01-01T00:00:00.000000Z");
}

#[test]
fn what_was_loaded_leaves_and_what_was_not_does_not() {
    let output = serde_json::to_value(post()).unwrap();
    let fields = output.as_object().unwrap();
    assert!(!fields.contains_key("author") && !fields.contains_key("tags"));
    let tag = Tag {
        name: "rust".into(),
    };
    let loaded = Post {
        tags: Loaded::of(vec![tag]),
        editor: Loaded::of(None),
        ..post()
    };
    let output = serde_json::to_value(&loaded).unwrap();
    assert_eq!(output["tags"], json!([{ "name": "rust" }]));
    assert_eq!(output["editor"], Value::Null);
}

#[test]
fn texts_of_an_enum_are_those_of_its_column() {
    assert_eq!(post().status, Status::InReview);
    assert_eq!(serde_json::to_value(Status::Published).unwrap(), "live");
    assert_eq!(serde_json::to_value(Status::default()).unwrap(), "draft");
    let error = with(json!({ "status": "InReview" })).unwrap_err();
    assert!(error.to_string().contains("unknown variant `InReview`"));
}

#[test]
fn rules_of_fields_and_of_what_is_embedded_are_asked() {
    let post = with(json!({ "slug": "", "place": { "city": "", "floors": [] } })).unwrap();
    let broken = post.validate().unwrap_err();
    let fields: Vec<_> = broken
        .iter()
        .map(|it| format!("{} {}", it.field, it.code))
        .collect();
    assert_eq!(fields, ["slug length", "place.city length"]);
}
