//! What is wrong with a body, whatever it should hold: type, size, syntax, bytes.

use crate::http::{post, request};
use crate::{Case, bad};

/// `POST path` with a body of JSON.
pub(crate) fn json(path: &str, body: &str) -> Vec<u8> {
    post(path, "application/json", body.as_bytes())
}

pub(crate) fn types() -> Vec<Case> {
    let mut cases = Vec::new();
    for content_type in [
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "application/jsonp",
        "application/json5",
        "image/svg+xml",
        "json",
        "*/*",
        "",
        ";",
        "application/json; charset=utf-16",
        "application/json; charset=latin1",
    ] {
        let what = format!("JSON as {content_type:?}");
        cases.push(bad(
            what,
            post("/value", content_type, b"{}"),
            415,
            &["application/json"],
        ));
    }
    let untyped = request("POST", "/value", "Content-Length: 2\r\n", b"{}");
    cases.push(bad(
        "a body without a type",
        untyped,
        415,
        &["application/json"],
    ));
    let form = |content_type| post("/form", content_type, b"email=a@b.c&age=20");
    cases.push(bad(
        "a form as JSON",
        form("application/json"),
        415,
        &["urlencoded"],
    ));
    cases.push(bad(
        "a form as text",
        form("text/plain"),
        415,
        &["urlencoded"],
    ));
    let optional = post("/maybe", "text/plain", b"{}");
    cases.push(bad(
        "an optional body of another type",
        optional,
        415,
        &["application/json"],
    ));
    for encoding in ["gzip", "br", "deflate", "zstd", "banana", "gzip, identity"] {
        let headers = format!(
            "Content-Type: application/json\r\nContent-Encoding: {encoding}\r\nContent-Length: 2\r\n"
        );
        let encoded = request("POST", "/value", &headers, b"{}");
        cases.push(bad(
            format!("encoded as {encoding}"),
            encoded,
            415,
            &["encoded"],
        ));
    }
    cases
}

pub(crate) fn sizes() -> Vec<Case> {
    let large = format!("\"{}\"", "a".repeat(5_000));
    let declared = "Content-Type: application/json\r\nContent-Length: 10000000000\r\n";
    let chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len());
    let short = "Content-Type: application/json\r\nContent-Length: 10\r\n";
    vec![
        bad(
            "larger than the server's limit",
            json("/value", &large),
            413,
            &["\"limit\":4096"],
        ),
        bad(
            "larger than the route's limit",
            json("/small", &large[..65]),
            413,
            &["\"limit\":64"],
        ),
        bad(
            "announced larger",
            request("POST", "/value", declared, b""),
            413,
            &["4096"],
        ),
        bad(
            "announced larger, small",
            request("POST", "/value", declared, b"{}"),
            413,
            &["4096"],
        ),
        bad(
            "chunks larger than the limit",
            request("POST", "/value", chunked, chunk(&large).as_bytes()),
            413,
            &["4096"],
        ),
        bad(
            "text larger than the limit",
            post("/text", "text/plain", large.as_bytes()),
            413,
            &[],
        ),
        bad(
            "bytes larger than the limit",
            post("/bytes", "a/b", large.as_bytes()),
            413,
            &[],
        ),
        bad(
            "a form larger than the limit",
            post(
                "/form",
                "application/x-www-form-urlencoded",
                large.as_bytes(),
            ),
            413,
            &[],
        ),
        bad(
            "an optional body that is larger",
            json("/maybe", &large),
            413,
            &[],
        ),
        bad(
            "shorter than announced",
            request("POST", "/value", short, b"{}"),
            400,
            &["ended"],
        ),
        bad(
            "nothing of what was announced",
            request("POST", "/value", short, b""),
            400,
            &[],
        ),
        bad(
            "chunks without end",
            request("POST", "/value", chunked, b"2\r\n{}"),
            400,
            &[],
        ),
        bad(
            "a chunk of no size",
            request("POST", "/value", chunked, b"x\r\n{}\r\n"),
            400,
            &[],
        ),
        bad(
            "a chunk of a negative size",
            request("POST", "/value", chunked, b"-2\r\n{}\r\n"),
            400,
            &[],
        ),
        bad(
            "no body",
            request("POST", "/value", "", b""),
            400,
            &["there is none"],
        ),
        bad("an empty body", json("/value", ""), 400, &["empty"]),
        bad(
            "an empty chunked body",
            request("POST", "/value", chunked, b"0\r\n\r\n"),
            400,
            &["empty"],
        ),
        bad(
            "an optional body of blanks",
            json("/maybe", " "),
            400,
            &["\"line\":1"],
        ),
    ]
}

