//! What serde says of a value that does not fit, said to somebody who wrote no Rust.
//!
//! serde's errors are text. The texts of its own kinds are fixed by `serde::de::Error`'s default
//! methods; what matches none of them comes from a type's own `Deserialize` and is passed on.

use serde::Deserialize;
use serde_path_to_error::{Path, Segment};

use super::Violation;
use crate::error::did_you_mean;

/// Reads a value again, to learn at which field it does not fit. Only failed reads come here.
///
/// Nothing where it can be read after all.
#[cold]
pub fn locate<'de, T, D>(deserializer: D) -> Option<(Path, D::Error)>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde_path_to_error::deserialize::<_, T>(deserializer)
        .err()
        .map(|error| (error.path().clone(), error.into_inner()))
}

/// A field's name as `errors` gives it: `address.lines[0]`.
pub fn field(path: &Path) -> String {
    if path.iter().len() == 0 {
        String::new()
    } else {
        path.to_string()
    }
}

/// The rule that a value breaks, of what serde said.
pub fn violation(path: &Path, said: &str) -> Violation {
    if let Some((name, _)) = quoted(said, "missing field `") {
        return made(within(path, name), "required", "is required".to_owned());
    }
    if let Some((name, rest)) = quoted(said, "unknown field `") {
        let known: Vec<_> = rest.split('`').skip(1).step_by(2).collect();
        let message = format!("is not known here{}", meant(name, &known));
        return made(within(path, name), "unknown_field", message);
    }
    if let Some((name, _)) = quoted(said, "duplicate field `") {
        return made(
            within(path, name),
            "duplicate",
            "is given more than once".to_owned(),
        );
    }
    if let Some((name, rest)) = quoted(said, "unknown variant `") {
        let known: Vec<_> = rest.split('`').skip(1).step_by(2).collect();
        let one_of = if known.len() == 1 {
            "is not"
        } else {
            "is none of"
        };
        let message = format!(
            "`{name}` {one_of} {}{}",
            known.join(", "),
            meant(name, &known)
        );
        return made(field(path), "variant", message);
    }
    let (code, message) = value(said);
    made(field(path), code, message)
}

fn made(field: String, code: &str, message: String) -> Violation {
    Violation {
        field,
        code: code.to_owned(),
        message,
    }
}

/// What stands between the prefix' quote and the next, and what follows it.
fn quoted<'a>(said: &'a str, prefix: &str) -> Option<(&'a str, &'a str)> {
    let rest = said.strip_prefix(prefix)?;
    // A caller's own name may hold a quote; serde's text goes on with a comma.
    let end = rest.find("`, ").or_else(|| rest.rfind('`'))?;
    Some((&rest[..end], &rest[end + 1..]))
}

/// A field below `path`; the path may name it already.
fn within(path: &Path, name: &str) -> String {
    let parent = field(path);
    match path.iter().next_back() {
        None => name.to_owned(),
        Some(Segment::Map { key }) if key == name => parent,
        Some(_) => format!("{parent}.{name}"),
    }
}

fn meant(name: &str, known: &[&str]) -> String {
    did_you_mean(name, known.iter().copied())
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// The texts about a value: the code, and the text in plain words.
fn value(said: &str) -> (&'static str, String) {
    if let Some((found, expected)) = split(said, "invalid type: ", ", expected ") {
        return (
            "type",
            format!("expected {}, found {}", kind(expected), thing(found)),
        );
    }
    if let Some((found, expected)) = split(said, "invalid value: ", ", expected ") {
        let code = match expected {
            _ if bounds(expected).is_some() => "range",
            // serde_html_form's booleans.
            _ if expected.starts_with("\"true\"") => "type",
            _ => "invalid",
        };
        return (
            code,
            format!("expected {}, found {}", kind(expected), thing(found)),
        );
    }
    if let Some((found, expected)) = split(said, "invalid length ", ", expected ") {
        return (
            "length",
            format!("expected {}, found {found} elements", kind(expected)),
        );
    }
    // actix-router's: can not parse "x" to a i64
    if let Some((found, expected)) = split(said, "can not parse ", " to a ") {
        return (
            "type",
            format!("expected {}, found {}", kind(expected), shortened(found)),
        );
    }
    let (code, message) = match said {
        "invalid digit found in string" => ("type", "expected an integer"),
        "cannot parse integer from empty string" => ("type", "expected an integer, found nothing"),
        "number too large to fit in target type" | "number would be zero for non-zero type" => {
            ("range", "the number is out of range")
        }
        "number too small to fit in target type" | "number out of range" => {
            ("range", "the number is out of range")
        }
        "invalid float literal" => ("type", "expected a number"),
        "cannot parse float from empty string" => ("type", "expected a number, found nothing"),
        // serde_json's, of what cannot be the name of a variant.
        "expected value" => ("type", "expected one of the values that are allowed here"),
        // serde_html_form's, of a parameter that is repeated and no list.
        "unsupported value" => ("duplicate", "is given more than once"),
        "provided string was not `true` or `false`" => ("type", "expected `true` or `false`"),
        said if said.starts_with("data did not match any variant") => {
            ("variant", "has none of the shapes that are allowed here")
        }
        said => ("invalid", said),
    };
    (code, shortened(message))
}

fn split<'a>(said: &'a str, prefix: &str, between: &str) -> Option<(&'a str, &'a str)> {
    said.strip_prefix(prefix)?.rsplit_once(between)
}

