//! The page that `/` shows in profile `dev` until the application answers there itself.

use actix_web::HttpResponse;
use savia_core::Context;
use savia_core::app::AppHandle;

use super::{controllers, escaped, page};
use crate::problem::Problem;
use crate::route::RouteTable;

const PAGE: &str = include_str!("start.html");

/// Nothing but its own style; it loads nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// Shows the page.
#[crate::controller("/", conditional(profile = "dev"))]
pub(super) struct StartPage;

#[crate::routes]
#[public]
impl StartPage {
    /// The first page of a new application.
    #[get("/", hidden)]
    fn show(&self) -> Result<HttpResponse, Problem> {
        let app = Context::with_current(|context| context.map(|context| context.app().clone()))
            .ok_or_else(|| Problem::internal("a request without an application"))?;
        Ok(page(render(&app), POLICY))
    }
}

fn render(app: &AppHandle) -> String {
    let name = app
        .config()
        .text("name")
        .unwrap_or_else(|| "Your application".to_owned());
    let docs = if controllers::is_served(app) {
        "<p class=\"links\"><a href=\"docs\">API documentation</a> \
         <a href=\"openapi.json\">openapi.json</a></p>"
    } else {
        ""
    };
    PAGE.replace("{{docs}}", docs)
        .replace("{{routes}}", &routes(app))
        .replace("{{place}}", &escaped(&place(app)))
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{name}}", &escaped(&name))
}

/// The application's own routes, as rows.
fn routes(app: &AppHandle) -> String {
    let rows: String = RouteTable::collect(app)
        .unwrap_or_default()
        .iter()
        .filter(|planned| !planned.route.meta.hidden)
        .map(|planned| {
            let route = &planned.route;
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                route.method,
                escaped(&route.pattern),
                escaped(&route.name()),
            )
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("<h2>It answers</h2><table>{rows}</table>")
}

/// Where the first controller would stand: beside the first app's declaration.
fn place(app: &AppHandle) -> String {
    let folder = app
        .apps()
        .installed()
        .next()
        .and_then(|first| std::path::Path::new(first.location.file).parent());
    let folder = folder.unwrap_or_else(|| std::path::Path::new("src"));
    folder.join("controllers.rs").display().to_string()
}
