//! Adds an app to `installed_apps` in the text of `application.yaml`.
//!
//! The edit is textual, so that comments, quotes and blank lines stay, and it is checked: the file
//! is parsed before and after, and everything but the one list must be as it was.

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

const KEY: &str = "installed_apps";

/// The list with the places of its items.
#[derive(Deserialize)]
struct Installed {
    installed_apps: Spanned<Vec<Spanned<String>>>,
}

/// The text with the app in the list; unchanged where the app is live already.
///
/// # Errors
///
/// What it is about the file that is beyond a safe edit.
pub(super) fn add(text: &str, app: &str) -> Result<String, String> {
    let mut expected = parse(text)?;
    let list = &mut expected[KEY];
    let edited = match list {
        Value::Array(apps) if apps.iter().any(|present| present == app) => {
            return Ok(text.to_owned());
        }
        Value::Array(apps) if apps.is_empty() => into_empty(text, app),
        Value::Array(_) => after_last(text, app),
        // Without a list every app that is compiled in is live; one that began here would take
        // the others out.
        Value::Null => return Ok(text.to_owned()),
        _ => return Err(format!("`{KEY}` is not a list of names")),
    };
    if let Value::Array(apps) = list {
        apps.push(app.into());
    }
    edited
        .filter(|edited| parse(edited).is_ok_and(|became| became == expected))
        .ok_or_else(|| format!("`{KEY}` is written in a form that cannot be edited safely"))
}

fn parse(text: &str) -> Result<Value, String> {
    let value: Option<Value> =
        serde_saphyr::from_str(text).map_err(|error| format!("it is not valid YAML: {error}"))?;
    match value {
        None | Some(Value::Null) => Ok(Value::Object(serde_json::Map::new())),
        Some(value @ Value::Object(_)) => Ok(value),
        Some(_) => Err("it is not a mapping of keys to values".to_owned()),
    }
}

/// Where an item begins and ends in the text.
fn range<T>(item: &Spanned<T>) -> Option<std::ops::Range<usize>> {
    let span = item.referenced.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    Some(start..start + usize::try_from(span.byte_len()?).ok()?)
}

fn after_last(text: &str, app: &str) -> Option<String> {
    let Installed { installed_apps } = serde_saphyr::from_str(text).ok()?;
    let last = range(installed_apps.value.last()?)?;
    let app = quoted(app);
    let line_start = text[..last.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let before = &text[line_start..last.start];
    if before.trim_end().ends_with('-') && before.trim_start().starts_with('-') {
        // A list of lines: `  - home # the start page`.
        let line_end = text[last.end..]
            .find('\n')
            .map_or(text.len(), |at| last.end + at);
        let line = format!("{before}{app}");
        let ending = if text[..line_end].ends_with('\r') {
            "\r\n"
        } else {
            "\n"
        };
        return Some(match text.get(line_end + 1..) {
            Some(rest) => format!("{}\n{line}{ending}{rest}", &text[..line_end]),
            None => format!("{text}\n{line}\n"),
        });
    }
    Some(insert(text, last.end, &format!(", {app}")))
}

fn into_empty(text: &str, app: &str) -> Option<String> {
    let Installed { installed_apps } = serde_saphyr::from_str(text).ok()?;
    let start = range(&installed_apps)?.start;
    text[start..]
        .starts_with('[')
        .then(|| insert(text, start + 1, &quoted(app)))
}

fn insert(text: &str, at: usize, what: &str) -> String {
    format!("{}{what}{}", &text[..at], &text[at..])
}

/// YAML takes some names for other things than words.
fn quoted(app: &str) -> String {
    match app {
        "null" | "yes" | "no" | "on" | "off" | "y" | "n" => format!("\"{app}\""),
        _ => app.to_owned(),
    }
}

#[cfg(test)]
mod tests;
