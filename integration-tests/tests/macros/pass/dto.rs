//! A dto stands beside users' own derives and attributes, in every shape, and keeps its rules.

use std::collections::BTreeMap;

use savia::prelude::*;
use savia::validation::Validate;

#[savia::dto]
#[derive(PartialEq, Eq, Default)]
pub struct NewPost {
    #[garde(length(min = 1, max = 200))]
    pub title: String,
    pub tags: Vec<Tag>,
    pub by_name: BTreeMap<String, Tag>,
    /// Absent is `None`.
    pub subtitle: Option<String>,
}

/// What the user derives is not derived again.
#[savia::dto]
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Tag(#[garde(ascii)] String);

#[savia::dto(unknown = "ignore")]
pub struct Wide {
    pub id: i64,
}

#[savia::dto(unknown = "refuse")]
#[serde(rename_all = "camelCase")]
pub struct Generic<T> {
    pub the_item: T,
}

#[savia::dto]
pub struct Nothing;

#[savia::dto]
#[serde(untagged)]
pub enum Either {
    Number(i64),
    Named { name: String },
}

mod inner {
    /// Private types and fields stay so.
    #[savia::dto]
    struct Private {
        secret: u8,
    }

    pub fn read() -> bool {
        serde_json::from_str::<Private>(r#"{"secret":1}"#).is_ok_and(|it| it.secret == 1)
    }
}

fn takes<T: savia::actix_web::FromRequest>() {}

fn main() {
    takes::<Json<NewPost>>();
    takes::<Query<Wide>>();
    takes::<Json<Generic<Vec<Tag>>>>();

    let body = r#"{"title":"","tags":["a","é"],"by_name":{"x":"é"}}"#;
    let post: NewPost = serde_json::from_str(body).unwrap();
    let broken = post.validate().unwrap_err();
    let fields: Vec<_> = broken.iter().map(|it| format!("{} {}", it.field, it.code)).collect();
    assert_eq!(fields, ["title length", "tags[1] ascii", "by_name.x ascii"]);

    assert!(serde_json::from_str::<Wide>(r#"{"id":1,"more":2}"#).is_ok());
    assert!(serde_json::from_str::<NewPost>(r#"{"title":"a","more":2}"#).is_err());
    let one: Generic<Tag> = serde_json::from_str(r#"{"theItem":"é"}"#).unwrap();
    assert_eq!(one.validate().unwrap_err()[0].field, "theItem");
    assert!(serde_json::from_str::<Either>(r#"{"name":"a","more":2}"#).is_err());
    assert!(inner::read());
}
