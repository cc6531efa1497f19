//! Requests that want more than they show: fields that nobody asked for, lines in headers, sizes, slowness.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::application::{EMAIL, PASSWORD, Pair, site};

#[tokio::test]
async fn fields_that_nobody_asked_for_give_nothing() {
    let site = site(&[]).await;
    for (at, more) in [
        json!({ "roles": ["ADMIN"] }),
        json!({ "permissions": ["*"] }),
        json!({ "verified": true, "enabled": true }),
        json!({ "id": "1", "password_hash": "x" }),
        json!({ "user": { "roles": ["ADMIN"] } }),
        json!({ "__proto__": { "roles": ["ADMIN"] } }),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("mallory{at}@example.com");
        let mut body = json!({ "email": email, "password": PASSWORD });
        for (name, value) in more.as_object().unwrap() {
            body[name.as_str()] = value.clone();
        }
        let answer = site.post_json("/auth/register", body).await;
        if answer.status() == 201 {
            let pair = Pair::of(&answer);
            let me: Value = site
                .get("/auth/me")
                .bearer(&pair.access)
                .send()
                .await
                .json();
            assert_eq!(
                (&me["roles"], &me["permissions"]),
                (&json!([]), &json!([])),
                "{me}"
            );
            assert_eq!(me["verified"], false, "{me}");
            let admin = site.get("/notes/admin").bearer(&pair.access).send().await;
            admin.assert_problem(403);
        } else {
            answer.assert_problem(422);
        }
    }
}

#[tokio::test]
async fn a_member_that_stands_twice_is_refused() {
    let site = site(&[]).await;
    site.registered().await;
    let body = format!(
        "{{\"email\":\"{EMAIL}\",\"email\":\"eve@example.com\",\"password\":\"{PASSWORD}\"}}"
    );
    let request = site
        .post("/auth/login")
        .header("content-type", "application/json");
    let answer = request.body(body).send().await;
    assert!((400..500).contains(&answer.status()), "{}", answer.status());
}

#[tokio::test]
async fn lines_in_what_is_said_back_do_not_become_headers() {
    let site = site(&[]).await;
    for (name, value) in [
        ("x-request-id", "a%0d%0aset-cookie: a=b"),
        ("x-request-id", "a\tset-cookie: a=b"),
        ("origin", "https://a.example%0d%0aset-cookie: a=b"),
        (
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01%0d%0aset-cookie: a=b",
        ),
    ] {
        let answer = site.get("/notes/public").header(name, value).send().await;
        answer.assert_no_header("set-cookie");
    }
    // A line of its own is another header or none, and says nothing back.
    let head = "GET /notes/public HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-request-id: a\n set-cookie: a=b\r\n\r\n";
    let answer = String::from_utf8_lossy(&site.raw(head).await).to_lowercase();
    assert!(!answer.contains("\nset-cookie"), "{answer}");
}

#[tokio::test]
async fn two_lengths_are_no_way_to_smuggle_a_request() {
    let site = site(&[]).await;
    let smuggled = "GET /notes/admin HTTP/1.1\r\nhost: a\r\n\r\n";
    for lengths in [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
        "content-length: 4\r\ncontent-length: 40\r\n",
        "transfer-encoding: identity, chunked\r\ncontent-length: 4\r\n",
        "transfer-encoding : chunked\r\ncontent-length: 4\r\n",
        "content-length: +4\r\n",
        "content-length: 0x4\r\n",
    ] {
        let head = format!(
            "POST /notes HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{lengths}\r\n0\r\n\r\n{smuggled}"
        );
        let answer = String::from_utf8_lossy(&site.raw(&head).await).into_owned();
        assert!(
            answer.matches("HTTP/1.1 ").count() <= 1,
            "{lengths}: {answer}"
        );
        assert!(!answer.contains("the admin's"), "{lengths}: {answer}");
    }
}

#[tokio::test]
async fn headers_that_are_too_large_or_too_many() {
    let site = site(&[]).await;
    let large = format!("x-large: {}\r\n", "a".repeat(200 * 1024));
    let many: String = (0..300).map(|at| format!("x-{at}: a\r\n")).collect();
    let cookies = format!("cookie: {}\r\n", "a=b; ".repeat(40_000));
    for lines in [large, many, cookies] {
        let head = format!("GET /notes HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{lines}\r\n");
        let answer = site.raw(&head).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    site.get("/notes/public").send().await.assert_status(200);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let site = site(&[]).await;
    let head = format!(
        "POST /auth/login HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{{",
        u64::MAX / 2
    );
    let answer = String::from_utf8_lossy(&site.raw(&head).await).into_owned();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_with_headers_or_body_does_not_keep_others_waiting() {
    let site = site(&[
        ("server.client_request_timeout", json!("300ms")),
        ("server.request_timeout", json!("500ms")),
    ])
    .await;
    let address = site.address();
    let slow = |start: &'static str| {
        std::thread::spawn(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream
                .set_read_timeout(Some(Duration::from_secs(20)))
                .unwrap();
            stream.write_all(start.as_bytes()).unwrap();
            let since = Instant::now();
            while since.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(50));
                if stream.write_all(b"a").is_err() {
                    break;
                }
                let mut byte = [0];
                stream.set_nonblocking(true).unwrap();
                let seen = stream.read(&mut byte);
                stream.set_nonblocking(false).unwrap();
                if seen.is_ok() {
                    break;
                }
            }
            since.elapsed()
        })
    };
    let headers: Vec<_> = (0..20)
        .map(|_| slow("GET /notes HTTP/1.1\r\nhost: a\r\nx: "))
        .collect();
    let bodies: Vec<_> = (0..20)
        .map(|_| {
            slow(
                "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                 content-length: 4000\r\n\r\n",
            )
        })
        .collect();
    site.get("/notes/public").send().await.assert_status(200);
    for thread in headers.into_iter().chain(bodies) {
        let held = thread.join().unwrap();
        assert!(held < Duration::from_secs(8), "{held:?}");
    }
}
