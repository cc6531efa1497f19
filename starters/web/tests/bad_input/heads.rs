//! What is wrong before the body: lines, headers, routes, paths, queries.

use crate::http::{get, request};
use crate::{Case, Wanted, bad};

/// What actix-http refuses before the application sees it.
fn unheard(what: &str, request: impl Into<Vec<u8>>, status: u16) -> Case {
    Case {
        what: what.to_owned(),
        request: request.into(),
        wanted: Wanted::Unheard(status),
    }
}

pub(crate) fn lines_and_headers() -> Vec<Case> {
    let head = |lines: &str| format!("{lines}\r\n\r\n");
    let many = (0..200)
        .map(|at| format!("x-{at}: y\r\n"))
        .collect::<String>();
    let post = |headers: &str, body: &str| {
        format!(
            "POST /value HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                 Content-Type: application/json\r\n{headers}\r\n\r\n{body}"
        )
    };
    vec![
        unheard("no HTTP at all", "hello\r\n\r\n", 400),
        unheard(
            "a TLS greeting",
            &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
            400,
        ),
        unheard("bytes", &b"\x00\xff\xfe\r\n\r\n"[..], 400),
        unheard("no version", head("GET /posts/3"), 400),
        unheard(
            "a version of the future",
            head("GET /posts/3 HTTP/9.9"),
            400,
        ),
        unheard("half a version", head("GET /posts/3 HTTP/1."), 400),
        unheard("a method of no letters", head("G(T /posts/3 HTTP/1.1"), 400),
        unheard("no path", head("GET  HTTP/1.1\r\nHost: a"), 400),
        unheard("no method", head(" /posts/3 HTTP/1.1\r\nHost: a"), 400),
        unheard(
            "a space in the path",
            head("GET /posts/3 x HTTP/1.1\r\nHost: a"),
            400,
        ),
        unheard(
            "a path without a slash",
            head("GET posts/3 HTTP/1.1\r\nHost: a"),
            400,
        ),
        unheard(
            "a NUL in the path",
            head("GET /posts/\0 HTTP/1.1\r\nHost: a"),
            400,
        ),
        unheard(
            "what is not ASCII in a path",
            head("GET /posts/\u{663} HTTP/1.1\r\nHost: a"),
            400,
        ),
        unheard(
            "a header without a colon",
            head("GET /posts/3 HTTP/1.1\r\nHost"),
            400,
        ),
        unheard(
            "a header without a name",
            head("GET /posts/3 HTTP/1.1\r\n: a"),
            400,
        ),
        unheard(
            "a space in a header's name",
            head("GET /posts/3 HTTP/1.1\r\nHo st: a"),
            400,
        ),
        unheard(
            "a space behind a header's name",
            head("GET /posts/3 HTTP/1.1\r\nHost : a"),
            400,
        ),
        unheard(
            "a header over two lines",
            head("GET /posts/3 HTTP/1.1\r\nHost: a\r\n b"),
            400,
        ),
        unheard(
            "a NUL in a header",
            head("GET /posts/3 HTTP/1.1\r\nHost: a\0b"),
            400,
        ),
        unheard(
            "a control character in a header",
            head("GET /posts/3 HTTP/1.1\r\nHost: a\x01"),
            400,
        ),
        unheard(
            "too many headers",
            head(&format!("GET / HTTP/1.1\r\n{many}Host: a")),
            431,
        ),
        unheard(
            "a header without end",
            head(&format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(200_000))),
            431,
        ),
        unheard(
            "a length that is no number",
            post("Content-Length: ten", "1"),
            400,
        ),
        unheard("a negative length", post("Content-Length: -1", "1"), 400),
        unheard("a length with a sign", post("Content-Length: +1", "1"), 400),
        unheard("an empty length", post("Content-Length: ", "1"), 400),
        unheard(
            "two lengths",
            post("Content-Length: 1\r\nContent-Length: 2", "1"),
            400,
        ),
        unheard(
            "a length beyond numbers",
            post("Content-Length: 99999999999999999999999", "1"),
            400,
        ),
        unheard(
            "a length and chunks",
            post(
                "Content-Length: 1\r\nTransfer-Encoding: chunked",
                "0\r\n\r\n",
            ),
            400,
        ),
        unheard(
            "an unknown transfer encoding",
            post("Transfer-Encoding: banana", "1"),
            400,
        ),
        unheard(
            "chunks twice",
            post(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "0\r\n\r\n",
            ),
            400,
        ),
    ]
}

pub(crate) fn routes() -> Vec<Case> {
    let mut cases = Vec::new();
    for path in [
        "/nowhere",
        "/posts/3/",
        "/posts/3/4",
        "//posts/3",
        "/POSTS/3",
        "/%70osts%2F3",
    ] {
        cases.push(bad(path, get(path), 404, &["\"title\":\"Not Found\""]));
    }
    cases.push(bad(
        "a very long path",
        get(&format!("/{}", "a".repeat(8_000))),
        404,
        &[],
    ));
    cases.push(bad("an asterisk", request("GET", "*", "", b""), 404, &[]));
    for method in [
        "DELETE", "PUT", "PATCH", "POST", "TRACE", "BREW", "get", "CONNECT",
    ] {
        let case = bad(
            method,
            request(method, "/posts/3", "", b""),
            405,
            &["Method Not Allowed"],
        );
        cases.push(case);
    }
    cases.push(bad("GET where one posts", get("/small"), 405, &["GET"]));
    cases
}

