//! Entities with a field of every type and attribute.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use savia::__private::macros::{dto, entity};
use savia::Loaded;
use uuid::Uuid;

/// A person who writes.
#[entity]
#[derive(PartialEq)]
pub struct User {
    #[id]
    pub id: i64,
    #[column(unique)]
    pub email: String,
    #[write_only]
    pub password_hash: String,
    #[has_many(Post, foreign_key = "author_id")]
    pub posts: Loaded<Vec<Post>>,
}

/// How far a post is.
#[entity]
#[derive(Default)]
pub enum Status {
    #[default]
    Draft,
    InReview,
    #[serde(rename = "live")]
    Published,
}

/// Where it was written.
#[dto]
#[derive(PartialEq)]
pub struct Place {
    #[garde(length(min = 1))]
    pub city: String,
    pub floors: Vec<i32>,
}

/// A post.
#[entity(
    table = "blog_posts",
    index(author_id, created_at),
    unique(author_id, slug),
    check = "price >= 0"
)]
#[derive(PartialEq)]
pub struct Post {
    #[id]
    pub id: Uuid,
    #[column(name = "slug_text", length = 80, check = "slug_text <> ''")]
    #[garde(length(min = 1, max = 80))]
    pub slug: String,
    #[column(default = "draft")]
    pub status: Status,
    pub last_status: Option<Status>,
    #[belongs_to(User, on_delete = "cascade")]
    pub author_id: i64,
    #[belongs_to(User, on_delete = "set_null")]
    pub editor_id: Option<i64>,
    #[column(precision = 10, scale = 3)]
    pub price: Decimal,
    pub discount: Option<Decimal>,
    #[json]
    pub place: Place,
    #[json]
    pub second_place: Option<Place>,
    pub extra: serde_json::Value,
    pub small: i16,
    pub number: i32,
    #[read_only]
    #[column(default = 0, index)]
    pub views: i64,
    pub real: f32,
    pub double: f64,
    pub pinned: bool,
    pub cover: Option<Vec<u8>>,
    pub local: NaiveDateTime,
    pub day: NaiveDate,
    pub clock: NaiveTime,
    pub r#type: String,
    #[version]
    pub version: i32,
    #[created_at]
    pub created_at: DateTime<Utc>,
    #[updated_at]
    pub updated_at: DateTime<Utc>,
    #[soft_delete]
    pub deleted_at: Option<DateTime<Utc>>,
    pub author: Loaded<User>,
    pub editor: Loaded<Option<User>>,
    #[many_to_many(Tag, through = "post_tags")]
    pub tags: Loaded<Vec<Tag>>,
}

/// A tag, whose id is its own text.
#[entity]
#[derive(PartialEq)]
pub struct Tag {
    #[id(assigned)]
    pub name: String,
}

/// What a client sends.
pub(crate) const INPUT: &str = r#"{
    "slug": "hello", "status": "in_review", "author_id": 7, "price": "12.500",
    "place": {"city": "Lisbon", "floors": [1, 2]}, "extra": {"a": [1]}, "small": 1, "number": 2,
    "real": 0.5, "double": 0.25, "pinned": true, "local": "2024-02-29T12:00:00",
    "day": "2024-02-29", "clock": "23:59:59", "type": "note"
}"#;

/// The post that [`INPUT`] is.
pub(crate) fn post() -> Post {
    serde_json::from_str(INPUT).unwrap()
}

/// A moment whose fraction ends in a zero.
pub(crate) fn moment() -> DateTime<Utc> {
    "2024-02-29T12:00:00.120Z".parse().unwrap()
}
