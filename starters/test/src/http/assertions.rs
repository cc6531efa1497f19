//! What an answer can be held to. Every assertion gives the answer back, so that they chain.

use serde::Serialize;
use serde_json::Value;

use super::TestResponse;
use super::json::{Extent, differences, find};

/// Assertions. A failed one panics with what was expected and the whole exchange.
impl TestResponse {
    /// The status is this one.
    ///
    /// # Panics
    ///
    /// Where it is another; so do all assertions where they do not hold.
    #[track_caller]
    pub fn assert_status(&self, expected: u16) -> &Self {
        if self.status() != expected {
            self.fail(&format!(
                "expected status {expected}, got {}",
                self.status_text()
            ));
        }
        self
    }

    /// The header is there and says this; one of them, where there are several.
    #[track_caller]
    pub fn assert_header(&self, name: &str, expected: impl AsRef<str>) -> &Self {
        let expected = expected.as_ref();
        let mut values = self.headers().get_all(name).peekable();
        if values.peek().is_none() {
            self.fail(&format!(
                "expected header `{name}: {expected}`, which is missing"
            ));
        }
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        if !values.iter().any(|value| value == expected) {
            let got = values.join("`, `");
            self.fail(&format!(
                "expected header `{name}: {expected}`, got `{got}`"
            ));
        }
        self
    }

    /// The header is not there.
    #[track_caller]
    pub fn assert_no_header(&self, name: &str) -> &Self {
        if let Some(value) = self.headers().get(name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            self.fail(&format!("expected no header `{name}`, got `{value}`"));
        }
        self
    }

    /// The body is this text.
    #[track_caller]
    pub fn assert_text(&self, expected: impl AsRef<str>) -> &Self {
        let (expected, text) = (expected.as_ref(), self.text());
        if text != expected {
            self.fail(&format!("expected the text {expected:?}, got {text:?}"));
        }
        self
    }

    /// The body is text that contains this.
    #[track_caller]
    pub fn assert_text_contains(&self, expected: impl AsRef<str>) -> &Self {
        let expected = expected.as_ref();
        if !self.text().contains(expected) {
            self.fail(&format!("expected a text that contains {expected:?}"));
        }
        self
    }

    /// The body is this JSON and nothing beside it.
    #[track_caller]
    pub fn assert_json(&self, expected: impl Serialize) -> &Self {
        self.assert_same(expected, Extent::Whole)
    }

    /// The body is JSON with at least these members, at every depth; lists are of equal length.
    #[track_caller]
    pub fn assert_json_contains(&self, expected: impl Serialize) -> &Self {
        self.assert_same(expected, Extent::Part)
    }

    /// The body is JSON and has this value at a path: `content[0].title`, or `content.0.title`.
    #[track_caller]
    pub fn assert_json_path(&self, path: &str, expected: impl Serialize) -> &Self {
        let (body, expected) = (self.json::<Value>(), self.value(expected));
        match find(&body, path) {
            Ok(actual) if *actual == expected => {}
            Ok(actual) => self.fail(&format!("{path}: expected {expected}, got {actual}")),
            Err(why) => self.fail(&format!("{path}: expected {expected}, but {why}")),
        }
        self
    }

    /// The answer is a problem of RFC 9457 with this status, in its head and in its body.
    #[track_caller]
    pub fn assert_problem(&self, status: u16) -> &Self {
        self.assert_status(status);
        let kind = self.header("content-type").unwrap_or_default();
        let plain = kind.split(';').next().unwrap_or_default().trim();
        if !plain.eq_ignore_ascii_case("application/problem+json") {
            self.fail(&format!(
                "expected content type application/problem+json, got {kind:?}"
            ));
        }
        self.assert_json_path("status", status);
        if find(&self.json::<Value>(), "title").is_ok_and(Value::is_string) {
            return self;
        }
        self.fail("expected a problem with a `title`")
    }