pub(crate) fn paths() -> Vec<Case> {
    let mut cases = Vec::new();
    for id in [
        "x",
        "1.5",
        "9223372036854775808",
        "-9223372036854775809",
        "0x10",
        "1e3",
        "%20",
        "+",
        "3;x",
        "null",
        "..",
    ] {
        let path = format!("/posts/{id}");
        cases.push(bad(
            &path,
            get(&path),
            400,
            &["\"field\":\"id\"", "\"code\":\"type\""],
        ));
    }
    for id in ["%", "%4", "%zz", "3%", "%FF", "%C3", "%ED%A0%80"] {
        let path = format!("/posts/{id}");
        cases.push(bad(&path, get(&path), 400, &["the path"]));
    }
    for (path, field) in [
        ("/users/ada/posts/x", "number"),
        ("/users/ada/posts/-1", "number"),
        ("/users/ada/posts/4294967296", "number"),
        ("/things/x", "id"),
        ("/things/00000000-0000-0000-0000-00000000000g", "id"),
        ("/things/00000000-0000-0000-0000", "id"),
        ("/archive/x/1", "year"),
        ("/archive/2020/x", "month"),
        ("/archive/70000/1", "year"),
        ("/archive/1999/1", "year"),
        ("/archive/2020/13", "month"),
        ("/archive/2020/0", "month"),
        ("/flags/yes", "flag"),
        ("/flags/TRUE", "flag"),
        ("/states/drft", "state"),
    ] {
        cases.push(bad(
            path,
            get(path),
            400,
            &[&format!("\"field\":\"{field}\"")],
        ));
    }
    cases.push(bad(
        "two at once",
        get("/archive/1999/13"),
        400,
        &["\"field\":\"year\"", "\"field\":\"month\""],
    ));
    cases.push(bad(
        "a name that is not UTF-8",
        get("/users/%FF/posts/1"),
        400,
        &["UTF-8"],
    ));
    cases
}

pub(crate) fn queries() -> Vec<Case> {
    let mut cases = Vec::new();
    for (query, field, code) in [
        ("limit=x", "limit", "type"),
        ("limit=-1", "limit", "type"),
        ("limit=1.5", "limit", "type"),
        ("limit=4294967296", "limit", "range"),
        ("limit=%20", "limit", "type"),
        ("limit=1&limit=2", "limit", "duplicate"),
        ("exact=yes", "exact", "type"),
        ("exact=1", "exact", "type"),
        ("near=far", "near", "type"),
        ("state=drft", "state", "variant"),
        ("q=a", "q", "length"),
        ("q=", "q", "length"),
        ("q=ab&q=cd", "q", "duplicate"),
        ("tag=a&tag=b&tag=c", "tag", "length"),
        ("Q=ab", "Q", "unknown_field"),
        ("qq=ab", "qq", "unknown_field"),
        ("limt=1", "limt", "unknown_field"),
        ("page=0&limt=1", "limt", "unknown_field"),
        ("__proto__=1", "__proto__", "unknown_field"),
        ("tag[]=a", "tag[]", "unknown_field"),
        ("=x", "", "unknown_field"),
        ("x", "x", "unknown_field"),
    ] {
        let says = [
            format!("\"field\":\"{field}\""),
            format!("\"code\":\"{code}\""),
        ];
        let says: Vec<&str> = says.iter().map(String::as_str).collect();
        cases.push(bad(query, get(&format!("/search?{query}")), 400, &says));
    }
    cases.push(bad(
        "a slip",
        get("/search?limt=1"),
        400,
        &["did you mean `limit`?"],
    ));
    for query in [
        "q=%", "q=%4", "q=%zz", "q=%FF", "q=100%", "%FF=a", "q=%C0%AF",
    ] {
        cases.push(bad(
            query,
            get(&format!("/search?{query}")),
            400,
            &["the query"],
        ));
    }
    cases
}

pub(crate) fn pages() -> Vec<Case> {
    let mut cases = Vec::new();
    for (query, field) in [
        ("page=x", "page"),
        ("page=-1", "page"),
        ("page=4294967296", "page"),
        ("page=0&page=1", "page"),
        ("size=0", "size"),
        ("size=1001", "size"),
        ("size=-1", "size"),
        ("size=x", "size"),
        ("sort=desc", "sort"),
        ("sort=", "sort"),
        ("sort=a,,b", "sort"),
        ("sort=a%27%20or%201%3D1", "sort"),
        ("sort=a;drop", "sort"),
        ("sort=a&sort=,", "sort"),
    ] {
        for path in ["/page", "/search"] {
            let path = format!("{path}?{query}");
            cases.push(bad(
                &path,
                get(&path),
                400,
                &[&format!("\"field\":\"{field}")],
            ));
        }
    }
    cases
}

pub(crate) fn single_headers() -> Vec<Case> {
    let with = |path: &str, headers: &str| request("GET", path, headers, b"");
    vec![
        bad(
            "missing",
            with("/version", ""),
            400,
            &["\"code\":\"required\"", "x-version"],
        ),
        bad(
            "nonsense",
            with("/version", "X-Version: x\r\n"),
            400,
            &["\"code\":\"invalid\""],
        ),
        bad(
            "empty",
            with("/version", "X-Version: \r\n"),
            400,
            &["\"code\":\"invalid\""],
        ),
        bad(
            "twice",
            with("/version", "X-Version: 1\r\nX-Version: 2\r\n"),
            400,
            &["\"code\":\"duplicate\""],
        ),
        bad(
            "not ASCII",
            with("/version", "X-Version: é\r\n"),
            400,
            &["visible ASCII"],
        ),
        bad(
            "optional, and nonsense",
            with("/maybe-version", "X-Version: x\r\n"),
            400,
            &["x-version"],
        ),
    ]
}
