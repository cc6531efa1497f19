//! Who may is decided before the body is read.

use crate::support::start;

#[tokio::test]
async fn a_secured_route_asks_before_the_body_is_read() {
    let server = start([]).await;
    let send = |permission: Option<&str>, kind: &str| {
        let mut headers = vec![("Content-Type", kind), ("Content-Length", "0")];
        headers.extend(permission.map(|it| ("X-Permission", it)));
        server.send("POST", "/secured", &headers).problem()["status"].clone()
    };
    // The body is wrong in every one; only who may comes as far as to hear it.
    assert_eq!(send(None, "text/plain"), 401);
    assert_eq!(send(Some("pages:read"), "text/plain"), 403);
    assert_eq!(send(Some("pages:write"), "text/plain"), 415);
    assert_eq!(send(Some("pages:write"), "application/json"), 400);
}
