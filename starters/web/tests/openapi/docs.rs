//! `/docs`, `/openapi.json` and the start page, served.

use savia_core::config::Sources;
use savia_starter_test::TestApp;
use serde_json::{Value, json};

async fn start(profile: &str, apps: &[&str], settings: &[(&str, Value)]) -> TestApp {
    let mut builder = TestApp::builder()
        .sources(Sources::in_dir("/nowhere"))
        .profile(profile)
        .in_process()
        .set("name", "shop")
        .set("installed_apps", json!(apps));
    for (key, value) in settings {
        builder = builder.set(*key, value.clone());
    }
    builder.start().await
}

#[actix_web::test]
async fn swagger_ui_and_its_document_are_served() {
    let app = start("dev", &["notes"], &[]).await;
    let page = app.get("/docs").send().await;
    page.assert_status(200)
        .assert_header("content-type", "text/html; charset=utf-8")
        .assert_text_contains("<title>shop</title>");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    // Everything that the page asks for is there, and of its type.
    for (file, content_type, start) in [
        ("docs/swagger-ui.css", "text/css", ".swagger-ui"),
        ("docs/index.css", "text/css", "html"),
        ("docs/swagger-ui-bundle.js", "text/javascript", "/*!"),
        ("docs/initializer.js", "text/javascript", "//"),
    ] {
        assert!(page.text().contains(file), "{file}");
        let asset = app.get(format!("/{file}")).send().await;
        asset
            .assert_status(200)
            .assert_header("content-type", content_type);
        assert!(
            asset.text().starts_with(start),
            "{file}: {:.40}",
            asset.text()
        );
    }
    let icon = app.get("/docs/favicon-32x32.png").send().await;
    icon.assert_status(200)
        .assert_header("content-type", "image/png");
    app.get("/docs/index.html").send().await.assert_problem(404);

    let document = app.get("/openapi.json").send().await;
    document
        .assert_status(200)
        .assert_header("content-type", "application/json")
        .assert_json_path("openapi", "3.1.0")
        .assert_json_path("info.title", "shop")
        .assert_json_path("paths./notes.post.summary", "Keeps a note");
    app.stop().await;
}

#[actix_web::test]
async fn what_a_browser_has_it_does_not_get_again() {
    let app = start("dev", &["notes"], &[]).await;
    for path in ["/openapi.json", "/docs/swagger-ui-bundle.js"] {
        let first = app.get(path).send().await;
        first
            .assert_status(200)
            .assert_header("cache-control", "no-cache");
        let tag = first.header("etag").unwrap();
        let again = app.get(path).header("if-none-match", tag).send().await;
        again
            .assert_status(304)
            .assert_header("etag", tag)
            .assert_text("");
        let weak = format!("\"other\", W/{tag}");
        app.get(path)
            .header("if-none-match", weak)
            .send()
            .await
            .assert_status(304);
        app.get(path)
            .header("if-none-match", "\"other\"")
            .send()
            .await
            .assert_status(200);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_client_without_gzip_gets_the_files_unpacked() {
    let app = start("dev", &["notes"], &[]).await;
    let get = |accepted| {
        app.get("/docs/swagger-ui.css")
            .header("accept-encoding", accepted)
    };
    let packed = get("gzip").send().await;
    packed.assert_header("content-encoding", "gzip");
    let plain = get("identity").send().await;
    plain.assert_no_header("content-encoding");
    let refused = get("gzip;q=0").send().await;
    refused.assert_no_header("content-encoding");
    assert!(packed.raw_bytes().len() < plain.raw_bytes().len());
    assert_eq!(packed.text(), plain.text());
    assert_eq!(refused.text(), plain.text());
    app.stop().await;
}

#[actix_web::test]
async fn the_documentation_is_off_in_prod_unless_asked_for() {
    async fn status(profile: &str, enabled: Option<Value>) -> u16 {
        let settings: Vec<_> = enabled.into_iter().map(|it| ("docs.enabled", it)).collect();
        let app = start(profile, &["notes"], &settings).await;
        let status = app.get("/docs").send().await.status();
        assert_eq!(app.get("/openapi.json").send().await.status(), status);
        app.stop().await;
        status
    }
    assert_eq!(status("dev", None).await, 200);
    assert_eq!(status("staging", None).await, 200);
    assert_eq!(status("prod", None).await, 404);
    assert_eq!(status("prod", Some(json!("auto"))).await, 404);
    assert_eq!(status("prod", Some(json!(true))).await, 200);
    assert_eq!(status("dev", Some(json!(false))).await, 404);
}

#[actix_web::test]
async fn a_new_application_has_a_first_page_in_dev() {
    let app = start("dev", &["notes"], &[("name", json!("a <b>"))]).await;
    app.get("/")
        .send()
        .await
        .assert_status(200)
        .assert_text_contains("a &lt;b&gt; is running")
        .assert_text_contains("href=\"docs\"")
        .assert_text_contains("<td>POST</td><td>/notes</td><td>NoteController::keep</td>");
    app.stop().await;
    let app = start("dev", &["notes"], &[("docs.enabled", json!(false))]).await;
    let page = app.get("/").send().await;
    assert!(!page.text().contains("href=\"docs\""), "{}", page.text());
    app.stop().await;
    let app = start("test", &["notes"], &[]).await;
    app.get("/").send().await.assert_problem(404);
    app.stop().await;
}

#[actix_web::test]
async fn the_applications_own_pages_beat_savias() {
    let app = start("dev", &["home"], &[]).await;
    app.get("/").send().await.assert_text("<p>my own</p>");
    app.get("/docs").send().await.assert_text("my own docs");
    app.get("/openapi.json").send().await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn routes_answer_what_their_document_says() {
    let app = start("test", &["orders", "guard"], &[]).await;
    app.get("/orders")
        .query("lines", 1)
        .send()
        .await
        .assert_json_path("page.total_elements", 1);
    app.get("/orders")
        .query("lines", 0)
        .send()
        .await
        .assert_problem(400);
    app.get("/orders/1").send().await.assert_json_path("id", 1);
    app.get("/orders/2").send().await.assert_problem(404);
    app.get("/orders/x").send().await.assert_problem(400);
    app.get("/orders/count").send().await.assert_text("1");
    app.get("/orders/of/2026-11")
        .send()
        .await
        .assert_text("2026-11");
    app.get("/orders/from/de/ulm")
        .send()
        .await
        .assert_json(json!({ "ulm": 1 }));
    let review = app.post("/orders/7/review");
    review.send().await.assert_status(202).assert_json(7);
    app.delete("/orders/7").send().await.assert_status(204);
    let create = || app.post("/orders").header("idempotency-key", "1");
    create()
        .json(&json!({ "lines": [{ "article": "tea", "count": 2 }] }))
        .send()
        .await
        .assert_status(201)
        .assert_header("location", "/orders/2");
    let refused = create()
        .json(&json!({ "lines": [{ "article": "", "count": 2 }] }))
        .send()
        .await;
    refused
        .assert_problem(422)
        .assert_violation("lines[0].article", "length");
    // Nothing is in a problem that its schema does not name.
    let document: Value = app.get("/openapi.json").send().await.json();
    let schema = &document["components"]["schemas"]["Problem"];
    let problem: Value = refused.json();
    for (member, _) in problem.as_object().unwrap() {
        assert!(schema["properties"].get(member).is_some(), "{member}");
    }
    for member in schema["required"].as_array().unwrap() {
        assert!(problem.get(member.as_str().unwrap()).is_some(), "{member}");
    }
    app.stop().await;
}
