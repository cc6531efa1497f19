//! diesel's own language over the tables that `#[entity]` declares.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use rust_decimal::Decimal;
use savia::sql_types::As;

use crate::model::{Place, Post, Status, User, blog_posts, moment, post, users};

/// The tables as the migrations write them for SQLite.
const TABLES: &str = "
    create table users (
        id integer primary key autoincrement, email text not null unique,
        password_hash text not null
    );
    create table blog_posts (
        id text primary key not null, slug_text text not null, status text not null,
        last_status text, author_id bigint not null, editor_id bigint, price bigint not null,
        discount bigint, place text not null, second_place text, extra text not null,
        small smallint not null, number integer not null, views bigint not null, real real not null,
        double double not null, pinned boolean not null, cover blob, local text not null,
        day text not null, clock text not null, type text not null, version integer not null,
        created_at text not null, updated_at text not null, deleted_at text
    );";

fn database() -> SqliteConnection {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.batch_execute(TABLES).unwrap();
    connection
}

/// A post with something in every column.
fn full() -> Post {
    use savia::table::Table;
    let mut full = Post {
        last_status: Some(Status::Published),
        editor_id: Some(8),
        discount: Some(Decimal::new(-150, 2)),
        second_place: Some(Place {
            city: "Porto".into(),
            floors: vec![],
        }),
        cover: Some(vec![0, 255]),
        deleted_at: Some(moment()),
        ..post()
    };
    full.before_insert(moment());
    full
}

#[test]
fn what_is_inserted_is_selected() {
    let mut connection = database();
    let posts = [full(), {
        use savia::table::Table;
        let mut sparse = post();
        sparse.before_insert(moment());
        sparse
    }];
    let inserted = diesel::insert_into(blog_posts::table)
        .values(&posts[0])
        .execute(&mut connection);
    assert_eq!(inserted, Ok(1));
    diesel::insert_into(blog_posts::table)
        .values(&posts[1..])
        .execute(&mut connection)
        .unwrap();
    let selected = blog_posts::table
        .select(Post::as_select())
        .order(blog_posts::last_status.desc())
        .load(&mut connection)
        .unwrap();
    assert_eq!(selected, posts);
    let loaded: Vec<Post> = blog_posts::table
        .order(blog_posts::last_status.desc())
        .load(&mut connection)
        .unwrap();
    assert_eq!(loaded, posts);
}

#[test]
fn columns_are_stored_alike_on_both_databases() {
    let mut connection = database();
    diesel::insert_into(blog_posts::table)
        .values(&full())
        .execute(&mut connection)
        .unwrap();
    let stored = diesel::dsl::sql::<diesel::sql_types::Text>(
        "select status || '|' || price || '|' || discount || '|' || created_at || '|' || place \
         from blog_posts",
    )
    .get_result::<String>(&mut connection);
    assert_eq!(
        stored.unwrap(),
        "in_review|12500|-150|2024-02-29T12:00:00.120000Z|{\"city\":\"Lisbon\",\"floors\":[1,2]}"
    );
}

#[test]
fn an_update_sets_all_but_the_id_and_when_it_was_made() {
    let mut connection = database();
    let old = full();
    diesel::insert_into(blog_posts::table)
        .values(&old)
        .execute(&mut connection)
        .unwrap();
    let new = Post {
        slug: "changed".into(),
        discount: None,
        second_place: None,
        created_at: chrono::DateTime::default(),
        ..old.clone()
    };
    let updated = diesel::update(blog_posts::table.find(As(new.id)))
        .set(&new)
        .execute(&mut connection);
    assert_eq!(updated, Ok(1));
    let stored: Post = blog_posts::table
        .find(As(old.id))
        .first(&mut connection)
        .unwrap();
    let expected = Post {
        created_at: old.created_at,
        ..new
    };
    assert_eq!(stored, expected);
}