    /// The answer is a problem that says that this field breaks this rule: `("title", "length")`.
    /// The field of the body as a whole is empty.
    #[track_caller]
    pub fn assert_violation(&self, field: &str, code: &str) -> &Self {
        let body = self.json::<Value>();
        let Some(errors) = body.get("errors").and_then(Value::as_array) else {
            self.fail(&format!(
                "expected that `{field}` breaks `{code}`, but there are no errors"
            ))
        };
        let text = |error: &Value, name: &str| {
            error
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let found: Vec<_> = errors
            .iter()
            .map(|error| (text(error, "field"), text(error, "code")))
            .collect();
        if !found
            .iter()
            .any(|(at, what)| (at.as_str(), what.as_str()) == (field, code))
        {
            let got: Vec<_> = found
                .iter()
                .map(|(at, what)| format!("`{at}` breaks `{what}`"))
                .collect();
            let got = got.join(", ");
            self.fail(&format!(
                "expected that `{field}` breaks `{code}`, got {got}"
            ));
        }
        self
    }

    #[track_caller]
    fn assert_same(&self, expected: impl Serialize, extent: Extent) -> &Self {
        let (body, expected) = (self.json::<Value>(), self.value(expected));
        let found = differences(&expected, &body, extent);
        if !found.is_empty() {
            self.fail(&format!("the JSON differs\n  {}", found.join("\n  ")));
        }
        self
    }

    #[track_caller]
    fn value(&self, expected: impl Serialize) -> Value {
        match serde_json::to_value(expected) {
            Ok(value) => value,
            Err(error) => panic!("what is expected cannot be JSON: {error}"),
        }
    }

    fn status_text(&self) -> String {
        actix_web::http::StatusCode::from_u16(self.status())
            .map_or_else(|_| self.status().to_string(), |status| status.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use serde_json::json;

    use super::super::response::tests::answer;
    use super::*;

    const PROBLEM: &str = r#"{
        "errors": [{ "field": "title", "code": "length", "message": "length is lower than 1" }],
        "status": 422, "title": "Unprocessable Content" }"#;

    fn problem() -> TestResponse {
        answer(422, "application/problem+json", PROBLEM)
    }

    /// The assertion fails, its first line says why, and the exchange stands below.
    #[track_caller]
    fn fails(answer: &TestResponse, says: &str, assertion: impl FnOnce(&TestResponse)) {
        let panic = catch_unwind(AssertUnwindSafe(|| assertion(answer))).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap();
        let (why, exchange) = text.split_once("\n\n").unwrap();
        assert_eq!(why, says);
        assert_eq!(exchange, answer.to_string());
    }

    #[test]
    fn what_holds_passes() {
        problem()
            .assert_status(422)
            .assert_header("content-type", "application/problem+json")
            .assert_no_header("location")
            .assert_problem(422)
            .assert_violation("title", "length")
            .assert_json_contains(json!({ "errors": [{ "field": "title" }] }))
            .assert_json_path("errors[0].code", "length");
        answer(200, "text/plain", "Hello")
            .assert_text("Hello")
            .assert_text_contains("ell");
        answer(200, "application/json", "[1,2]")
            .assert_json(json!([1, 2]))
            .assert_json([1, 2]);
    }

    #[test]
    fn what_does_not_hold_says_why_and_shows_the_exchange() {
        let it = problem();
        fails(
            &it,
            "expected status 201, got 422 Unprocessable Entity",
            |it| {
                it.assert_status(201);
            },
        );
        fails(
            &it,
            "expected header `location: /posts/1`, which is missing",
            |it| {
                it.assert_header("location", "/posts/1");
            },
        );
        fails(
            &it,
            "expected header `content-type: text/html`, got `application/problem+json`",
            |it| {
                it.assert_header("content-type", "text/html");
            },
        );
        fails(
            &it,
            "expected no header `content-type`, got `application/problem+json`",
            |it| {
                it.assert_no_header("content-type");
            },
        );
        fails(
            &it,
            "errors[0].code: expected \"range\", got \"length\"",
            |it| {
                it.assert_json_path("errors[0].code", "range");
            },
        );
        fails(
            &it,
            "detail: expected \"x\", but the body has no `detail`, only `errors`, `status`, `title`",
            |it| {
                it.assert_json_path("detail", "x");
            },
        );
        fails(
            &it,
            "expected that `body` breaks `length`, got `title` breaks `length`",
            |it| {
                it.assert_violation("body", "length");
            },
        );
        fails(
            &it,
            "the JSON differs\n  status: expected 400, got 422",
            |it| {
                it.assert_json_contains(json!({ "status": 400 }));
            },
        );
    }

    #[test]
    fn only_a_problem_is_a_problem() {
        fails(
            &answer(422, "application/json", PROBLEM),
            "expected content type application/problem+json, got \"application/json\"",
            |it| {
                it.assert_problem(422);
            },
        );
        fails(
            &answer(
                404,
                "application/problem+json",
                r#"{"title":"Not Found","status":400}"#,
            ),
            "status: expected 404, got 400",
            |it| {
                it.assert_problem(404);
            },
        );
        fails(
            &answer(404, "application/problem+json", r#"{"status":404}"#),
            "expected a problem with a `title`",
            |it| {
                it.assert_problem(404);
            },
        );
        fails(
            &answer(
                404,
                "application/problem+json",
                r#"{"title":"Not Found","status":404}"#,
            ),
            "expected that `title` breaks `length`, but there are no errors",
            |it| {
                it.assert_violation("title", "length");
            },
        );
    }

    #[test]
    fn a_body_that_is_no_json_says_so() {
        let it = answer(200, "text/plain", "Hello");
        fails(&it, "expected the text \"Bye\", got \"Hello\"", |it| {
            it.assert_text("Bye");
        });
        fails(&it, "expected a text that contains \"Bye\"", |it| {
            it.assert_text_contains("Bye");
        });
        fails(
            &it,
            "the body cannot be read as `serde_json::value::Value`: expected value at line 1 column 1",
            |it| {
                it.assert_json(json!(1));
            },
        );
    }
}
