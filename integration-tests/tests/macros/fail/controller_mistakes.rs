//! Every mistake in a controller is told where it stands, and its routes have nothing to add.

use savia::{controller, routes};

#[controller]
struct Pathless;

#[controller("posts/:id/")]
struct Elsewhere;

#[routes]
impl Elsewhere {
    #[get]
    fn index(&self) {}
}

#[controller("/files/{tail}*", primry)]
struct Files;

#[controller("/{id}/{id}")]
enum Choice {
    One,
}

#[controller(path = "/posts")]
struct Named;

fn main() {}
