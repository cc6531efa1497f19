//! JSON that is well-formed, and not what is asked for.

use crate::bodies::json;
use crate::{Case, bad};

/// A body that is taken.
pub(crate) const GOOD: &str = r#"{"title":"a","body":"b"}"#;

/// A fault of one field: of a good body with these members more.
fn fault(members: &str, field: &str, code: &str) -> Case {
    whole(
        &format!(r#"{{"title":"a","body":"b",{members}}}"#),
        field,
        code,
    )
}

fn whole(body: &str, field: &str, code: &str) -> Case {
    let says = [
        format!("\"field\":\"{field}\""),
        format!("\"code\":\"{code}\""),
    ];
    bad(
        body,
        json("/posts", body),
        422,
        &[&says[0], &says[1], "\"errors\":[{"],
    )
}

pub(crate) fn shape() -> Vec<Case> {
    let mut cases = vec![
        whole("null", "", "type"),
        whole("true", "", "type"),
        whole("5", "", "type"),
        whole("\"a\"", "", "type"),
        whole("{}", "title", "required"),
        whole(r#"{"title":"a"}"#, "body", "required"),
        whole(r#"{"body":"b"}"#, "title", "required"),
        whole(r#"{"title":null,"body":"b"}"#, "title", "type"),
        whole(r#"{"title":5,"body":"b"}"#, "title", "type"),
        whole(r#"{"title":true,"body":"b"}"#, "title", "type"),
        whole(r#"{"title":["a"],"body":"b"}"#, "title", "type"),
        whole(r#"{"title":{"a":1},"body":"b"}"#, "title", "type"),
        whole(
            r#"{"title":"a","title":"b","body":"b"}"#,
            "title",
            "duplicate",
        ),
        whole(r#"{"Title":"a","body":"b"}"#, "Title", "unknown_field"),
        whole(r#"{"titel":"a","body":"b"}"#, "titel", "unknown_field"),
        whole(r#"{"":1}"#, "", "unknown_field"),
        whole("[]", "", "length"),
    ];
    for (members, field, code) in [
        (r#""admin":true"#, "admin", "unknown_field"),
        (r#""__proto__":{}"#, "__proto__", "unknown_field"),
        (r#""stars":"5""#, "stars", "type"),
        (r#""stars":1.5"#, "stars", "type"),
        (r#""stars":1e2"#, "stars", "type"),
        (r#""stars":-1"#, "stars", "range"),
        (r#""stars":256"#, "stars", "range"),
        (r#""stars":99999999999999999999"#, "stars", "type"),
        (r#""stars":null"#, "stars", "type"),
        (r#""delta":32768"#, "delta", "range"),
        (r#""delta":-32769"#, "delta", "range"),
        (r#""rating":"1""#, "rating", "type"),
        (r#""rating":1e999"#, "rating", "range"),
        (r#""flag":"true""#, "flag", "type"),
        (r#""flag":1"#, "flag", "type"),
        (r#""letter":"ab""#, "letter", "invalid"),
        (r#""pair":[1]"#, "pair", "length"),
        (r#""pair":[1,"2"]"#, "pair[1]", "type"),
        (r#""pair":{"a":1}"#, "pair", "type"),
        (r#""tags":"a""#, "tags", "type"),
        (r#""tags":[1]"#, "tags[0]", "type"),
        (r#""tags":["a",null]"#, "tags[1]", "type"),
        (r#""tags":{}"#, "tags", "type"),
        (r#""author":"a""#, "author", "type"),
        (r#""author":{}"#, "author.email", "required"),
        (r#""author":{"email":"a@b.c"}"#, "author.name", "required"),
        (r#""author":{"email":5}"#, "author.email", "type"),
        (
            r#""author":{"mail":"a@b.c"}"#,
            "author.mail",
            "unknown_field",
        ),
        (r#""published":"yesterday""#, "published", "invalid"),
        (
            r#""published":"2026-13-01T00:00:00Z""#,
            "published",
            "invalid",
        ),
        (r#""published":1700000000"#, "published", "type"),
        (r#""id":"x""#, "id", "invalid"),
        (r#""id":5"#, "id", "type"),
        (
            r#""author":{"email":"a@b.c","name":"a","friends":[{"email":"a@b.c"}]}"#,
            "author.friends[0].name",
            "required",
        ),
    ] {
        cases.push(fault(members, field, code));
    }
    let slip = json("/posts", r#"{"titel":"a"}"#);
    cases.push(bad("a slip", slip, 422, &["did you mean `title`?"]));
    let later = json("/posts", r#"{"title":5,"body":}"#);
    cases.push(bad(
        "syntax behind a wrong type",
        later,
        400,
        &["\"column\":19"],
    ));
    let optional = json("/maybe", r#"{"title":5,"body":"b"}"#);
    cases.push(bad(
        "an optional body of the wrong shape",
        optional,
        422,
        &["\"field\":\"title\""],
    ));
    let long = format!(
        r#"{{"title":"a","body":"b","flag":"{}"}}"#,
        "x".repeat(2_000)
    );
    cases.push(bad(
        "a long value is cut",
        json("/posts", &long),
        422,
        &["…"],
    ));
    cases
}

pub(crate) fn enums() -> Vec<Case> {
    let mut cases = Vec::new();
    for (members, field, code) in [
        (r#""state":"drft""#, "state", "variant"),
        (r#""state":"Draft""#, "state", "variant"),
        (r#""state":"""#, "state", "variant"),
        (r#""state":5"#, "state", "type"),
        (r#""state":null"#, "state", "type"),
        (r#""state":{"draft":1}"#, "state.draft", "type"),
        (r#""place":{}"#, "place.kind", "required"),
        (r#""place":{"kind":"city"}"#, "place.kind", "variant"),
        (r#""place":{"kind":5}"#, "place.kind", "type"),
        (r#""place":{"kind":"town"}"#, "place.name", "required"),
        (r#""place":{"kind":"town","name":5}"#, "place", "type"),
        (
            r#""place":{"kind":"town","name":"a","x":1}"#,
            "place.x",
            "unknown_field",
        ),
        (
            r#""place":{"kind":"town","name":""}"#,
            "place.name",
            "length",
        ),
        (r#""place":"nowhere""#, "place", "type"),
    ] {
        cases.push(fault(members, field, code));
    }
    cases
}

pub(crate) fn rules() -> Vec<Case> {
    let mut cases = vec![
        whole(r#"{"title":"","body":"b"}"#, "title", "length"),
        whole(
            r#"{"title":"aaaaaaaaaaaaaaaaaaaaa","body":"b"}"#,
            "title",
            "length",
        ),
    ];
    for (members, field, code) in [
        (r#""stars":6"#, "stars", "range"),
        (r#""rating":1.5"#, "rating", "range"),
        (r#""rating":-0.5"#, "rating", "range"),
        (r#""tags":["a","b","c"]"#, "tags", "length"),
        (r#""tags":["a",""]"#, "tags[1]", "length"),
        (r#""site":"x""#, "site", "url"),
        (r#""slug":"A b""#, "slug", "pattern"),
        (r#""ip":"1.2.3""#, "ip", "ip"),
        (r#""link":"http://a""#, "link", "prefix"),
        (r#""mention":"ada""#, "mention", "contains"),
        (r#""code":"a-b""#, "code", "alphanumeric"),
        (r#""owner":"admin""#, "owner", "reserved"),
        (
            r#""author":{"email":"a","name":"a"}"#,
            "author.email",
            "email",
        ),
        (
            r#""author":{"email":"a@b.c","name":""}"#,
            "author.name",
            "length",
        ),
        (
            r#""author":{"email":"a@b.c","name":"é"}"#,
            "author.name",
            "ascii",
        ),
        (
            r#""author":{"email":"a@b.c","name":"a","friends":[{"email":"x","name":"a"}]}"#,
            "author.friends[0].email",
            "email",
        ),
    ] {
        cases.push(fault(members, field, code));
    }
    let all = json(
        "/posts",
        r#"{"title":"","body":"b","stars":6,"author":{"email":"x","name":""}}"#,
    );
    let fields = [
        "\"title\"",
        "\"stars\"",
        "\"author.email\"",
        "\"author.name\"",
    ];
    cases.push(bad("all of them at once", all, 422, &fields));
    cases
}
