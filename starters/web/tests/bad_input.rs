//! Malformed requests of every kind: each gets the right problem, and the server goes on.
//!
//! What is sent is what is written here, over real sockets. Requests that no HTTP parser takes never
//! come to the application, so their problems have no path and no id: [`Wanted::Unheard`].

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate savia_starter_web as savia;

#[path = "bad_input/application.rs"]
mod application;
#[path = "bad_input/bodies.rs"]
mod bodies;
#[path = "bad_input/heads.rs"]
mod heads;
#[path = "bad_input/http.rs"]
mod http;
#[path = "bad_input/rules.rs"]
mod rules;

use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::lifecycle::Application;
use savia_starter_web::server::BoundAddress;

use http::{Reply, get, send};

/// A request that is wrong.
struct Case {
    what: String,
    request: Vec<u8>,
    wanted: Wanted,
}

/// What it is answered with.
enum Wanted {
    /// A problem of this status, whose JSON holds each of these.
    Problem(u16, Vec<String>),
    /// A problem of this status, before the application sees the request.
    Unheard(u16),
}

/// A case that is answered with a problem.
fn bad(what: impl Into<String>, request: Vec<u8>, status: u16, says: &[&str]) -> Case {
    let says = says.iter().map(ToString::to_string).collect();
    Case {
        what: what.into(),
        request,
        wanted: Wanted::Problem(status, says),
    }
}

impl Case {
    /// What is wrong with the answer, if anything is.
    fn fault(&self, reply: &Reply) -> Option<String> {
        let Ok(problem) = serde_json::from_slice::<serde_json::Value>(&reply.body) else {
            return Some("no JSON".to_owned());
        };
        let (status, says, members): (u16, &[String], &[&str]) = match &self.wanted {
            Wanted::Unheard(status) => (*status, &[], &["type", "title", "detail"]),
            Wanted::Problem(status, says) => {
                (*status, says, &["type", "title", "instance", "request_id"])
            }
        };
        if reply.header("content-type") != Some("application/problem+json") {
            return Some("not application/problem+json".to_owned());
        }
        if reply.status != status || problem["status"] != status {
            return Some(format!("not {status}"));
        }
        for member in members {
            if !problem[member].is_string() {
                return Some(format!("without `{member}`"));
            }
        }
        let text = problem.to_string();
        says.iter()
            .find(|part| !text.contains(*part))
            .map(|part| format!("does not say {part}"))
    }
}

#[tokio::test]
async fn every_malformed_request_gets_the_right_problem_and_the_server_goes_on() {
    let sources = Sources::in_dir("/nowhere")
        .over("server.port", 0)
        .over("server.workers", 1)
        .over("server.body_limit", "4KiB");
    let configured = Application::configure(sources).unwrap();
    let ready = configured
        .discover(Overrides::default())
        .build()
        .await
        .unwrap();
    let app = ready.start().await.unwrap();
    let address = app
        .handle()
        .component::<BoundAddress>()
        .unwrap()
        .get()
        .unwrap();

    let groups = [
        ("lines and headers", heads::lines_and_headers()),
        ("routes", heads::routes()),
        ("paths", heads::paths()),
        ("queries", heads::queries()),
        ("pages", heads::pages()),
        ("single headers", heads::single_headers()),
        ("types of bodies", bodies::types()),
        ("sizes of bodies", bodies::sizes()),
        ("JSON syntax", bodies::json_syntax()),
        ("bytes of JSON", bodies::json_bytes()),
        ("forms and text", bodies::forms_and_text()),
        ("JSON shape", rules::shape()),
        ("enums", rules::enums()),
        ("rules", rules::rules()),
    ];
    let mut faults = Vec::new();
    let mut count = 0;
    for (group, cases) in groups {
        for case in cases {
            count += 1;
            let reply = send(address, &case.request);
            if let Some(fault) = case.fault(&reply) {
                let text = String::from_utf8_lossy(&reply.body).into_owned();
                faults.push(format!(
                    "{group}: {}: {fault}: {} {text}",
                    case.what, reply.status
                ));
            }
        }
        let good = send(address, &get("/posts/3"));
        assert_eq!(
            (good.status, &*good.body),
            (200, &b"post 3"[..]),
            "after {group}"
        );
        let good = send(address, &bodies::json("/posts", rules::GOOD));
        assert_eq!(
            good.status,
            201,
            "after {group}: {:?}",
            String::from_utf8_lossy(&good.body)
        );
    }
    assert!(
        faults.is_empty(),
        "{} of {count}:\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(count >= 200, "only {count}");
    assert!(app.stop().await);
}
