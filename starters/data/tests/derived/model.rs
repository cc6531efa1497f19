//! Posts, the repository of them, and four rows.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use savia::__private::macros::{dto, entity, projection, repository};
use savia::Loaded;
use savia::statement::Dialect;
use savia_core::Result;
use savia_core::repository::{BaseRepository, CursorRequest, Page, PageRequest, Slice, Sort};

use crate::support::{Db, exec};

#[entity]
#[derive(PartialEq)]
pub(crate) struct User {
    #[id]
    pub(crate) id: i64,
    pub(crate) email: String,
}

#[entity]
#[derive(Default)]
pub(crate) enum Status {
    #[default]
    Draft,
    Live,
}

#[entity]
#[derive(PartialEq)]
pub(crate) struct Post {
    #[id]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) rank: i32,
    pub(crate) rating: Option<i32>,
    pub(crate) published: bool,
    #[belongs_to(User)]
    pub(crate) author_id: Option<i64>,
    pub(crate) price: Decimal,
    pub(crate) status: Status,
    pub(crate) r#type: String,
    pub(crate) written: DateTime<Utc>,
    pub(crate) checked_in: bool,
    #[soft_delete]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    pub(crate) author: Loaded<Option<User>>,
}

/// What there is of a type of posts.
#[projection]
#[derive(Debug, PartialEq)]
pub(crate) struct Summary {
    #[column(name = "kind")]
    pub(crate) r#type: String,
    pub(crate) posts: i64,
    #[column(scale = 2)]
    pub(crate) price: Decimal,
}

/// What a list shows of a post.
#[dto]
#[projection]
#[derive(PartialEq)]
pub(crate) struct Line {
    pub(crate) id: i64,
    #[column(name = "title")]
    #[garde(length(min = 1))]
    pub(crate) text: String,
}