pub(crate) fn json_syntax() -> Vec<Case> {
    let mut cases = Vec::new();
    for (body, column) in [
        ("{", 1),
        ("}", 1),
        ("[", 1),
        ("]", 1),
        ("[1", 2),
        ("[1,", 3),
        ("[1,]", 4),
        ("[,1]", 2),
        ("[1 2]", 4),
        ("[1}", 3),
        ("{\"a\"}", 5),
        ("{\"a\":}", 6),
        ("{\"a\":1,}", 8),
        ("{\"a\":1", 6),
        ("{\"a\":1 \"b\":2}", 8),
        ("{a:1}", 2),
        ("{'a':1}", 2),
        ("{1:1}", 2),
        ("\"", 1),
        ("\"a", 2),
        ("'a'", 1),
        ("\"\\x\"", 3),
        ("\"\\u12\"", 6),
        ("\"\\ud800\"", 8),
        ("\"\\", 2),
        ("nul", 3),
        ("nulll", 5),
        ("True", 1),
        ("NaN", 1),
        ("Infinity", 1),
        ("-Infinity", 2),
        ("undefined", 1),
        ("01", 2),
        ("1.", 2),
        (".5", 1),
        ("+1", 1),
        ("-", 1),
        ("1e", 2),
        ("0x10", 2),
        ("1_000", 2),
        ("{} {}", 4),
        ("{}x", 3),
        ("1 2", 3),
        ("// a\n1", 1),
        ("/* a */ 1", 1),
        ("<a/>", 1),
        ("title=a&body=b", 2),
        (" ", 1),
        ("\"\t\"", 2),
    ] {
        let says = format!("\"column\":{column},");
        let case = bad(
            format!("{body:?}"),
            json("/value", body),
            400,
            &["\"line\":", &says],
        );
        cases.push(case);
    }
    let lines = json("/value", "{\n  \"a\": 1,\n  \"b\" 2\n}");
    cases.push(bad(
        "on the third line",
        lines,
        400,
        &["\"line\":3", "\"column\":7"],
    ));
    for (what, body) in [
        ("arrays without end", "[".repeat(3_000)),
        ("objects without end", "{\"a\":".repeat(600)),
        (
            "arrays too deep",
            format!("{}{}", "[".repeat(2_000), "]".repeat(2_000)),
        ),
    ] {
        cases.push(bad(what, json("/value", &body), 400, &["recursion limit"]));
    }
    let deep = "{\"email\":\"a@b.c\",\"name\":\"a\",\"friends\":[".repeat(90);
    let typed = json(
        "/posts",
        &format!("{{\"title\":\"a\",\"body\":\"b\",\"author\":{deep}"),
    );
    cases.push(bad(
        "objects of a type without end",
        typed,
        400,
        &["\"line\":1"],
    ));
    cases
}

pub(crate) fn json_bytes() -> Vec<Case> {
    let mut cases = Vec::new();
    for (what, body) in [
        ("a byte that is no UTF-8", &b"\"\xff\""[..]),
        ("half a character", b"\"\xc3\""),
        ("a character that is too long", b"\"\xc0\xaf\""),
        ("half of a pair", b"\"\xed\xa0\x80\""),
        ("a key that is no UTF-8", b"{\"\xff\":1}"),
        ("a byte order mark", b"\xef\xbb\xbf{}"),
        ("UTF-16", b"\xff\xfe{\0}\0"),
        ("UTF-32", b"{\0\0\0}\0\0\0"),
        ("a NUL", b"\0"),
        ("a NUL behind", b"{}\0"),
        ("a NUL in a string", b"\"a\0b\""),
        ("a line break in a string", b"\"a\nb\""),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("MessagePack", b"\x81\xa1a\x01"),
    ] {
        cases.push(bad(
            what,
            post("/value", "application/json", body),
            400,
            &["not valid JSON"],
        ));
    }
    let named = b"{\"title\":\"\xff\",\"body\":\"b\"}";
    let typed = post("/posts", "application/json", named);
    cases.push(bad(
        "a field that is no UTF-8",
        typed,
        400,
        &["not valid JSON"],
    ));
    cases
}

pub(crate) fn forms_and_text() -> Vec<Case> {
    let form = |body: &[u8]| post("/form", "application/x-www-form-urlencoded", body);
    let mut cases = Vec::new();
    for (body, field, code) in [
        ("", "email", "required"),
        ("email=a@b.c", "age", "required"),
        ("age=20", "email", "required"),
        ("email=a@b.c&age=x", "age", "type"),
        ("email=a@b.c&age=-1", "age", "type"),
        ("email=a@b.c&age=300", "age", "range"),
        ("email=a@b.c&age=", "age", "type"),
        ("email=a@b.c&age=20&age=21", "age", "duplicate"),
        ("email=a@b.c&age=20&admin=true", "admin", "unknown_field"),
        ("email=a&age=20", "email", "email"),
        ("email=a@b.c&age=17", "age", "range"),
    ] {
        let says = [
            format!("\"field\":\"{field}\""),
            format!("\"code\":\"{code}\""),
        ];
        cases.push(bad(
            format!("form {body:?}"),
            form(body.as_bytes()),
            422,
            &[&says[0], &says[1]],
        ));
    }
    for body in [&b"email=%zz"[..], b"email=%", b"email=%FF", b"email=\xff"] {
        let what = format!("form {:?}", String::from_utf8_lossy(body));
        cases.push(bad(what, form(body), 400, &["the body"]));
    }
    let text = post("/text", "text/plain", b"\xff\xfe");
    cases.push(bad("text that is no UTF-8", text, 400, &["UTF-8"]));
    cases
}
