//! A type that cannot stand in a route is told at the type, with what could stand there.

use std::sync::Arc;

use savia::web::{Json, Path};
use savia::{Result, controller, routes, service};

#[service]
struct Posts;

struct Post;

struct Failed;

#[controller("/{tenant}/posts")]
struct PostController;

#[routes]
impl PostController {
    #[get("/a")]
    async fn component(&self, _posts: Arc<Posts>) {}

    #[get("/b")]
    async fn answer(&self) -> Post {
        Post
    }

    #[get("/c")]
    async fn error(&self) -> Result<(), Failed> {
        Err(Failed)
    }

    #[get("/{id}")]
    async fn one_of_two(&self, _id: Path<i64>) {}

    #[get("/d/{id}")]
    async fn three_of_two(&self, _at: Path<(String, i64, i64)>) {}

    #[post("/e")]
    async fn body(&self, _post: Json<Post>) {}
}

struct Plain;

#[routes]
impl Plain {
    #[get]
    fn index(&self) {}
}

fn main() {}
