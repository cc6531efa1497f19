//! The same application written by hand: the routes of `savia new`, validated, documented with
//! utoipa, on the third-party crates that Savia stands on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::cargo::Project;

/// The file whose handlers are edited.
pub(crate) const HANDLERS: &str = "src/handlers.rs";

/// Crates whose third-party dependencies the project lists.
const SAVIA: &[&str] = &["savia", "savia-core", "savia-starter-web"];

const MAIN: &str = r##"mod handlers;

use actix_web::middleware::{Compress, DefaultHeaders};
use actix_web::{App, HttpServer};
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

#[derive(OpenApi)]
#[openapi(paths(handlers::greet, handlers::create))]
struct Api;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        App::new()
            .wrap(Compress::default())
            .wrap(DefaultHeaders::new().add(("X-Content-Type-Options", "nosniff")))
            .service(handlers::index)
            .service(handlers::greet)
            .service(handlers::create)
            .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", Api::openapi()))
    })
    .bind(("127.0.0.1", 8080))?
    .run()
    .await
}
"##;

const HANDLERS_TEXT: &str = r##"use actix_web::{HttpResponse, Responder, get, post, web};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom to greet.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGreeting {
    /// The name of somebody.
    #[garde(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
}

/// Words for somebody.
#[derive(Serialize, ToSchema)]
pub struct Greeting {
    /// The words.
    pub message: String,
}

/// The start page.
#[get("/")]
pub async fn index() -> impl Responder {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body("<h1>It runs</h1>")
}

/// Greets whoever is in the path.
#[utoipa::path(get, path = "/greetings/{name}", params(("name" = String, Path)),
    responses((status = 200, body = Greeting)))]
#[get("/greetings/{name}")]
pub async fn greet(name: web::Path<String>) -> impl Responder {
    let message = format!("Hello, {name}!");
    web::Json(Greeting { message })
}

/// Greets whoever is in the body.
#[utoipa::path(post, path = "/greetings", request_body = NewGreeting,
    responses((status = 200, body = Greeting), (status = 422)))]
#[post("/greetings")]
pub async fn create(new: web::Json<NewGreeting>) -> HttpResponse {
    if let Err(report) = new.validate() {
        return HttpResponse::UnprocessableEntity().body(report.to_string());
    }
    let message = format!("Hello, {}!", new.name);
    HttpResponse::Ok().json(Greeting { message })
}
"##;

/// Writes the project beside the one that `savia new` made, whose build profiles it takes.
///
/// # Errors
///
/// The file system's and cargo's.
pub(crate) fn write(root: &Path, made: &Project, by_hand: &Project) -> io::Result<()> {
    fs::create_dir_all(by_hand.root.join("src"))?;
    fs::write(by_hand.root.join("src/main.rs"), MAIN)?;
    fs::write(by_hand.root.join(HANDLERS), HANDLERS_TEXT)?;
    let profiles = fs::read_to_string(made.root.join("Cargo.toml"))?;
    let (_, profiles) = profiles
        .split_once("[profile.dev]")
        .ok_or_else(|| io::Error::other("the new project has no dev profile"))?;
    let manifest = format!(
        "[package]\nname = \"by-hand\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{}\n[profile.dev]{profiles}",
        dependencies(root)?
    );
    fs::write(by_hand.root.join("Cargo.toml"), manifest)
}

/// Every third-party crate that Savia's crates name, with the features they ask for.
fn dependencies(root: &Path) -> io::Result<String> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(io::Error::other)?;
    let mut all: BTreeMap<String, (String, bool, BTreeSet<String>)> = BTreeMap::new();
    let savia = metadata
        .packages
        .iter()
        .filter(|package| SAVIA.contains(&package.name.as_str()));
    for dependency in savia.flat_map(|package| &package.dependencies) {
        if dependency.path.is_some() || dependency.kind != DependencyKind::Normal {
            continue;
        }
        let entry = all.entry(dependency.name.clone()).or_default();
        entry.0 = dependency.req.to_string();
        entry.1 |= dependency.uses_default_features;
        entry.2.extend(dependency.features.iter().cloned());
    }
    // What glues it to actix-web is behind features that Savia does without.
    for (name, feature) in [("utoipa", "macros"), ("utoipa-swagger-ui", "actix-web")] {
        all.entry(name.to_owned())
            .or_default()
            .2
            .insert(feature.to_owned());
    }
    let mut text = String::new();
    for (name, (version, default, features)) in all {
        let features: Vec<String> = features.into_iter().collect();
        let _ = writeln!(
            text,
            "{name} = {{ version = \"{version}\", default-features = {default}, features = {features:?} }}"
        );
    }
    Ok(text)
}
