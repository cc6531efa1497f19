//! What actix-http refuses before the application sees it, as a problem like any other.
//!
//! A request line that is none, a head that is too large or too slow: actix-http answers these by
//! itself, with a status and nothing else, and has no hook for it. So the bytes on their way out
//! are looked at: such an answer is known by its empty body and by having no header but those
//! that the protocol gives. Whatever the application answers has at least the filters' headers.

use serde_json::json;

/// The statuses with which actix-http refuses, and what they mean.
const REFUSALS: [(u16, &str, &str); 4] = [
    (
        400,
        "Bad Request",
        "this is no HTTP request: its line or its headers cannot be read",
    ),
    (
        408,
        "Request Timeout",
        "the head of the request did not arrive in time",
    ),
    (
        413,
        "Payload Too Large",
        "the body of the request is larger than is read here",
    ),
    (
        431,
        "Request Header Fields Too Large",
        "the head of the request is larger than is read here",
    ),
];

/// The bytes to write instead, where `written` ends in a refusal of actix-http's.
#[inline]
pub(super) fn told(written: &[u8]) -> Option<Vec<u8>> {
    // Answers with a body do not end so.
    if written.ends_with(b"\r\n\r\n") {
        instead(written)
    } else {
        None
    }
}

#[cold]
fn instead(written: &[u8]) -> Option<Vec<u8>> {
    // Answers to requests that came before it in one go may stand before it.
    let start = written
        .windows(7)
        .rposition(|window| window == b"HTTP/1.")?;
    let head = std::str::from_utf8(&written[start..]).ok()?;
    let mut lines = head.trim_end().split("\r\n");
    let status_line = lines.next()?;
    let status: u16 = status_line.split(' ').nth(1)?.parse().ok()?;
    let (_, title, detail) = REFUSALS.iter().find(|(known, ..)| *known == status)?;
    let mut kept = String::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" if value.trim() == "0" => {}
            "connection" | "date" => kept.push_str(&format!("{line}\r\n")),
            _ => return None,
        }
    }
    let body = json!({
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    })
    .to_string();
    let length = body.len();
    let mut bytes = written[..start].to_vec();
    bytes.extend_from_slice(
        format!(
            "{status_line}\r\ncontent-length: {length}\r\ncontent-type: application/problem+json\r\n\
             x-content-type-options: nosniff\r\n{kept}\r\n{body}"
        )
        .as_bytes(),
    );
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(written: &str) -> Option<String> {
        told(written.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_refusal_becomes_a_problem_and_keeps_what_stands_before_it() {
        let before = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        let refusal = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\
                       date: Tue, 24 Nov 2026 08:00:00 GMT\r\n\r\n";
        let told = text(&format!("{before}{refusal}")).unwrap();
        let rest = told.strip_prefix(before).unwrap();
        let (head, body) = rest.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
        assert!(head.contains("connection: close"), "{head}");
        assert!(
            head.contains(&format!("content-length: {}\r\n", body.len())),
            "{head}"
        );
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            (&body["status"], &body["title"]),
            (&json!(400), &json!("Bad Request"))
        );
    }

    #[test]
    fn what_the_application_answers_stays() {
        for written in [
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-request-id: a\r\n\r\n",
            "HTTP/1.1 204 No Content\r\ndate: x\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\n\r\n\r\n",
            "no HTTP\r\n\r\n",
            "\r\n\r\n",
        ] {
            assert_eq!(text(written), None, "{written:?}");
        }
    }
}
