//! Compression.

use actix_http::encoding::Decoder;
use actix_http::error::PayloadError;
use actix_web::http::header::ContentEncoding;
use actix_web::web::Bytes;
use futures_util::StreamExt;
use savia_starter_web::actix_web;
use serde_json::json;

use crate::application::text;
use crate::support::{Reply, start};

/// The body as a client of this encoding reads it.
async fn decoded(reply: &Reply, encoding: ContentEncoding) -> String {
    let body = Bytes::from(reply.body.clone());
    let source = futures_util::stream::iter([Ok::<_, PayloadError>(body)]);
    let mut decoder = Decoder::new(source, encoding);
    let mut bytes = Vec::new();
    while let Some(part) = decoder.next().await {
        bytes.extend_from_slice(&part.unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn answers_have_the_encoding_their_client_likes_best() {
    let server = start([]).await;
    for (accepted, encoding) in [
        ("br", ContentEncoding::Brotli),
        ("gzip", ContentEncoding::Gzip),
        ("zstd", ContentEncoding::Zstd),
        ("gzip, deflate, br;q=0.1, zstd;q=0.2", ContentEncoding::Gzip),
    ] {
        for (path, size) in [
            ("/text/1024", 1024),
            ("/text/50000", 50_000),
            ("/stream", 4000),
        ] {
            let reply = server.get(path, &[("Accept-Encoding", accepted)]);
            assert_eq!(reply.status, 200);
            assert_eq!(
                reply.header("content-encoding"),
                Some(encoding.as_str()),
                "{path}"
            );
            assert_eq!(reply.list("vary"), "accept-encoding", "{path}");
            assert!(reply.body.len() < size / 2, "{path}: {}", reply.body.len());
            let body = decoded(&reply, encoding).await;
            let wanted = if path == "/stream" {
                text(1000).repeat(4)
            } else {
                text(size)
            };
            assert!(body == wanted, "{accepted} {path}");
        }
    }
    // The bytes are others now, so the tag is a weak one.
    let reply = server.get("/text/4000", &[("Accept-Encoding", "gzip")]);
    assert_eq!(reply.header("etag"), Some("W/\"v1\""));
}

#[tokio::test]
async fn what_does_not_shrink_or_must_not_change_is_sent_as_it_is() {
    let server = start([]).await;
    for (path, accepted, size) in [
        ("/text/1023", "gzip", 1023),
        ("/text/4000", "", 4000),
        ("/text/4000", "identity", 4000),
        ("/text/4000", "lzma", 4000),
        ("/plain/4000", "gzip", 4000),
        ("/picture", "gzip", 4000),
        ("/original", "gzip", 4000),
        ("/part", "gzip", 4000),
    ] {
        let headers = [("Accept-Encoding", accepted)];
        let reply = server.get(path, if accepted.is_empty() { &[] } else { &headers });
        let case = format!("{path} {accepted}");
        assert_eq!(reply.header("content-encoding"), None, "{case}");
        assert_eq!(
            reply.header("content-length"),
            Some(&*size.to_string()),
            "{case}"
        );
        assert_eq!(reply.text(), text(size), "{case}");
    }
    let reply = server.send("HEAD", "/text/4000", &[("Accept-Encoding", "gzip")]);
    assert_eq!(reply.header("content-length"), Some("4000"));
    assert_eq!(reply.header("content-encoding"), None);
}

#[tokio::test]
async fn compression_is_as_configured() {
    let server = start([("server.compression", json!(false))]).await;
    let reply = server.get("/text/4000", &[("Accept-Encoding", "gzip")]);
    assert_eq!(reply.header("content-encoding"), None);

    let server = start([("server.compression_min_size", json!("100B"))]).await;
    let reply = server.get("/text/100", &[("Accept-Encoding", "gzip")]);
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert_eq!(decoded(&reply, ContentEncoding::Gzip).await, text(100));
}
