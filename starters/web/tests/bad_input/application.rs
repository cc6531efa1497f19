//! The application that is mistreated: a route for everything that reads input.

use savia_core::dto;
use savia_core::repository::PageRequest;
use savia_starter_web::extract::{FromHeader, Text};
use savia_starter_web::{Body, Created, Form, Header, Json, Path, Query, controller, routes};

/// A new post.
#[dto]
pub(crate) struct NewPost {
    #[garde(length(min = 1, max = 20))]
    title: String,
    body: String,
    #[garde(range(max = 5))]
    #[serde(default)]
    stars: u8,
    #[serde(default)]
    state: State,
    author: Option<Author>,
    #[garde(length(max = 2), inner(length(min = 1)))]
    #[serde(default)]
    tags: Vec<String>,
    #[garde(url)]
    site: Option<String>,
    #[garde(range(min = 0.0, max = 1.0))]
    rating: Option<f64>,
    published: Option<chrono::DateTime<chrono::Utc>>,
    id: Option<uuid::Uuid>,
    #[garde(pattern("^[a-z-]+$"))]
    slug: Option<String>,
    #[garde(ip)]
    ip: Option<String>,
    #[garde(prefix("https"))]
    link: Option<String>,
    #[garde(contains("@"))]
    mention: Option<String>,
    #[garde(alphanumeric)]
    code: Option<String>,
    #[garde(custom(not_reserved))]
    owner: Option<String>,
    place: Option<Place>,
    flag: Option<bool>,
    pair: Option<(i32, i32)>,
    letter: Option<char>,
    delta: Option<i16>,
}

#[dto]
#[derive(Default)]
#[serde(rename_all = "snake_case")]
enum State {
    #[default]
    Draft,
    Published,
}

#[dto]
struct Author {
    #[garde(email)]
    email: String,
    #[garde(ascii, length(min = 1))]
    name: String,
    #[serde(default)]
    friends: Vec<Author>,
}

#[dto]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Place {
    Nowhere,
    Town {
        #[garde(length(min = 1))]
        name: String,
    },
}

fn not_reserved(owner: &Option<String>, _: &()) -> garde::Result {
    match owner.as_deref() {
        Some("admin") => Err(garde::Error::new("reserved: is not for everybody")),
        _ => Ok(()),
    }
}

#[dto]
pub(crate) struct Month {
    #[garde(range(min = 2000, max = 2100))]
    year: u16,
    #[garde(range(min = 1, max = 12))]
    month: u8,
}

#[dto]
pub(crate) struct Search {
    #[garde(length(min = 2))]
    q: Option<String>,
    limit: Option<u32>,
    exact: Option<bool>,
    #[garde(length(max = 2))]
    #[serde(default)]
    tag: Vec<String>,
    near: Option<f64>,
    state: Option<State>,
}

#[dto]
pub(crate) struct SignUp {
    #[garde(email)]
    email: String,
    #[garde(range(min = 18))]
    age: u8,
}

pub(crate) struct Version(u32);

impl FromHeader for Version {
    const NAME: &'static str = "x-version";

    fn from_header(text: &str) -> Result<Self, String> {
        text.parse()
            .map(Self)
            .map_err(|_| "is not a number".to_owned())
    }
}

#[controller("/")]
pub(crate) struct Everything {}

#[routes]
impl Everything {
    #[post("/posts")]
    async fn create(&self, post: Json<NewPost>) -> Created<NewPost> {
        Created::at("/posts/3", post.into_inner())
    }

    #[post("/small", body_limit = "64B")]
    async fn small(&self, value: Json<serde_json::Value>) -> Json<serde_json::Value> {
        value
    }

    #[post("/value")]
    async fn value(&self, value: Json<serde_json::Value>) -> Json<serde_json::Value> {
        value
    }

    #[post("/maybe")]
    async fn maybe(&self, post: Option<Json<NewPost>>) -> String {
        format!("{}", post.is_some())
    }

    #[get("/posts/{id}")]
    async fn show(&self, id: Path<i64>) -> String {
        format!("post {}", *id)
    }

    #[get("/users/{name}/posts/{number}")]
    async fn of_user(&self, at: Path<(String, u32)>) -> String {
        let (name, number) = at.into_inner();
        format!("{name} {number}")
    }

    #[get("/things/{id}")]
    async fn thing(&self, id: Path<uuid::Uuid>) -> String {
        id.to_string()
    }

    #[get("/archive/{year}/{month}")]
    async fn archive(&self, at: Path<Month>) -> String {
        format!("{} {}", at.year, at.month)
    }

    #[get("/flags/{flag}")]
    async fn flag(&self, flag: Path<bool>) -> String {
        flag.to_string()
    }

    #[get("/states/{state}")]
    async fn state(&self, state: Path<State>) -> String {
        format!("{:?}", *state)
    }

    #[get("/search")]
    async fn search(&self, search: Query<Search>, page: Query<PageRequest>) -> String {
        format!("{search:?} {page:?}")
    }

    #[get("/page")]
    async fn page(&self, page: Query<PageRequest>) -> String {
        format!("{page:?}")
    }

    #[post("/form")]
    async fn form(&self, form: Form<SignUp>) -> String {
        format!("{} {}", form.email, form.age)
    }

    #[post("/text")]
    async fn text(&self, text: Text) -> String {
        text.into_inner()
    }

    #[post("/bytes")]
    async fn bytes(&self, body: Body) -> String {
        body.len().to_string()
    }

    #[get("/version")]
    async fn version(&self, version: Header<Version>) -> String {
        version.0.0.to_string()
    }

    #[get("/maybe-version")]
    async fn maybe_version(&self, version: Option<Header<Version>>) -> String {
        version.is_some().to_string()
    }
}
