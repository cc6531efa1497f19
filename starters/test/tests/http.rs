//! The client, over a socket and in process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

extern crate savia_starter_test as savia;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::FutureExt;
use savia_core::dto;
use savia_starter_test::TestApp;
use savia_starter_web::{Body, Created, Form, Json, Path, controller, routes};
use serde_json::{Value, json};

/// A post to be.
#[dto]
struct NewPost {
    #[garde(length(min = 1, max = 20))]
    title: String,
}

/// A post.
#[dto]
struct Post {
    id: u64,
    title: String,
}

#[controller("/")]
struct TestController {
    #[value("greeting", default = "Hello".to_owned())]
    greeting: String,
}

#[routes]
impl TestController {
    /// What came in.
    #[get("/echo")]
    #[post("/echo")]
    #[put("/echo")]
    #[patch("/echo")]
    #[delete("/echo")]
    #[options("/echo")]
    async fn echo(&self, request: HttpRequest, body: Body) -> Json<Value> {
        let mut headers = BTreeMap::<_, Vec<_>>::new();
        for (name, value) in request.headers() {
            headers
                .entry(name.as_str())
                .or_default()
                .push(String::from_utf8_lossy(value.as_bytes()));
        }
        Json(json!({
            "method": request.method().as_str(),
            "path": request.path(),
            "query": request.query_string(),
            "headers": headers,
            "body": String::from_utf8_lossy(&body),
        }))
    }

    /// A greeting by name.
    #[get("/greetings/{name}")]
    async fn greet(&self, name: Path<String>) -> String {
        format!("{}, {}!", self.greeting, *name)
    }

    /// Makes a post.
    #[post("/posts")]
    async fn create(&self, new: Json<NewPost>) -> Created<Post> {
        Created::at(
            "/posts/1",
            Post {
                id: 1,
                title: new.into_inner().title,
            },
        )
    }

    /// Makes a post of a form.
    #[post("/forms")]
    async fn form(&self, new: Form<NewPost>) -> Created<Post> {
        Created::at(
            "/posts/2",
            Post {
                id: 2,
                title: new.into_inner().title,
            },
        )
    }

    /// Something long.
    #[get("/long")]
    async fn long(&self) -> String {
        "long ".repeat(10_000)
    }

    /// Lets somebody in.
    #[post("/session")]
    async fn log_in(&self) -> HttpResponse {
        let cookie = Cookie::build("session", "ada")
            .path("/")
            .http_only(true)
            .secure(true);
        HttpResponse::NoContent().cookie(cookie.finish()).finish()
    }

    /// Lets somebody out.
    #[delete("/session")]
    async fn log_out(&self) -> HttpResponse {
        let cookie = Cookie::build("session", "")
            .path("/")
            .max_age(Duration::ZERO);
        HttpResponse::NoContent().cookie(cookie.finish()).finish()
    }
}

/// Runs the same test over a socket and in process.
macro_rules! both_ways {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)*) => {
        $(mod $name {
            use super::*;

            async fn body($app: TestApp) $body

            #[savia::test]
            async fn over_tcp(app: TestApp) {
                body(app).await;
            }

            #[savia::test(in_process)]
            async fn in_process(app: TestApp) {
                body(app).await;
            }
        })*
    };
}

