//! JSON values held against one another, and found by a path.

use serde_json::Value;

/// How much of the actual value the expected one must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// The members it names; other members may be there. Lists are of equal length.
    Part,
}

/// Where two values differ, one line each; empty where they do not.
pub(crate) fn differences(expected: &Value, actual: &Value, extent: Extent) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, actual, extent, &mut found);
    found
}

fn compare(path: &str, expected: &Value, actual: &Value, extent: Extent, found: &mut Vec<String>) {
    let at = if path.is_empty() { "the body" } else { path };
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(given)) => {
            for (name, value) in wanted {
                let inner = member(path, name);
                match given.get(name) {
                    Some(other) => compare(&inner, value, other, extent, found),
                    None => found.push(format!("{inner}: expected {value}, is missing")),
                }
            }
            if extent == Extent::Whole {
                for (name, value) in given.iter().filter(|(name, _)| !wanted.contains_key(*name)) {
                    found.push(format!("{}: not expected, is {value}", member(path, name)));
                }
            }
        }
        (Value::Array(wanted), Value::Array(given)) => {
            if wanted.len() != given.len() {
                found.push(format!(
                    "{at}: expected {} elements, got {}",
                    wanted.len(),
                    given.len()
                ));
            }
            for (index, (value, other)) in wanted.iter().zip(given).enumerate() {
                compare(&format!("{path}[{index}]"), value, other, extent, found);
            }
        }
        _ if expected == actual => {}
        _ => found.push(format!("{at}: expected {expected}, got {actual}")),
    }
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The value at a path such as `content[0].title` or `content.0.title`.
///
/// The error says how far the path leads.
pub(crate) fn find<'a>(root: &'a Value, path: &str) -> Result<&'a Value, String> {
    let mut here = root;
    let mut gone = String::new();
    let spelled = path.replace('[', ".").replace(']', "");
    for step in spelled.split('.').filter(|step| !step.is_empty()) {
        let next = match here {
            Value::Object(members) => members.get(step),
            Value::Array(elements) => step.parse::<usize>().ok().and_then(|at| elements.get(at)),
            _ => None,
        };
        let Some(next) = next else {
            let place = if gone.is_empty() { "the body" } else { &gone };
            return Err(format!("{place} {}", lacks(here, step)));
        };
        gone = match here {
            Value::Array(_) => format!("{gone}[{step}]"),
            _ => member(&gone, step),
        };
        here = next;
    }
    Ok(here)
}

fn lacks(value: &Value, step: &str) -> String {
    match value {
        Value::Object(members) => {
            let names: Vec<_> = members.keys().map(|name| format!("`{name}`")).collect();
            format!("has no `{step}`, only {}", names.join(", "))
        }
        Value::Array(elements) => format!("has {} elements and no [{step}]", elements.len()),
        other => format!("is {other} and has no `{step}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_finds_members_and_elements() {
        let body = json!({ "content": [{ "title": "Hello" }], "page": { "number": 0 } });
        let check = |path, expected: Result<Value, &str>| {
            assert_eq!(
                find(&body, path).cloned(),
                expected.map_err(ToOwned::to_owned),
                "{path}"
            );
        };
        check("content[0].title", Ok(json!("Hello")));
        check("content.0.title", Ok(json!("Hello")));
        check("page.number", Ok(json!(0)));
        check("", Ok(body.clone()));
        check("page.size", Err("page has no `size`, only `number`"));
        check("content[1]", Err("content has 1 elements and no [1]"));
        check(
            "content[0].title.x",
            Err("content[0].title is \"Hello\" and has no `x`"),
        );
        check(
            "rows",
            Err("the body has no `rows`, only `content`, `page`"),
        );
    }

    #[test]
    fn differences_are_named_by_their_path() {
        let actual = json!({ "id": 1, "tags": ["a", "b"], "author": { "name": "Ada" } });
        let check = |expected: Value, extent, lines: &[&str]| {
            assert_eq!(differences(&expected, &actual, extent), lines, "{expected}");
        };
        check(actual.clone(), Extent::Whole, &[]);
        check(json!({ "author": { "name": "Ada" } }), Extent::Part, &[]);
        check(
            json!({ "id": 2, "tags": ["a", "c"] }),
            Extent::Part,
            &[
                "id: expected 2, got 1",
                "tags[1]: expected \"c\", got \"b\"",
            ],
        );
        check(
            json!({ "id": 1, "tags": ["a"], "year": 1815 }),
            Extent::Whole,
            &[
                "tags: expected 1 elements, got 2",
                "year: expected 1815, is missing",
                "author: not expected, is {\"name\":\"Ada\"}",
            ],
        );
        check(
            json!(null),
            Extent::Part,
            &[&format!("the body: expected null, got {actual}")],
        );
    }
}
