//! The app `unit`: a unit of work for each request, in which the repository is called; what can be
//! asked together is joined.

use futures_util::future::try_join_all;
use savia::prelude::*;
use savia_data_bench::{PAGE, spread};

use crate::posts::{Post, PostRepository, new};

savia::app! { name: "unit" }

#[controller("/")]
struct UnitController {
    db: Arc<Database>,
    posts: Arc<dyn PostRepository>,
}

#[routes]
impl UnitController {
    #[get("/posts/{id}")]
    async fn find(&self, id: Path<i64>) -> Result<Json<Post>> {
        let posts = Arc::clone(&self.posts);
        let found = self
            .db
            .read(move |_| Box::pin(async move { posts.find_by_id(*id).await }))
            .await?;
        found
            .map(Json)
            .ok_or_else(|| Error::not_found("no such post"))
    }

    #[get("/reads/{start}")]
    async fn reads(&self, start: Path<i64>) -> Result<Json<Vec<Post>>> {
        let posts = Arc::clone(&self.posts);
        let found = self
            .db
            .read(move |_| {
                Box::pin(async move {
                    try_join_all(spread(*start).map(|id| posts.find_by_id(id))).await
                })
            })
            .await?;
        Ok(Json(found.into_iter().flatten().collect()))
    }

    #[get("/pages/{number}")]
    async fn page(&self, number: Path<u32>) -> Result<Json<Page<Post>>> {
        let posts = Arc::clone(&self.posts);
        let request = PageRequest::of(*number, PAGE as u32);
        let page = self
            .db
            .read(move |_| Box::pin(async move { posts.find_page(&request).await }))
            .await?;
        Ok(Json(page))
    }

    #[post("/posts/{id}")]
    async fn insert(&self, number: Path<i32>) -> Result<Json<Post>> {
        let posts = Arc::clone(&self.posts);
        let stored = self
            .db
            .with(move |_| Box::pin(async move { posts.insert(new(*number)).await }))
            .await?;
        Ok(Json(stored))
    }

    #[post("/updates/{start}")]
    async fn updates(&self, start: Path<i64>) -> Result<Json<u64>> {
        let posts = Arc::clone(&self.posts);
        let counts = self
            .db
            .with(move |_| {
                Box::pin(async move {
                    let updates = spread(*start).map(|id| posts.set_number(id, *start as i32));
                    try_join_all(updates).await
                })
            })
            .await?;
        Ok(Json(counts.into_iter().sum()))
    }

    #[post("/changes/{id}")]
    async fn change(&self, id: Path<i64>) -> Result<Json<Post>> {
        let posts = Arc::clone(&self.posts);
        let changed = self
            .db
            .with(move |_| {
                Box::pin(async move {
                    let found = posts.find_by_id(*id).await?;
                    let mut post = found.ok_or_else(|| Error::not_found("no such post"))?;
                    post.number += 1;
                    posts.update(post).await
                })
            })
            .await?;
        Ok(Json(changed))
    }
}
