//! The app `dsl`: a unit of work for each request, in which plain diesel is written; what can be
//! asked together is joined.

use futures_util::future::{try_join, try_join_all};
use savia::data::prelude::*;
use savia::prelude::*;
use savia_data_bench::{PAGE, spread, text};

use crate::posts::{Post, posts};

savia::app! { name: "dsl" }

#[controller("/")]
struct DslController {
    db: Arc<Database>,
}

#[routes]
impl DslController {
    #[get("/posts/{id}")]
    async fn find(&self, id: Path<i64>) -> Result<Json<Post>> {
        let found = self
            .db
            .read(move |tx| Box::pin(async move { one(tx, *id).await }))
            .await?;
        found
            .map(Json)
            .ok_or_else(|| Error::not_found("no such post"))
    }

    #[get("/reads/{start}")]
    async fn reads(&self, start: Path<i64>) -> Result<Json<Vec<Post>>> {
        let found = self
            .db
            .read(move |tx| {
                Box::pin(async move { try_join_all(spread(*start).map(|id| one(tx, id))).await })
            })
            .await?;
        Ok(Json(found.into_iter().flatten().collect()))
    }

    #[get("/pages/{number}")]
    async fn page(&self, number: Path<u32>) -> Result<Json<Page<Post>>> {
        let request = PageRequest::of(*number, PAGE as u32);
        let offset = i64::from(*number) * PAGE;
        let (rows, total) = self
            .db
            .read(move |tx| Box::pin(async move { try_join(rows(tx, offset), total(tx)).await }))
            .await?;
        Ok(Json(Page::new(rows, &request, total as u64)))
    }

    #[post("/posts/{id}")]
    async fn insert(&self, number: Path<i32>) -> Result<Json<Post>> {
        let stored = self
            .db
            .with(move |tx| Box::pin(async move { stored(tx, *number).await }))
            .await?;
        Ok(Json(stored))
    }

    #[post("/updates/{start}")]
    async fn updates(&self, start: Path<i64>) -> Result<Json<u64>> {
        let counts = self
            .db
            .with(move |tx| {
                Box::pin(async move {
                    let updates = spread(*start).map(|id| numbered(tx, id, *start as i32));
                    try_join_all(updates).await
                })
            })
            .await?;
        Ok(Json(counts.into_iter().sum::<usize>() as u64))
    }

    #[post("/changes/{id}")]
    async fn change(&self, id: Path<i64>) -> Result<Json<Post>> {
        let changed = self
            .db
            .with(move |tx| {
                Box::pin(async move {
                    match one(tx, *id).await? {
                        Some(post) => changed(tx, post).await,
                        None => Ok(None),
                    }
                })
            })
            .await?;
        changed
            .map(Json)
            .ok_or_else(|| Error::not_found("no such post"))
    }
}

async fn one(tx: Connection<'_>, id: i64) -> Result<Option<Post>> {
    let found = dsl!(tx, posts::table.find(id).get_result::<Post>(tx));
    Ok(found.optional()?)
}

async fn rows(tx: Connection<'_>, offset: i64) -> Result<Vec<Post>> {
    let page = posts::table.order(posts::id).limit(PAGE).offset(offset);
    Ok(dsl!(tx, page.load::<Post>(tx))?)
}

async fn total(tx: Connection<'_>) -> Result<i64> {
    Ok(dsl!(tx, posts::table.count().get_result::<i64>(tx))?)
}

async fn stored(tx: Connection<'_>, number: i32) -> Result<Post> {
    let (title, body) = text(number);
    let insert = diesel::insert_into(posts::table).values((
        posts::title.eq(title),
        posts::body.eq(body),
        posts::number.eq(number),
        posts::version.eq(1),
        posts::created_at.eq(As(Utc::now())),
    ));
    Ok(dsl!(tx, kept(insert).get_result::<Post>(tx))?)
}

async fn numbered(tx: Connection<'_>, id: i64, number: i32) -> Result<usize> {
    let update = diesel::update(posts::table.find(id)).set(posts::number.eq(number));
    Ok(dsl!(tx, kept(update).execute(tx))?)
}

async fn changed(tx: Connection<'_>, post: Post) -> Result<Option<Post>> {
    let unchanged = posts::table
        .find(post.id)
        .filter(posts::version.eq(post.version));
    let update = diesel::update(unchanged).set((
        posts::title.eq(post.title),
        posts::body.eq(post.body),
        posts::number.eq(post.number + 1),
        posts::version.eq(posts::version + 1),
    ));
    let changed = dsl!(tx, kept(update).get_result::<Post>(tx));
    Ok(changed.optional()?)
}