#[repository]
pub(crate) trait PostRepository: BaseRepository<Post> {
    async fn find_by_title(&self, title: &str) -> Result<Vec<Post>>;
    async fn find_by_title_not_order_by_id(&self, title: &str) -> Result<Vec<Post>>;
    async fn find_by_subtitle_order_by_id(&self, subtitle: Option<&str>) -> Result<Vec<Post>>;
    async fn find_by_subtitle_not_order_by_id(&self, subtitle: Option<String>)
    -> Result<Vec<Post>>;
    async fn find_by_published_is_true_order_by_id(&self) -> Result<Vec<Post>>;
    async fn find_by_checked_in_is_false_order_by_id(&self) -> Result<Vec<Post>>;
    async fn find_by_checked_in_equals(&self, yes: bool) -> Result<Vec<Post>>;
    async fn find_by_rating_is_null(&self) -> Result<Vec<Post>>;
    async fn find_by_rating_is_not_null_order_by_id(&self) -> Result<Vec<Post>>;
    async fn find_by_rank_in_order_by_id(&self, ranks: &[i32]) -> Result<Vec<Post>>;
    async fn find_by_rank_not_in_order_by_id(&self, ranks: Vec<i32>) -> Result<Vec<Post>>;
    async fn find_by_rating_in_order_by_id(&self, ratings: &[Option<i32>]) -> Result<Vec<Post>>;
    async fn find_by_rating_not_in_order_by_id(&self, ratings: &[Option<i32>])
    -> Result<Vec<Post>>;
    async fn find_by_status_in_order_by_id(&self, statuses: &[Status]) -> Result<Vec<Post>>;
    async fn find_by_rank_between_order_by_id(&self, low: i32, high: i32) -> Result<Vec<Post>>;
    async fn find_by_rank_not_between_order_by_id(&self, low: i32, high: i32) -> Result<Vec<Post>>;
    async fn find_by_rank_less_than_order_by_id(&self, rank: i32) -> Result<Vec<Post>>;
    async fn find_by_rank_less_than_equal_order_by_id(&self, rank: i32) -> Result<Vec<Post>>;
    async fn find_by_price_greater_than_order_by_id(&self, price: Decimal) -> Result<Vec<Post>>;
    async fn find_by_price_greater_than_equal_order_by_id(
        &self,
        price: &Decimal,
    ) -> Result<Vec<Post>>;
    async fn find_by_written_before_order_by_id(&self, time: DateTime<Utc>) -> Result<Vec<Post>>;
    async fn find_by_written_after_order_by_id(&self, time: DateTime<Utc>) -> Result<Vec<Post>>;
    async fn find_by_title_like_order_by_id(&self, pattern: &str) -> Result<Vec<Post>>;
    async fn find_by_title_not_like_order_by_id(&self, pattern: &str) -> Result<Vec<Post>>;
    async fn find_by_subtitle_like(&self, pattern: &str) -> Result<Vec<Post>>;
    async fn find_by_title_containing_order_by_id(&self, text: &str) -> Result<Vec<Post>>;
    async fn find_by_title_not_containing_order_by_id(&self, text: String) -> Result<Vec<Post>>;
    async fn find_by_subtitle_containing_order_by_id(&self, text: &str) -> Result<Vec<Post>>;
    async fn find_by_title_starting_with_order_by_id(&self, text: &str) -> Result<Vec<Post>>;
    async fn find_by_title_not_starting_with_order_by_id(&self, text: &str) -> Result<Vec<Post>>;
    async fn find_by_title_ending_with_order_by_id(&self, text: &str) -> Result<Vec<Post>>;
    async fn find_by_subtitle_ending_with_order_by_id(&self, text: &str) -> Result<Vec<Post>>;
    async fn find_by_title_ignore_case_order_by_id(&self, title: &str) -> Result<Vec<Post>>;
    async fn find_by_title_like_ignore_case_order_by_id(&self, pattern: &str) -> Result<Vec<Post>>;
    async fn find_by_title_containing_ignore_case_order_by_id(
        &self,
        text: &str,
    ) -> Result<Vec<Post>>;
    async fn find_by_title_starting_with_ignore_case_order_by_id(
        &self,
        text: &str,
    ) -> Result<Vec<Post>>;
    async fn find_by_title_ending_with_ignore_case_order_by_id(
        &self,
        text: &str,
    ) -> Result<Vec<Post>>;
    async fn find_by_type(&self, r#type: &str) -> Result<Vec<Post>>;
    async fn find_by_published_is_true_and_rank_greater_than_or_author_id_is_null_order_by_id(
        &self,
        rank: i32,
    ) -> Result<Vec<Post>>;
    async fn find_all_order_by_published_desc_and_rank(&self) -> Result<Vec<Post>>;
    async fn find_first_order_by_rank_desc(&self) -> Result<Option<Post>>;
    async fn find_top2_by_rank_greater_than_order_by_rank(&self, rank: i32) -> Result<Vec<Post>>;
    async fn find_by_published(&self, published: bool, sort: Sort, limit: u32)
    -> Result<Vec<Post>>;
    async fn find_first_by_published(&self, published: bool, sort: &Sort) -> Result<Option<Post>>;
    async fn count_by_author_id(&self, author: i64) -> Result<u64>;
    async fn exists_by_title_and_rank(&self, title: &str, rank: i32) -> Result<bool>;
    async fn delete_by_rank_greater_than(&self, rank: i32) -> Result<i64>;

    #[with(author)]
    async fn find_by_author_id_is_not_null_order_by_id(&self) -> Result<Vec<Post>>;

    async fn find_by_rank_greater_than(&self, rank: i32, page: PageRequest) -> Result<Page<Post>>;
    #[with("author")]
    async fn find_by_rank_less_than(
        &self,
        rank: i32,
        request: &CursorRequest,
    ) -> Result<Slice<Post>>;

    /// A method with a body is the author's own.
    async fn titles(&self) -> Result<Vec<String>> {
        let all = self.find_all(&Sort::default().asc("id")).await?;
        Ok(all.into_iter().map(|post| post.title).collect())
    }

    #[query("select * from posts where rank > :rank and rank <> :rank + 1 order by id")]
    async fn behind(&self, rank: i32) -> Result<Vec<Post>>;

    #[query("select title from posts where id in (:ids) order by id desc -- :none")]
    async fn titles_of(&self, ids: &[i64]) -> Result<Vec<String>>;

    #[query("select count(*) from posts where rank not in (:ranks)")]
    async fn how_many_without(&self, ranks: Vec<i32>) -> Result<u64>;

    #[query("select * from posts where title = :title")]
    async fn titled(&self, title: &str) -> Result<Option<Post>>;

    #[query("select * from posts where id = :id", with = ["author"])]
    async fn one(&self, id: i64) -> Result<Post>;

    #[query(
        sqlite = "select type as kind, count(*) as posts, sum(price) as price from posts
                  group by type order by type",
        postgres = "select type as kind, count(*) as posts, sum(price) as price from posts
                    group by type order by type"
    )]
    async fn summaries(&self) -> Result<Vec<Summary>>;

    #[query("select * from posts where rank >= :rank order by rank -- all of them")]
    async fn ranked_from(&self, rank: i32, page: PageRequest) -> Result<Page<Post>>;

    #[query("select id from posts where price > :price and price not in (:prices) order by id")]
    async fn dearer(
        &self,
        #[column(scale = 2)] price: Decimal,
        #[column(scale = 2)] prices: &[Decimal],
    ) -> Result<Vec<i64>>;

    #[query("select title, id from posts")]
    async fn lines(&self, page: PageRequest) -> Result<Page<Line>>;

    #[query("select rating from posts where id = :id")]
    async fn rating(&self, id: i64) -> Result<Option<Option<i32>>>;

    #[query("select exists (select 1 from posts where subtitle is not distinct from :subtitle)")]
    async fn has_subtitle(&self, subtitle: Option<&str>) -> Result<bool>;

    #[query("update posts set subtitle = :subtitle, written = :written where rank = :rank")]
    async fn retitle(
        &self,
        rank: i32,
        subtitle: Option<String>,
        written: DateTime<Utc>,
    ) -> Result<u64>;

    #[query("update posts set rank = rank + 10 where rank > :rank returning id, rank")]
    async fn raise(&self, rank: i32) -> Result<Vec<i64>>;

    #[query("delete from posts where status = :status")]
    async fn clear(&self, status: Status) -> Result<()>;

    #[query("select no_such_column from posts")]
    async fn broken(&self) -> Result<Vec<i64>>;
}

