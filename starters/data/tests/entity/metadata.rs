//! What is known of entities.

use savia::metadata::{
    AssociationKind, ColumnKind, ColumnMetadata, ColumnRole, IdSource, OnDelete, entities,
};
use savia::table::Table;

use crate::model::{Post, Tag, User};

fn column(name: &str) -> &'static ColumnMetadata {
    Post::metadata().column(name).unwrap()
}

#[test]
fn an_entity_is_described() {
    let post = Post::metadata();
    assert_eq!((post.name, post.table), ("Post", "blog_posts"));
    assert_eq!(post.checks, ["price >= 0"]);
    let indexes: Vec<_> = post
        .indexes
        .iter()
        .map(|it| (it.columns, it.unique))
        .collect();
    assert_eq!(
        indexes,
        [
            (&["author_id", "created_at"][..], false),
            (&["author_id", "slug_text"][..], true),
        ]
    );
    assert!(post.location.file.ends_with("model.rs"));
    assert_eq!(User::metadata().table, "users");
}

#[test]
fn every_entity_is_registered_with_its_module() {
    let registered: Vec<_> = entities()
        .iter()
        .map(|it| ((it.metadata)().name, it.module_path))
        .collect();
    assert_eq!(
        registered,
        [
            ("Account", "entity::input"),
            ("Post", "entity::model"),
            ("Tag", "entity::model"),
            ("User", "entity::model"),
        ]
    );
}

#[test]
fn columns_have_the_kind_of_their_type() {
    let kinds: Vec<_> = Post::metadata()
        .columns
        .iter()
        .map(|it| (it.name, it.kind, it.nullable))
        .collect();
    let decimal = |precision, scale| ColumnKind::Decimal { precision, scale };
    assert_eq!(
        kinds,
        [
            ("id", ColumnKind::Uuid, false),
            ("slug_text", ColumnKind::Text, false),
            ("status", ColumnKind::Text, false),
            ("last_status", ColumnKind::Text, true),
            ("author_id", ColumnKind::BigInt, false),
            ("editor_id", ColumnKind::BigInt, true),
            ("price", decimal(10, 3), false),
            ("discount", decimal(19, 2), true),
            ("place", ColumnKind::Json, false),
            ("second_place", ColumnKind::Json, true),
            ("extra", ColumnKind::Json, false),
            ("small", ColumnKind::SmallInt, false),
            ("number", ColumnKind::Integer, false),
            ("views", ColumnKind::BigInt, false),
            ("real", ColumnKind::Real, false),
            ("double", ColumnKind::Double, false),
            ("pinned", ColumnKind::Boolean, false),
            ("cover", ColumnKind::Bytes, true),
            ("local", ColumnKind::DateTime, false),
            ("day", ColumnKind::Date, false),
            ("clock", ColumnKind::Time, false),
            ("type", ColumnKind::Text, false),
            ("version", ColumnKind::Integer, false),
            ("created_at", ColumnKind::Timestamp, false),
            ("updated_at", ColumnKind::Timestamp, false),
            ("deleted_at", ColumnKind::Timestamp, true),
        ]
    );
}

#[test]
fn columns_say_what_stands_on_their_fields() {
    let slug = column("slug");
    assert_eq!((slug.name, slug.field), ("slug_text", "slug"));
    assert_eq!(slug.length, Some(80));
    assert_eq!(slug.check, Some("slug_text <> ''"));
    assert_eq!(column("status").default, Some("'draft'"));
    assert_eq!(
        column("last_status").values,
        Some(&["draft", "in_review", "live"][..])
    );
    let views = column("views");
    assert_eq!(
        (views.default, views.indexed, views.read_only),
        (Some("0"), true, true)
    );
    assert!(User::metadata().column("email").unwrap().unique);
    assert!(User::metadata().column("password_hash").unwrap().write_only);
    assert_eq!(column("type").field, "type");
}

#[test]
fn columns_have_roles() {
    let plain = ColumnRole::Plain;
    let roles: Vec<_> = Post::metadata()
        .columns
        .iter()
        .filter(|it| it.role != plain)
        .map(|it| (it.name, it.role, it.read_only))
        .collect();
    assert_eq!(
        roles,
        [
            ("id", ColumnRole::Id(IdSource::UuidV7), true),
            ("version", ColumnRole::Version, false),
            ("created_at", ColumnRole::CreatedAt, true),
            ("updated_at", ColumnRole::UpdatedAt, true),
            ("deleted_at", ColumnRole::SoftDelete, true),
        ]
    );
    let id = |columns: &[ColumnMetadata]| columns[0].role;
    let user = id(User::metadata().columns);
    assert_eq!(user, ColumnRole::Id(IdSource::Database));
    let tag = id(Tag::metadata().columns);
    assert_eq!(tag, ColumnRole::Id(IdSource::Assigned));
}

#[test]
fn a_reference_has_an_index_and_says_what_follows_from_a_delete() {
    let author = column("author_id");
    let to = author.references.unwrap();
    assert_eq!((to.entity)().table, "users");
    assert_eq!((to.on_delete, author.indexed), (OnDelete::Cascade, true));
    let to = column("editor_id").references.unwrap();
    assert_eq!(to.on_delete, OnDelete::SetNull);
}

#[test]
fn associations_name_both_sides() {
    let of = |associations: &[savia::metadata::AssociationMetadata]| -> Vec<_> {
        associations
            .iter()
            .map(|it| (it.name, it.kind, (it.target)().name))
            .collect()
    };
    let belongs_to = |column| AssociationKind::BelongsTo { column };
    assert_eq!(
        of(Post::metadata().associations),
        [
            ("author", belongs_to("author_id"), "User"),
            ("editor", belongs_to("editor_id"), "User"),
            (
                "tags",
                AssociationKind::ManyToMany {
                    through: "post_tags",
                    foreign_key: "post_id",
                    other_key: "tag_id",
                },
                "Tag"
            ),
        ]
    );
    let foreign_key = "author_id";
    assert_eq!(
        of(User::metadata().associations),
        [("posts", AssociationKind::HasMany { foreign_key }, "Post")]
    );
}
