//! Every mistake in routes is told where it stands, in one run.

use savia::web::{Form, Json, Path};
use savia::{controller, routes};

#[controller("/posts")]
struct PostController;

#[routes]
impl PostController {
    #[get("{id}")]
    fn slashless(&self) {}

    #[get("/<id>")]
    fn other_frameworks(&self) {}

    #[post("/a", body_limit = "10 apples", timeout = 60)]
    fn units(&self) {}

    #[put("/b", compresion = false, status = 404)]
    fn options(&self) {}

    #[secured("posts:read")]
    fn no_route(&self) {}

    #[delete("/c")]
    #[secured]
    #[public]
    fn contradiction(&self) {}

    #[delete("/d")]
    #[secured(ADMIN)]
    fn rule(&self) {}
}

#[routes]
impl PostController {
    #[get("/e")]
    fn exclusive(&mut self) {}

    #[get("/f")]
    fn function(_id: Path<i64>) {}

    #[get("/g")]
    fn generic<T>(&self) {}

    #[get("/h")]
    fn borrowed(&self, _text: &str) {}

    #[post("/i")]
    fn bodies(&self, _one: Json<String>, _two: Form<String>) {}

    #[get("/{id}")]
    fn once(&self, _id: Path<i64>) {}

    #[get("/{slug}")]
    fn again(&self, _slug: Path<String>) {}
}

#[routes("/posts")]
impl PostController {
    fn nothing(&self) {}
}

#[routes]
struct Misplaced;

fn main() {}
