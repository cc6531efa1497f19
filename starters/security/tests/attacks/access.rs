//! Ways around the door.

use savia_starter_web::actix_web::http::Method;
use serde_json::{Value, json};

use crate::application::{EMAIL, PASSWORD, site};
use crate::forge::Forge;

#[tokio::test]
async fn a_route_that_says_nothing_is_closed() {
    let site = site(&[]).await;
    let answer = site.get("/notes").send().await;
    answer
        .assert_problem(401)
        .assert_header("www-authenticate", "Bearer");
    site.request(Method::HEAD, "/notes")
        .send()
        .await
        .assert_status(401);
    site.get("/notes/public")
        .send()
        .await
        .assert_status(200)
        .assert_text("nobody");
}

#[tokio::test]
async fn what_is_not_there_does_not_show() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    for (method, path) in [
        (Method::GET, "/nothing"),
        (Method::DELETE, "/notes"),
        (Method::OPTIONS, "/notes"),
        (Method::TRACE, "/"),
        (Method::GET, "/notes/admin/deeper"),
        (Method::POST, "/.env"),
        (Method::PUT, "/auth/login"),
    ] {
        let anonymous = site.request(method.clone(), path).send().await;
        anonymous.assert_status(401);
        let known = site.request(method, path).bearer(&pair.access).send().await;
        assert!(
            [204, 404, 405].contains(&known.status()),
            "{path}: {}",
            known.status()
        );
    }
}

#[tokio::test]
async fn other_spellings_of_a_closed_path() {
    let site = site(&[]).await;
    for path in [
        "/notes/",
        "//notes",
        "/./notes",
        "/notes/.",
        "/NOTES",
        "/notes;a=b",
        "/notes%2f",
        "/%6eotes",
        "/notes%00",
        "/notes/public/../admin",
        "/notes/public%2f..%2fadmin",
        "/notes/public/..;/admin",
        "/notes/admin/",
        "/notes//admin",
        "/notes/%61dmin",
        "/notes/public/",
        "/notes\\admin",
        "/notes/admin?public",
        "/notes/admin%3f",
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        let answer = String::from_utf8_lossy(&site.raw(head).await).into_owned();
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["400", "401"].contains(&status), "{path}: {answer}");
        assert!(!answer.contains("the admin's"), "{path}");
    }
}

#[tokio::test]
async fn the_body_is_not_read_before_it_is_known_who_calls() {
    let site = site(&[]).await;
    for body in ["", "{", "{\"text\":1}"] {
        let request = site
            .post("/notes")
            .header("content-type", "application/json")
            .body(body);
        request.send().await.assert_status(401);
    }
    // It promises a body and never sends it.
    let head = "POST /notes HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\nconnection: close\r\n\r\n";
    let answer = String::from_utf8_lossy(&site.raw(head).await).into_owned();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let pair = site.registered().await;
    let request = site
        .post("/notes/admin")
        .bearer(&pair.access)
        .header("content-type", "application/json");
    request.body("{").send().await.assert_status(403);
}

#[tokio::test]
async fn a_method_by_another_name() {
    let site = site(&[]).await;
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        site.get("/notes/public")
            .header(name, "POST")
            .send()
            .await
            .assert_text("nobody");
        site.post("/notes/public")
            .header(name, "GET")
            .send()
            .await
            .assert_status(401);
    }
    site.post("/notes/public")
        .query("_method", "GET")
        .send()
        .await
        .assert_status(401);
}

#[tokio::test]
async fn headers_that_claim_to_come_from_inside() {
    let site = site(&[]).await;
    for (name, value) in [
        ("x-original-url", "/notes/public"),
        ("x-rewrite-url", "/notes/public"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-user-id", "1"),
        ("x-forwarded-user", "admin"),
        ("x-remote-user", "admin"),
        ("host", "localhost"),
        ("x-forwarded-prefix", "/notes/public"),
        ("forwarded", "for=127.0.0.1"),
    ] {
        site.get("/notes/admin")
            .header(name, value)
            .send()
            .await
            .assert_status(401);
    }
}

#[tokio::test]
async fn a_role_or_permission_that_is_not_held() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = |name: &str, value: Value| forge.with_claim(name, value);
    let check = async |path: &str, token: String, status: u16| {
        let answer = site.get(path).bearer(&token).send().await;
        assert_eq!(answer.status(), status, "{path}");
    };
    check("/notes/admin", token("roles", json!(["USER"])), 403).await;
    check(
        "/notes/admin",
        token("roles", json!(["admin", "ADMIN "])),
        403,
    )
    .await;
    check(
        "/notes/admin",
        token("permissions", json!(["ADMIN", "*"])),
        403,
    )
    .await;
    check("/notes/admin", token("scope", json!("ADMIN")), 403).await;
    check("/notes/admin", token("roles", json!(["ADMIN"])), 200).await;
    check(
        "/notes/write",
        token("permissions", json!(["notes:read"])),
        403,
    )
    .await;
    check(
        "/notes/write",
        token("permissions", json!(["notes*", "note:*", "*:write"])),
        403,
    )
    .await;
    check("/notes/write", token("roles", json!(["notes:write"])), 403).await;
    check(
        "/notes/write",
        token("permissions", json!(["notes:*"])),
        200,
    )
    .await;
    check("/notes/write", token("permissions", json!(["*"])), 200).await;
}

#[tokio::test]
async fn a_denial_says_nothing_of_what_is_there() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let answer = site.get("/notes/admin").bearer(&pair.access).send().await;
    answer
        .assert_problem(403)
        .assert_json_path("detail", "this is not allowed");
    assert!(!answer.text().contains("ADMIN"));
}

#[tokio::test]
async fn more_members_than_are_asked_for() {
    let site = site(&[]).await;
    for extra in [
        "roles",
        "permissions",
        "verified",
        "enabled",
        "id",
        "is_admin",
    ] {
        let mut body = crate::application::credentials(EMAIL, PASSWORD);
        body[extra] = json!(["ADMIN"]);
        let answer = site.post_json("/auth/register", body).await;
        assert!(
            [400, 422].contains(&answer.status()),
            "{extra}: {}",
            answer.status()
        );
    }
    let pair = site.registered().await;
    site.get("/auth/me")
        .bearer(&pair.access)
        .send()
        .await
        .assert_json_path("roles", json!([]));
}

#[tokio::test]
async fn documentation_outside_of_development() {
    let closed = site(&[("docs.enabled", json!("true"))]).await;
    for path in ["/openapi.json", "/docs", "/"] {
        closed.get(path).send().await.assert_status(401);
    }
}

#[tokio::test]
async fn a_starter_that_is_off_leaves_no_secured_route_open() {
    let folder = tempfile::tempdir().unwrap();
    let started = crate::application::builder(&folder)
        .set("security.enabled", false)
        .try_start()
        .await;
    let report = started.unwrap_err().report(false);
    assert!(report.contains("`#[secured]`"), "{report}");
}
