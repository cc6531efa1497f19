//! The app `calls`: a call of the repository for each statement.

use savia::prelude::*;
use savia_data_bench::{PAGE, spread};

use crate::posts::{Post, PostRepository, new};

savia::app! { name: "calls" }

#[controller("/")]
struct CallsController {
    posts: Arc<dyn PostRepository>,
}

#[routes]
impl CallsController {
    #[get("/posts/{id}")]
    async fn find(&self, id: Path<i64>) -> Result<Json<Post>> {
        let found = self.posts.find_by_id(*id).await?;
        found
            .map(Json)
            .ok_or_else(|| Error::not_found("no such post"))
    }

    #[get("/reads/{start}")]
    async fn reads(&self, start: Path<i64>) -> Result<Json<Vec<Post>>> {
        let mut found = Vec::new();
        for id in spread(*start) {
            found.extend(self.posts.find_by_id(id).await?);
        }
        Ok(Json(found))
    }

    #[get("/pages/{number}")]
    async fn page(&self, number: Path<u32>) -> Result<Json<Page<Post>>> {
        let request = PageRequest::of(*number, PAGE as u32);
        Ok(Json(self.posts.find_page(&request).await?))
    }

    #[post("/posts/{id}")]
    async fn insert(&self, number: Path<i32>) -> Result<Json<Post>> {
        Ok(Json(self.posts.insert(new(*number)).await?))
    }

    #[post("/updates/{start}")]
    #[transactional]
    async fn updates(&self, start: Path<i64>) -> Result<Json<u64>> {
        let mut count = 0;
        for id in spread(*start) {
            count += self.posts.set_number(id, *start as i32).await?;
        }
        Ok(Json(count))
    }

    #[post("/changes/{id}")]
    async fn change(&self, id: Path<i64>) -> Result<Json<Post>> {
        let found = self.posts.find_by_id(*id).await?;
        let mut post = found.ok_or_else(|| Error::not_found("no such post"))?;
        post.number += 1;
        Ok(Json(self.posts.update(post).await?))
    }
}
