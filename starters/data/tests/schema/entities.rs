//! What entities want, and which do not go together.

#![allow(
    dead_code,
    reason = "entities are described here, and nothing is stored"
)]

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use savia::schema::{Answers, Catalogue, Renames, Schema, app_order, diff};
use savia::statement::Dialect;
use savia::table::Table;
use savia::{Loaded, entity};
use uuid::Uuid;

#[entity]
pub struct User {
    #[id]
    pub id: i64,
    #[column(unique, length = 120, index)]
    pub email: String,
}

#[entity]
pub enum Status {
    Draft,
    InReview,
}

#[entity(
    table = "blog_posts",
    index(author_id, created_at),
    unique(author_id, slug),
    check = "price >= 0"
)]
pub struct Post {
    #[id]
    pub id: Uuid,
    #[column(name = "slug_text", length = 80, check = "slug_text <> ''")]
    pub slug: String,
    #[column(default = "draft")]
    pub status: Status,
    #[belongs_to(User, on_delete = "cascade")]
    pub author_id: i64,
    #[belongs_to(User, on_delete = "set_null")]
    #[column(unique)]
    pub editor_id: Option<i64>,
    #[column(precision = 10, scale = 3, default = 0)]
    pub price: Decimal,
    #[column(default = "current_timestamp")]
    #[created_at]
    pub created_at: DateTime<Utc>,
    #[many_to_many(Tag, through = "post_tags")]
    pub tags: Loaded<Vec<Tag>>,
}

#[entity]
pub struct Tag {
    #[id(assigned)]
    #[column(length = 40)]
    pub name: String,
    #[many_to_many(Post, through = "post_tags")]
    pub posts: Loaded<Vec<Post>>,
}

/// Another of the same table.
mod again {
    use savia::{Loaded, entity};

    #[entity(table = "users")]
    pub struct Person {
        #[id]
        pub id: i64,
        #[belongs_to(super::Post)]
        pub post_id: i64,
        #[many_to_many(super::Tag, through = "person_tags", other_key = "person_id")]
        pub tags: Loaded<Vec<super::Tag>>,
    }

    #[entity]
    pub struct Label {
        #[id]
        pub id: i64,
        #[many_to_many(super::Tag, through = "post_tags")]
        pub tags: Loaded<Vec<super::Tag>>,
    }
}

fn of_both_apps() -> (Schema, Schema) {
    let users = Schema::of_entities(&[User::metadata()]).unwrap();
    let posts = Schema::of_entities(&[Tag::metadata(), Post::metadata()]).unwrap();
    (users, posts)
}

#[test]
fn entities_are_a_schema() {
    let (users, posts) = of_both_apps();
    insta::assert_snapshot!(
        "entities",
        format!("{}{}", users.to_json(), posts.to_json())
    );
    assert_eq!(Schema::from_json(&posts.to_json()).unwrap(), posts);
    assert_eq!(
        posts.foreign_tables().into_iter().collect::<Vec<_>>(),
        ["users"]
    );
    let order = app_order(&[("posts", &posts), ("users", &users)]).unwrap();
    assert_eq!(order, ["users", "posts"]);
}

/// The snapshot is proved against the SQL without a server.
#[test]
fn the_scripts_of_a_schema_make_what_it_says() {
    let (users, posts) = of_both_apps();
    let create = |schema: &Schema| {
        let changes = diff(&Schema::default(), schema, &Renames::default()).unwrap();
        changes
            .sql(Dialect::Sqlite, &Answers::default())
            .unwrap()
            .up
    };
    let (first, second) = (create(&users), create(&posts));
    let is = Catalogue::of_scripts(&[&first, &second]).unwrap();
    let expected = Catalogue::expected(&posts, Dialect::Sqlite);
    assert_eq!(is.clone().of_tables(&posts).differences(&expected), [""; 0]);
    assert_eq!(
        is.differences(&expected),
        ["there is a table `users` too many"]
    );

    let second = second
        .replace("slug_text <> ''", "slug_text <> 'x'")
        .replace("cascade", "restrict");
    let is = Catalogue::of_scripts(&[&first, &second]).unwrap();
    assert_eq!(
        is.of_tables(&posts).differences(&expected),
        [
            "`blog_posts` has not the foreign key (author_id) to `users` (id), on delete cascade, \
             on update no action",
            "`blog_posts` has the foreign key (author_id) to `users` (id), on delete restrict, on \
             update no action too many",
            "`blog_posts` has not the check slug_text <> ''",
            "`blog_posts` has the check slug_text <> 'x' too many",
            "`post_tags` has not the foreign key (post_id) to `blog_posts` (id), on delete cascade, \
             on update no action",
            "`post_tags` has not the foreign key (tag_id) to `tags` (name), on delete cascade, on \
             update no action",
            "`post_tags` has the foreign key (tag_id) to `tags` (name), on delete restrict, on \
             update no action too many",
            "`post_tags` has the foreign key (post_id) to `blog_posts` (id), on delete restrict, on \
             update no action too many",
        ]
    );
    let error = Catalogue::of_scripts(&["create table"]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the script does not run on SQLite"),
        "{error}"
    );
}

#[test]
fn entities_that_do_not_go_together_are_told_all_at_once() {
    let error = Schema::of_entities(&[
        User::metadata(),
        Post::metadata(),
        Tag::metadata(),
        again::Person::metadata(),
        again::Label::metadata(),
    ])
    .unwrap_err()
    .to_string();
    let parts = [
        "have one table, `users`: an entity has a table of its own",
        "`Person.post_id` (",
        "holds bigint and refers to `Post.id`, which holds uuid: give it the type of that id",
        "goes through `person_tags` with one column, `person_id`, for both sides",
        "go through `post_tags` by other columns: `foreign_key` of the one is `other_key` of the",
    ];
    for part in parts {
        assert!(error.contains(part), "`{part}` is not in\n{error}");
    }
    assert_eq!(error.lines().count(), 4, "{error}");
}
