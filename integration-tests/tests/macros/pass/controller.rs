//! Controllers are components with a path, and take the options of one.

use std::sync::Arc;

use savia::{controller, routes, service};

savia::app! { name: "home" }

#[service]
struct Greeter {
    #[value("home.greeting", default = "Hello".to_owned())]
    greeting: String,
}

/// Where the application begins.
#[controller("/")]
struct HomeController {
    greeter: Arc<Greeter>,
}

#[routes]
impl HomeController {
    #[get]
    async fn index(&self) -> String {
        self.greeter.greeting.clone()
    }
}

#[controller("/{tenant}/posts", conditional(profile = "dev"), order = 3)]
struct PostController;

#[routes]
impl PostController {
    #[get("/{id}")]
    fn show(&self, at: savia::web::Path<(String, i64)>) -> String {
        let (tenant, id) = at.into_inner();
        format!("{tenant} {id}")
    }
}

fn main() {
    for line in [["app", "check"], ["app", "routes"]] {
        let code = savia::run::run_with(line.map(Into::into));
        assert_eq!(format!("{code:?}"), format!("{:?}", savia::ExitCode::SUCCESS));
    }
}