/// The repository of a database with these four posts:
///
/// | id | title | subtitle | rank | rating | published | author | price | status | type |
/// | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
/// | 1 | Alpha beta | 50% off | 1 | 5 | yes | ann | 1.50 | draft | note |
/// | 2 | alpha Beta | | 2 | | no | bob | 10.00 | live | note |
/// | 3 | Gamma_1 | `a*b?[c]\d` | 3 | 3 | yes | ann | 2.25 | live | page |
/// | 4 | Délta | (empty) | 4 | 3 | no | | 0.05 | draft | page |
pub(crate) async fn posts(db: &Db) -> Arc<dyn PostRepository> {
    let (id, time, price) = match db.database.dialect() {
        Dialect::Sqlite => ("integer primary key", "text", "bigint"),
        Dialect::Postgres => (
            "bigint generated by default as identity primary key",
            "timestamptz",
            "numeric(19, 2)",
        ),
    };
    let tables = format!(
        "create table users (id {id}, email text not null);
         insert into users (email) values ('ann'), ('bob');
         create table posts (id {id}, title text not null, subtitle text, rank integer not null,
             rating integer, published boolean not null, author_id bigint references users,
             price {price} not null, status text not null, type text not null,
             written {time} not null, checked_in boolean not null, deleted_at {time})"
    );
    db.database
        .with(move |tx| Box::pin(async move { exec(tx, &tables).await }))
        .await
        .unwrap();
    let posts = db.app.handle().component::<dyn PostRepository>().unwrap();
    posts
        .insert_all(vec![
            post("Alpha beta", Some("50% off"), 1),
            post("alpha Beta", None, 2),
            post("Gamma_1", Some(r"a*b?[c]\d"), 3),
            post("Délta", Some(""), 4),
        ])
        .await
        .unwrap();
    posts
}

pub(crate) fn post(title: &str, subtitle: Option<&str>, rank: i32) -> Post {
    let at = usize::try_from(rank - 1).unwrap() % 4;
    Post {
        id: 0,
        title: title.to_owned(),
        subtitle: subtitle.map(str::to_owned),
        rank,
        rating: [Some(5), None, Some(3), Some(3)][at],
        published: rank % 2 == 1,
        author_id: [Some(1), Some(2), Some(1), None][at],
        price: Decimal::new([150, 1000, 225, 5][at], 2),
        status: [Status::Draft, Status::Live, Status::Live, Status::Draft][at],
        r#type: ["note", "note", "page", "page"][at].to_owned(),
        written: day(rank),
        checked_in: rank == 3,
        deleted_at: None,
        author: Loaded::missing(),
    }
}

/// Noon of a day in January.
pub(crate) fn day(day: i32) -> DateTime<Utc> {
    format!("2024-01-{day:02}T12:00:00Z").parse().unwrap()
}

pub(crate) fn ids(found: Result<Vec<Post>>) -> Vec<i64> {
    found.unwrap().iter().map(|post| post.id).collect()
}
