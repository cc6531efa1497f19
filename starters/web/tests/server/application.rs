//! The application the tests serve.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::service;
use savia_starter_web::access::{AccessControl, AccessRule};
use savia_starter_web::actix_web::HttpResponse;
use savia_starter_web::actix_web::web::Bytes;
use savia_starter_web::server::WebConfigurer;
use savia_starter_web::{Exchange, Flow, Problem, WebFilter, controller, routes};
use tokio::sync::Semaphore;

/// Lets a test hold a request in its handler.
#[service]
pub(crate) struct Gate {
    #[init(Semaphore::new(0))]
    pub(crate) entered: Semaphore,
    #[init(Semaphore::new(0))]
    pub(crate) open: Semaphore,
}

/// What happened, in its order.
#[service]
pub(crate) struct Journal {
    #[init]
    lines: Mutex<Vec<String>>,
}

impl Journal {
    pub(crate) fn write(&self, line: &str) {
        self.lines.lock().unwrap().push(line.to_owned());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

/// A hook of the user's, which the server must outlive neither at start nor at stop.
#[service(provides(dyn Lifecycle))]
pub(crate) struct Hook {
    journal: Arc<Journal>,
}

#[async_trait]
impl Lifecycle for Hook {
    fn name(&self) -> &str {
        "hook"
    }

    fn phase(&self) -> Phase {
        Phase::Application
    }

    async fn start(&self, _: &AppHandle) -> Result<(), StartupError> {
        self.journal.write("hook started");
        Ok(())
    }

    async fn stop(&self) -> savia_core::Result<()> {
        self.journal.write("hook stopped");
        Ok(())
    }
}

/// Lets in whoever names the permission that the rule asks for.
#[service(provides(dyn AccessControl))]
pub(crate) struct Doorkeeper;

impl AccessControl for Doorkeeper {
    fn name(&self) -> &'static str {
        "doorkeeper"
    }

    fn decide(&self, rule: &AccessRule, exchange: &Exchange<'_>) -> Flow {
        let given = exchange.request.headers().get("x-permission");
        match (rule, given.and_then(|it| it.to_str().ok())) {
            (AccessRule::Permission(wanted), Some(given)) if wanted == given => Flow::Continue,
            (_, Some(_)) => Flow::Answer(Problem::forbidden("no").into_response(exchange.request)),
            (_, None) => {
                Flow::Answer(Problem::unauthorized("who?").into_response(exchange.request))
            }
        }
    }
}

/// Panics where a request asks it to.
#[service(provides(dyn WebFilter))]
pub(crate) struct Panicking;

impl WebFilter for Panicking {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        if exchange.request.headers().contains_key("x-panic-before") {
            panic!("the secret of the filter");
        }
        Flow::Continue
    }

    fn after(&self, exchange: &Exchange<'_>, _: &mut HttpResponse) {
        if exchange.request.headers().contains_key("x-panic-after") {
            panic!("the secret of the filter");
        }
    }
}

/// Waits where a request asks it to: twice, and then lets it pass or answers.
#[service(provides(dyn WebFilter))]
pub(crate) struct Waiting;

impl WebFilter for Waiting {
    fn name(&self) -> &'static str {
        "waiting"
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        let Some(asked) = exchange.request.headers().get("x-wait") else {
            return Flow::Continue;
        };
        let (passes, panics, never) = (asked == "pass", asked == "panic", asked == "never");
        let context = exchange.context.clone();
        Flow::Later(Box::pin(async move {
            tokio::task::yield_now().await;
            assert!(!panics, "the secret of the filter");
            let here = savia_core::Context::current().unwrap();
            assert_eq!(here.request_id(), context.request_id());
            Flow::Later(Box::pin(async move {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                if never {
                    std::future::pending::<()>().await;
                }
                match passes {
                    true => Flow::Continue,
                    false => Flow::Answer(HttpResponse::ImATeapot().finish()),
                }
            }))
        }))
    }
}

#[controller("/")]
pub(crate) struct Pages {
    gate: Arc<Gate>,
    journal: Arc<Journal>,
}

#[routes]
impl Pages {
    #[get("/")]
    async fn index(&self) -> &'static str {
        "hello"
    }

    #[get("/page")]
    async fn page(&self) -> savia::Html<&'static str> {
        savia::Html("<!doctype html><title>A page</title>")
    }

    /// A page with a script of its own.
    #[get("/scripted")]
    async fn scripted(&self, nonce: savia::CspNonce) -> savia::Html<String> {
        savia::Html(format!("<script nonce=\"{nonce}\">start()</script>"))
    }

    /// Says its own mind about a header that a filter would set.
    #[get("/framed")]
    async fn framed(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header(("X-Frame-Options", "SAMEORIGIN"))
            .finish()
    }

    #[post("/secured")]
    #[secured("pages:write")]
    async fn secured(&self, number: savia::Json<u8>) -> String {
        number.to_string()
    }

    /// Waits until the test lets it go.
    #[get("/wait")]
    async fn wait(&self) -> &'static str {
        self.gate.entered.add_permits(1);
        let _ = self.gate.open.acquire().await;
        self.journal.write("request answered");
        "waited"
    }

    #[get("/panic")]
    async fn panic(&self) -> &'static str {
        panic!("the secret of the panic")
    }

    #[get("/text/{size}")]
    async fn text(&self, size: savia::Path<usize>) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("text/plain")
            .insert_header(("ETag", "\"v1\""))
            .body(text(size.0))
    }

    #[get("/plain/{size}", compression = false)]
    async fn plain(&self, size: savia::Path<usize>) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("text/plain")
            .body(text(size.0))
    }

    #[get("/stream")]
    async fn stream(&self) -> HttpResponse {
        let parts = (0..4).map(|_| Ok::<_, std::io::Error>(Bytes::from(text(1000))));
        let parts = futures_util::stream::iter(parts.collect::<Vec<_>>());
        HttpResponse::Ok()
            .content_type("text/plain")
            .streaming(parts)
    }

    #[get("/picture")]
    async fn picture(&self) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("image/png")
            .body(text(4000))
    }

    #[get("/original")]
    async fn original(&self) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("text/plain")
            .insert_header(("Cache-Control", "private, no-transform"))
            .body(text(4000))
    }

    #[get("/part")]
    async fn part(&self) -> HttpResponse {
        HttpResponse::PartialContent()
            .content_type("text/plain")
            .body(text(4000))
    }
}

/// Text that shrinks.
pub(crate) fn text(size: usize) -> String {
    "all work and no play makes jack a dull boy\n"
        .chars()
        .cycle()
        .take(size)
        .collect()
}

/// A plain actix service beside the routes.
#[service(provides(dyn WebConfigurer))]
pub(crate) struct Plain;

impl WebConfigurer for Plain {
    fn configure(&self, services: &mut savia::actix_web::web::ServiceConfig) {
        use savia::actix_web::web;
        services.route("/actix", web::get().to(|| async { "plain actix" }));
        services.route(
            "/actix/panic",
            web::get().to(|| async {
                if true {
                    panic!("the secret of the panic");
                }
                "never"
            }),
        );
        let number = |body: web::Json<u8>| async move { body.to_string() };
        services.route("/actix/number", web::post().to(number));
    }
}