#[test]
fn columns_are_compared_with_values_of_their_types() {
    let mut connection = database();
    let post = full();
    diesel::insert_into(blog_posts::table)
        .values(&post)
        .execute(&mut connection)
        .unwrap();
    let found: Vec<uuid::Uuid> = blog_posts::table
        .filter(blog_posts::id.eq(As(post.id)))
        .filter(blog_posts::slug.like("hel%"))
        .filter(blog_posts::status.eq_any([Status::Draft, Status::InReview]))
        .filter(blog_posts::last_status.eq(Status::Published))
        .filter(blog_posts::price.gt(As(Decimal::new(124, 1))))
        .filter(blog_posts::discount.eq(As(Decimal::new(-15, 1))))
        .filter(blog_posts::created_at.le(As(moment())))
        .filter(blog_posts::day.eq(post.day))
        .filter(blog_posts::pinned)
        .filter((blog_posts::number + 1).eq(3))
        .filter(blog_posts::r#type.eq("note"))
        .select(blog_posts::id)
        .load(&mut connection)
        .unwrap();
    assert_eq!(found, [post.id]);
}

#[test]
fn a_text_that_no_variant_has_is_told() {
    let mut connection = database();
    diesel::insert_into(blog_posts::table)
        .values(&full())
        .execute(&mut connection)
        .unwrap();
    connection
        .batch_execute("update blog_posts set status = 'gone'")
        .unwrap();
    let error = blog_posts::table
        .select(blog_posts::status)
        .first::<Status>(&mut connection)
        .unwrap_err();
    // diesel may name the column first; what went wrong is in the chain.
    let mut chain = vec![error.to_string()];
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    let told = chain.join(": ");
    let wanted = "\"gone\" is none of `draft`, `in_review`, `live`";
    assert!(told.contains(wanted), "{told}");
}

#[test]
fn an_id_that_the_database_counts_is_left_to_it() {
    let mut connection = database();
    let user = |email: &str| User {
        id: 99,
        email: email.to_owned(),
        password_hash: "hash".into(),
        posts: savia::Loaded::missing(),
    };
    let made: User = diesel::insert_into(users::table)
        .values(&user("a@b.c"))
        .returning(User::as_returning())
        .get_result(&mut connection)
        .unwrap();
    assert_eq!(
        made,
        User {
            id: 1,
            ..user("a@b.c")
        }
    );
    assert_eq!(diesel::delete(&made).execute(&mut connection), Ok(1));
}

/// Counts the statements that a connection keeps.
#[derive(Default)]
struct Keeps(std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl diesel::connection::Instrumentation for Keeps {
    fn on_connection_event(&mut self, event: diesel::connection::InstrumentationEvent<'_>) {
        if let diesel::connection::InstrumentationEvent::CacheQuery { .. } = event {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

#[test]
fn what_is_wrapped_as_kept_is_prepared_once() {
    let mut connection = database();
    let keeps = Keeps::default();
    let count = std::sync::Arc::clone(&keeps.0);
    connection.set_instrumentation(keeps);
    for email in ["a@b.c", "d@e.f", "g@h.i"] {
        let user = users::table.find(1);
        let insert = diesel::insert_into(users::table).values((
            users::id.eq(1),
            users::email.eq(email),
            users::password_hash.eq(""),
        ));
        let inserted = savia::kept(insert).execute(&mut connection);
        assert_eq!(inserted, Ok(1));
        let update = diesel::update(user).set(users::email.eq(email.to_uppercase()));
        assert_eq!(savia::kept(update).execute(&mut connection), Ok(1));
        let update = diesel::update(user).set(users::password_hash.eq("x"));
        let stored: User = savia::kept(update).get_result(&mut connection).unwrap();
        assert_eq!(stored.email, email.to_uppercase());
        let deleted = savia::kept(diesel::delete(user)).execute(&mut connection);
        assert_eq!(deleted, Ok(1));
    }
    assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 4);
}