/// What was found, as serde's `Unexpected` names it.
fn thing(found: &str) -> String {
    match found {
        "map" => "an object".to_owned(),
        "sequence" => "an array".to_owned(),
        "unit value" | "Option value" => "null".to_owned(),
        _ => match found.split_once(' ') {
            Some(("boolean", value)) => value.trim_matches('`').to_owned(),
            Some(("integer" | "character", value)) => shortened(value.trim_matches('`')),
            Some(("floating", value)) => {
                shortened(value.trim_start_matches("point ").trim_matches('`'))
            }
            Some(("string", value)) => format!("the string {}", shortened(value)),
            _ => shortened(found),
        },
    }
}

/// What was expected, as serde's and serde_json's visitors name it.
fn kind(expected: &str) -> String {
    if let Some((least, most)) = bounds(expected) {
        return format!("an integer from {least} to {most}");
    }
    match expected {
        "f32" | "f64" => "a number".to_owned(),
        "bool" => "a boolean".to_owned(),
        "char" => "a character".to_owned(),
        "a map" => "an object".to_owned(),
        "a sequence" => "an array".to_owned(),
        "string or map" => "a string or an object".to_owned(),
        "unit" => "null".to_owned(),
        _ if expected.starts_with("a tuple of size ") => {
            format!("an array of {}", &expected["a tuple of size ".len()..])
        }
        _ if expected.starts_with("tuple struct ") => "an array".to_owned(),
        _ if expected.starts_with("struct ") => "an object".to_owned(),
        _ if expected.starts_with("enum ") || expected.starts_with("variant ") => {
            "one of the values that are allowed here".to_owned()
        }
        other => other.to_owned(),
    }
}

/// The least and greatest of one of Rust's integers.
fn bounds(expected: &str) -> Option<(String, String)> {
    macro_rules! bounds {
        ($($integer:ident),*) => {
            match expected {
                $(stringify!($integer) => {
                    Some(($integer::MIN.to_string(), $integer::MAX.to_string()))
                })*
                _ => None,
            }
        };
    }
    bounds!(
        i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
    )
}

/// A caller's value is repeated to say which it was; a long one is cut.
fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read by serde only")]
    struct Post {
        title: String,
        stars: u8,
        state: Option<State>,
        lines: Option<Vec<Line>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum State {
        Draft,
        Published,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read by serde only")]
    struct Line {
        text: String,
        width: Option<f64>,
    }

    fn check(json: &str, field: &str, code: &str, message: &str) {
        let mut reader = serde_json::Deserializer::from_str(json);
        let (path, error) = locate::<Post, _>(&mut reader).unwrap();
        let said = error.to_string();
        let said = said.split(" at line").next().unwrap();
        let found = violation(&path, said);
        let wanted = made(field.to_owned(), code, message.to_owned());
        assert_eq!(found, wanted, "{json}: {said}");
    }

    #[test]
    fn each_fault_names_its_field_and_rule() {
        check(r#"{"stars":1}"#, "title", "required", "is required");
        check(
            r#"{"titel":"a"}"#,
            "titel",
            "unknown_field",
            "is not known here; did you mean `title`?",
        );
        check(
            r#"{"title":"a","title":"b"}"#,
            "title",
            "duplicate",
            "is given more than once",
        );
        check(
            r#"{"title":5}"#,
            "title",
            "type",
            "expected a string, found 5",
        );
        check(
            r#"{"title":null}"#,
            "title",
            "type",
            "expected a string, found null",
        );
        check(
            r#"{"title":[]}"#,
            "title",
            "type",
            "expected a string, found an array",
        );
        check(
            r#"{"title":{}}"#,
            "title",
            "type",
            "expected a string, found an object",
        );
        check(
            r#"{"stars":"1"}"#,
            "stars",
            "type",
            r#"expected an integer from 0 to 255, found the string "1""#,
        );
        check(
            r#"{"stars":300}"#,
            "stars",
            "range",
            "expected an integer from 0 to 255, found 300",
        );
        check(
            r#"{"stars":1.5}"#,
            "stars",
            "type",
            "expected an integer from 0 to 255, found 1.5",
        );
        check(
            r#"{"state":"publishd"}"#,
            "state",
            "variant",
            "`publishd` is none of draft, published; did you mean `published`?",
        );
        check(
            r#"{"lines":[{}]}"#,
            "lines[0].text",
            "required",
            "is required",
        );
        check(
            r#"{"lines":[{"text":"a"},{"width":true}]}"#,
            "lines[1].width",
            "type",
            "expected a number, found true",
        );
        check(
            r#"{"lines":[{"txt":"a"}]}"#,
            "lines[0].txt",
            "unknown_field",
            "is not known here; did you mean `text`?",
        );
        check("[1]", "[0]", "type", "expected a string, found 1");
        check("5", "", "type", "expected an object, found 5");
    }
}