both_ways! {
    async fn a_request_arrives_as_it_was_written(app: TestApp) {
        let answer = app
            .put("/echo?a=1")
            .query("b", "x y&z")
            .query("a", 2)
            .header("x-one", "1")
            .header("x-one", "2")
            .bearer("the-token")
            .body("plain")
            .send()
            .await;
        answer.assert_status(200).assert_json_contains(json!({
            "method": "PUT",
            "path": "/echo",
            "query": "a=1&b=x+y%26z&a=2",
            "body": "plain",
            "headers": {
                "authorization": ["Bearer the-token"],
                "content-length": ["5"],
                "x-one": ["1", "2"],
            },
        }));
        let headers = answer.json::<Value>()["headers"].clone();
        for absent in ["accept-encoding", "user-agent", "content-type", "cookie"] {
            assert!(headers.get(absent).is_none(), "nobody asked for `{absent}`");
        }
    }

    async fn every_method_has_a_name(app: TestApp) {
        let echoed = |request: savia_starter_test::TestRequest| async {
            request.send().await.json::<Value>()["method"].clone()
        };
        assert_eq!(echoed(app.get("/echo")).await, "GET");
        assert_eq!(echoed(app.post("/echo")).await, "POST");
        assert_eq!(echoed(app.put("/echo")).await, "PUT");
        assert_eq!(echoed(app.patch("/echo")).await, "PATCH");
        assert_eq!(echoed(app.delete("/echo")).await, "DELETE");
        assert_eq!(echoed(app.options("/echo")).await, "OPTIONS");
        let head = app.head("/greetings/Ada").send().await;
        head.assert_status(200).assert_header("content-length", "11").assert_text("");
    }

    async fn bodies_have_their_type(app: TestApp) {
        app.post("/posts")
            .json(&json!({ "title": "Hello" }))
            .send()
            .await
            .assert_status(201)
            .assert_header("location", "/posts/1")
            .assert_json(json!({ "id": 1, "title": "Hello" }));
        app.post("/forms")
            .form(&[("title", "Hello & more")])
            .send()
            .await
            .assert_status(201)
            .assert_json_path("title", "Hello & more");
        let own = app.post("/echo").header("content-type", "application/merge-patch+json");
        own.json(&json!({}))
            .send()
            .await
            .assert_json_path("headers.content-type", ["application/merge-patch+json"]);
    }

    async fn problems_are_recognised(app: TestApp) {
        app.post("/posts")
            .json(&json!({ "title": "" }))
            .send()
            .await
            .assert_problem(422)
            .assert_violation("title", "length");
        app.get("/nowhere").send().await.assert_problem(404);
        app.get("/posts").send().await.assert_problem(405);
    }

    async fn paths_are_written_as_people_write_them(app: TestApp) {
        app.get("/greetings/Ada Lovelace").send().await.assert_text("Hello, Ada Lovelace!");
        app.get("/greetings/Zoë").send().await.assert_text("Hello, Zoë!");
    }

    async fn a_compressed_answer_is_read(app: TestApp) {
        let plain = "long ".repeat(10_000);
        app.get("/long").send().await.assert_no_header("content-encoding").assert_text(&plain);
        for encoding in ["gzip", "br", "zstd"] {
            let answer = app.get("/long").header("accept-encoding", encoding).send().await;
            answer.assert_header("content-encoding", encoding).assert_text(&plain);
            assert!(answer.raw_bytes().len() < 1_000);
        }
    }

    async fn a_client_keeps_cookies_when_asked(app: TestApp) {
        let client = app.client().header("x-client", "ada").keep_cookies();
        client.post("/session").send().await.assert_status(204);
        assert_eq!(client.cookie("session").as_deref(), Some("ada"));
        client
            .get("/echo")
            .cookie("theme", "dark")
            .send()
            .await
            .assert_json_path("headers.cookie", ["theme=dark; session=ada"])
            .assert_json_path("headers.x-client", ["ada"]);
        let other = app.get("/echo").send().await;
        assert!(other.json::<Value>()["headers"].get("cookie").is_none());
        client.delete("/session").send().await.assert_status(204);
        assert_eq!(client.cookie("session"), None);
    }

    async fn a_failed_assertion_shows_the_exchange(app: TestApp) {
        let title = json!({ "title": "" });
        let answer = app.post("/posts").json(&title).send().await;
        let failed = std::panic::catch_unwind(AssertUnwindSafe(|| {
            answer.assert_status(201);
        }));
        let text = *failed.unwrap_err().downcast::<String>().unwrap();
        assert!(
            text.starts_with(
                "expected status 201, got 422 Unprocessable Entity\n\n\
                 > POST /posts\n> content-type: application/json\n>\n> {\n>   \"title\": \"\"\n> }\n\n\
                 < 422 Unprocessable Entity\n<"
            ),
            "{text}"
        );
        assert!(text.contains("< content-type: application/problem+json"), "{text}");
        assert!(text.contains("<       \"field\": \"title\""), "{text}");
    }
}

#[savia::test]
async fn each_application_has_a_port_of_its_own() {
    let one = TestApp::builder().set("greeting", "Ciao").start().await;
    let other = TestApp::start().await;
    assert_ne!(one.address(), other.address());
    assert!(one.address().ip().is_loopback());
    assert_eq!(one.url("/x"), format!("http://{}/x", one.address()));
    one.get("/greetings/Ada")
        .send()
        .await
        .assert_text("Ciao, Ada!");
    other
        .get("/greetings/Ada")
        .send()
        .await
        .assert_text("Hello, Ada!");
    one.stop().await;
    other.get("/greetings/Ada").send().await.assert_status(200);
    let refused = AssertUnwindSafe(one.get("/greetings/Ada").send())
        .catch_unwind()
        .await;
    let text = *refused.unwrap_err().downcast::<String>().unwrap();
    assert!(
        text.starts_with("no answer came: ") && text.contains("tests/http.rs:"),
        "{text}"
    );
}

#[savia::test]
async fn requests_run_beside_one_another(app: TestApp) {
    let names: Vec<_> = (0..20).map(|number| format!("n{number}")).collect();
    let answers = names
        .iter()
        .map(|name| app.get(format!("/greetings/{name}")).send());
    let answers = futures_util::future::join_all(answers).await;
    for (name, answer) in names.iter().zip(answers) {
        answer.assert_text(format!("Hello, {name}!"));
    }
}

#[savia::test]
async fn bytes_are_sent_as_they_are(app: TestApp) {
    let sent = async |bytes: &[u8]| String::from_utf8(app.raw(bytes).await).unwrap();
    let answer = sent(b"GET /greetings/Ada HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nHello, Ada!"), "{answer}");
    let answer = sent(b"what?\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    app.get("/greetings/Ada").send().await.assert_status(200);
}

#[test]
fn a_plain_tokio_runtime_will_do() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for builder in [TestApp::builder(), TestApp::builder().in_process()] {
            let app = builder.start().await;
            app.get("/greetings/Ada")
                .send()
                .await
                .assert_text("Hello, Ada!");
            app.stop().await;
        }
    });
}

#[savia::test(in_process)]
async fn in_process_there_is_no_address(app: TestApp) {
    let asked = std::panic::catch_unwind(AssertUnwindSafe(|| app.address()));
    let text = *asked.unwrap_err().downcast::<&str>().unwrap();
    assert_eq!(
        text,
        "an application in process listens nowhere; leave `in_process` out for a socket"
    );
}

#[savia::test(config("server.enabled" = false))]
async fn a_server_that_is_off_is_said_to_be(app: TestApp) {
    let asked = AssertUnwindSafe(app.get("/").send()).catch_unwind().await;
    let text = *asked.unwrap_err().downcast::<String>().unwrap();
    assert!(
        text.starts_with(
            "no answer came: this application serves no HTTP: `server.enabled` is false"
        ),
        "{text}"
    );
}
