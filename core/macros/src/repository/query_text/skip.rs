//! What is no place for a parameter: texts, quoted names, comments.

/// How long what begins here and is skipped is, in bytes; `before` is what stands before it.
///
/// # Errors
///
/// It begins and does not end.
pub(super) fn skipped(text: &str, before: &str) -> Result<Option<usize>, String> {
    let word = before.trim_end_matches(|c: char| c == '_' || c.is_alphanumeric());
    let word = &before[word.len()..];
    let first = text.chars().next();
    let length = match first {
        Some('\'') => Some(("text", quoted(text, '\'', word.eq_ignore_ascii_case("e")))),
        Some('"') => Some(("name in quotes", quoted(text, '"', false))),
        Some('`') => Some(("name in quotes", quoted(text, '`', false))),
        Some('-') if text.starts_with("--") => {
            return Ok(Some(text.find('\n').unwrap_or(text.len())));
        }
        Some('/') if text.starts_with("/*") => Some(("comment", comment(text))),
        Some('$') if word.is_empty() => {
            dollar_tag(text).map(|tag| ("text in `$`", dollar_quoted(text, tag)))
        }
        _ => None,
    };
    match length {
        None => Ok(None),
        Some((_, Some(length))) => Ok(Some(length)),
        Some((what, None)) => {
            let begins: String = text.chars().take(20).collect();
            Err(format!("a {what} does not end: `{begins}`"))
        }
    }
}

/// The text with what is skipped left out. What does not end has been told before.
pub(super) fn without_skipped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match skipped(rest, &plain) {
            Ok(Some(length)) => {
                plain.push(' ');
                length
            }
            _ => {
                plain.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    plain
}

/// A quote that is doubled stands for itself, which reads as two quoted texts in a row.
fn quoted(text: &str, quote: char, backslashes: bool) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if backslashes && c == '\\' {
            escaped = true;
        } else if c == quote {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// Comments hold comments in PostgreSQL. SQLite ends one at its first `*/`.
fn comment(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..)?;
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    None
}

/// `$$` or `$tag$` at the start.
fn dollar_tag(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('$')?;
    let end = inner.find('$')?;
    let tag = &inner[..end];
    let is_tag = !tag.starts_with(|c: char| c.is_ascii_digit())
        && tag.chars().all(|c| c == '_' || c.is_alphanumeric());
    is_tag.then(|| &text[..end + 2])
}

fn dollar_quoted(text: &str, tag: &str) -> Option<usize> {
    let inner = text.get(tag.len()..)?;
    inner.find(tag).map(|end| tag.len() + end + tag.len())
}
