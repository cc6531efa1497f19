//! What a route may look like.

use std::sync::Arc;
use std::time::Duration;

use savia::actix_web::http::StatusCode;
use savia::actix_web::{HttpRequest, HttpResponse};
use savia::web::extract::Text;
use savia::web::problem::IntoProblem;
use savia::web::{Created, Html, Json, NoContent, Path, Problem, Query, Respond};
use savia::{Result, controller, dto, routes};

savia::app! { name: "posts" }

#[dto]
struct Post {
    #[garde(length(min = 1))]
    title: String,
}

enum Refused {
    Closed,
}

impl IntoProblem for Refused {
    fn into_problem(self) -> Problem {
        match self {
            Self::Closed => Problem::conflict("closed"),
        }
    }
}

#[controller("/posts")]
struct PostController {
    #[init(3)]
    limit: u32,
}

#[routes]
impl PostController {
    /// The path is the controller's own.
    #[get]
    #[public]
    async fn index(&self) -> Json<Vec<Post>> {
        Json(Vec::new())
    }

    /// Neither async nor with anything to say.
    #[delete("/")]
    fn clear(&self) {}

    /// Parameters may be taken apart, and the types may be `Self`'s.
    #[put("/{id}", timeout = "1m", body_limit = "10MiB", compression = false)]
    async fn replace(&self, Path(id): Path<i64>, Json(post): Json<Post>) -> Result<NoContent> {
        let _ = (id, post.title);
        Ok(NoContent)
    }

    /// It may outlive its request.
    #[post("/{id}/publish", status = 202, hidden)]
    async fn publish(self: Arc<Self>, request: HttpRequest) -> Result<(), Refused> {
        let _ = (request, self.limit);
        tokio_free_sleep(Duration::ZERO).await;
        Err(Refused::Closed)
    }

    #[post]
    async fn create(&self, post: Option<Json<Post>>) -> Result<Option<Created<Post>>> {
        Ok(post.map(|post| Created::at("/posts/1", post.into_inner())))
    }

    /// Two paths for one method.
    #[get(r"/in/{year:\d{4}}")]
    #[get("/archive/{year}")]
    fn year(&self, year: Path<u16>, query: Query<Post>) -> (StatusCode, String) {
        (StatusCode::OK, format!("{} {}", *year, query.title))
    }

    #[get("/feed/{tail}*")]
    async fn feed(&self) -> impl Respond {
        Html("<p>")
    }

    #[patch("/note")]
    #[deprecated]
    fn note(&self, text: Text) -> HttpResponse {
        HttpResponse::Ok().body(text.0)
    }

    /// Compiled elsewhere only.
    #[cfg(any())]
    #[get("/elsewhere")]
    fn elsewhere(&self, nothing: Nothing) {}

    /// No route.
    #[allow(dead_code)]
    fn helper<T: Default>(&self, _text: &str) -> T {
        T::default()
    }
}

async fn tokio_free_sleep(_: Duration) {}

fn main() {
    for line in [["app", "check"], ["app", "routes"], ["app", "openapi"]] {
        let code = savia::run::run_with(line.map(Into::into));
        assert_eq!(format!("{code:?}"), format!("{:?}", savia::ExitCode::SUCCESS));
    }
}
