//! What of an entity the API may write.

use rust_decimal::Decimal;
use savia::__private::macros::entity;
use savia_core::patch::{Merge, MergePatch};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{Post, Status, User, moment, post};

/// A post as it is stored: with what the API may not write.
fn stored() -> Post {
    Post {
        id: Uuid::max(),
        views: 7,
        version: 3,
        created_at: moment(),
        ..post()
    }
}

fn patched<T: Merge>(mut target: T, patch: Value) -> Result<T, Vec<String>> {
    let patch: MergePatch<T> = serde_json::from_value(patch).unwrap();
    match patch.apply(&mut target) {
        Ok(()) => Ok(target),
        Err(error) => Err(error
            .broken_rules()
            .iter()
            .map(|it| format!("{} {}", it.field, it.code))
            .collect()),
    }
}

#[test]
fn what_is_put_changes_what_may_be_written() {
    let mut target = stored();
    target.assign(Post {
        slug: "other".to_owned(),
        views: 0,
        ..post()
    });
    let expected = Post {
        slug: "other".to_owned(),
        // What the client saw: here, nothing.
        version: 0,
        ..stored()
    };
    assert_eq!(target, expected);
}

#[test]
fn a_patch_changes_what_it_speaks_of() {
    let patch = json!({
        "status": "live", "price": "0.500", "place": { "city": "Porto" }, "last_status": "draft",
        "views": 1000, "id": null,
    });
    let mut expected = stored();
    expected.status = Status::Published;
    expected.price = Decimal::new(500, 3);
    expected.place.city = "Porto".to_owned();
    expected.last_status = Some(Status::Draft);
    assert_eq!(patched(stored(), patch).unwrap(), expected);
    let back = patched(expected, json!({ "last_status": null })).unwrap();
    assert_eq!(back.last_status, None);
}

#[test]
fn what_never_leaves_stays() {
    let user = User {
        id: 1,
        email: "a@b.c".to_owned(),
        password_hash: "hash".to_owned(),
        posts: savia::Loaded::missing(),
    };
    let patched = patched(user, json!({ "email": "d@e.f" })).unwrap();
    assert_eq!(
        (&*patched.email, &*patched.password_hash),
        ("d@e.f", "hash")
    );
}

/// Its field comes in words of its own.
#[entity]
#[derive(PartialEq)]
struct Account {
    #[id]
    id: i64,
    owner: String,
    #[write_only]
    #[column(precision = 8, scale = 2)]
    limit_of_day: Decimal,
    #[write_only]
    #[serde(with = "backwards")]
    #[schemars(with = "String")]
    pin: String,
}

mod backwards {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&text.chars().rev().collect::<String>())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        Ok(String::deserialize(from)?.chars().rev().collect())
    }
}

#[test]
fn what_never_leaves_stays_in_whatever_words_it_comes() {
    let account = Account {
        id: 1,
        owner: "Ada".to_owned(),
        limit_of_day: Decimal::new(12_50, 2),
        pin: "1234".to_owned(),
    };
    let renamed = patched(account, json!({ "owner": "Grace" })).unwrap();
    assert_eq!((&*renamed.owner, &*renamed.pin), ("Grace", "1234"));
    assert_eq!(renamed.limit_of_day, Decimal::new(12_50, 2));
    let changed = patched(renamed, json!({ "pin": "9876" })).unwrap();
    assert_eq!(changed.pin, "6789");
}

#[test]
fn what_does_not_fit_is_told_and_changes_nothing() {
    let check = |patch, expected: &[&str]| {
        assert_eq!(patched(stored(), patch).unwrap_err(), expected);
    };
    check(json!({ "slug": null }), &["slug required"]);
    check(json!({ "titel": "x" }), &["titel unknown_field"]);
    check(
        json!({ "place": { "floors": ["x"] } }),
        &["place.floors[0] type"],
    );
    check(
        json!({ "slug": "", "place": { "city": "" } }),
        &["slug length", "place.city length"],
    );
}
