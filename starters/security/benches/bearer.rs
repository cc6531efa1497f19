//! What authentication costs a request: one JSON route that is public, and the same closed, called with
//! a token that has been seen; and what it costs to count it.
//!
//! `cargo bench -p savia-starter-security` counts instructions under valgrind, in one run of each:
//! `(I(20,000) - I(10,000)) / 10,000`, within the process, so that no socket is counted.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![allow(clippy::print_stdout, reason = "it says what it found")]

extern crate savia_starter_security as savia;

use std::process::Command;

use savia_core::config::Sources;
use savia_core::dto;
use savia_starter_test::TestApp;
use savia_starter_web::actix_web::dev::Service;
use savia_starter_web::actix_web::test::TestRequest;
use savia_starter_web::server::in_process;
use savia_starter_web::{Json, controller, routes};
use serde_json::{Value, json};

savia_core::app! { name: "bench" }

#[dto]
struct Answer {
    id: i64,
    title: String,
    done: bool,
}

fn answer() -> Json<Answer> {
    Json(Answer {
        id: 7,
        title: "a title of some length".to_owned(),
        done: false,
    })
}

#[controller("/")]
struct Pages {}

#[routes]
impl Pages {
    #[get("/public")]
    #[public]
    async fn public(&self) -> Json<Answer> {
        answer()
    }

    #[get("/closed")]
    async fn closed(&self) -> Json<Answer> {
        answer()
    }
}

const CASES: [&str; 6] = [
    "public",
    "closed",
    "closed, 10,000 logins revoked",
    "public, counted by address",
    "public, counted by address behind a trusted proxy",
    "public, counted by address and by a header",
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, case, count] = &arguments[..] {
        let (case, count) = (case.parse().unwrap(), count.parse().unwrap());
        return run(case, count);
    }
    let counts: Vec<_> = (0..CASES.len())
        .map(|case| (count(case, 20_000) - count(case, 10_000)) / 10_000)
        .collect();
    for (name, count) in CASES.iter().zip(&counts) {
        println!(
            "{name}: {count} instructions a request, {} more",
            count - counts[0]
        );
    }
}

/// The instructions of a run of its own.
fn count(case: usize, requests: u32) -> i64 {
    let output = Command::new("valgrind")
        .args(["--tool=lackey", "--basic-counts=yes"])
        .arg(std::env::current_exe().unwrap())
        .args([case.to_string(), requests.to_string()])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told
        .lines()
        .find(|line| line.contains("guest instrs:"))
        .unwrap_or_else(|| panic!("{told}"));
    let number: String = line
        .rsplit(':')
        .next()
        .unwrap()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    number.parse().unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn run(case: usize, requests: u32) {
    let folder = std::env::temp_dir();
    // More than a minute's requests, and one limit more in the last case.
    let mut limits = json!({ "default": { "requests": 1_000_000 } });
    if case == 5 {
        limits["keys"] =
            json!({ "requests": 1_000_000, "key": "header", "header": "x-otherwise-so" });
    }
    let proxies = if case == 4 {
        json!(["10.0.0.0/8"])
    } else {
        json!([])
    };
    let app = TestApp::builder()
        .set("security.rate_limit.enabled", case > 2)
        .set("security.rate_limit.limits", limits)
        .set("server.trusted_proxies", proxies)
        .sources(Sources::in_dir(&folder))
        .set("security.store", "memory")
        .set("security.passwords.argon2.memory", 7_168)
        .set("security.passwords.argon2.iterations", 1)
        .set("security.jwt.revocation_refresh", "1m")
        .in_process()
        .start()
        .await;
    let body = json!({ "email": "ada@example.com", "password": "an engine of brass" });
    let tokens: Value = app.post("/auth/register").json(&body).send().await.json();
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    if case == 2 {
        let revocations = app.inject::<std::sync::Arc<savia::token::Revocations>>();
        for at in 0..10_000 {
            revocations.revoke(&at.to_string(), "nobody").await.unwrap();
        }
    }
    let service = in_process(app.handle()).await.unwrap();
    for _ in 0..requests {
        let request = match case {
            1 | 2 => TestRequest::get()
                .uri("/closed")
                .insert_header(("authorization", token.as_str())),
            // A header of the same length, which nobody looks at: what it costs to make one is no part
            // of what is asked.
            _ => TestRequest::get()
                .uri("/public")
                .insert_header(("x-otherwise-so", token.as_str())),
        };
        // Every case brings it, and one looks at it.
        let request = request
            .insert_header(("x-forwarded-for", "192.0.2.1, 10.0.0.7"))
            .peer_addr("10.0.0.1:4711".parse().unwrap());
        let response = service.call(request.to_request()).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    std::process::exit(0);
}
