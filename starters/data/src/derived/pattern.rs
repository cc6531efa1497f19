//! Patterns: `like` of PostgreSQL, `glob` of SQLite, and the range of texts with a prefix.

/// The text as a part of a `like` pattern in which every character stands for itself.
pub(super) fn like_literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The text as a part of a `glob` pattern in which every character stands for itself.
pub(super) fn glob_literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        push_glob(&mut escaped, character);
    }
    escaped
}

/// A `like` pattern as a `glob` pattern.
pub(super) fn like_as_glob(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => glob.push('*'),
            '_' => glob.push('?'),
            // PostgreSQL refuses a pattern that ends so; here it stands for itself.
            '\\' => push_glob(&mut glob, characters.next().unwrap_or('\\')),
            other => push_glob(&mut glob, other),
        }
    }
    glob
}

/// As [`like_as_glob`] reads it: a `\` at the end stands for itself.
pub(super) fn like_pattern(pattern: &str) -> String {
    let trailing = pattern.len() - pattern.trim_end_matches('\\').len();
    if trailing % 2 == 1 {
        format!("{pattern}\\")
    } else {
        pattern.to_owned()
    }
}

fn push_glob(glob: &mut String, character: char) {
    match character {
        '*' | '?' | '[' => {
            glob.push('[');
            glob.push(character);
            glob.push(']');
        }
        other => glob.push(other),
    }
}

/// The first text behind all that start with `prefix`, in the order of code points; `None` where
/// there is none.
pub(super) fn behind_prefix(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        if let Some(next) = next(last) {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// The character behind this one.
fn next(character: char) -> Option<char> {
    // Surrogates are no characters.
    let next = match character {
        '\u{d7ff}' => 0xe000,
        other => u32::from(other) + 1,
    };
    char::from_u32(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_special_in_a_pattern_stands_for_itself() {
        assert_eq!(like_literal(r"50%_\ä"), r"50\%\_\\ä");
        assert_eq!(glob_literal("a*b?[c]%"), "a[*]b[?][[]c]%");
    }

    #[test]
    fn a_like_pattern_is_a_glob_pattern() {
        for (like, glob) in [
            ("a%b_c", "a*b?c"),
            (r"50\% of \_ \\", r"50% of _ \"),
            ("*[x]?", "[*][[]x][?]"),
            (r"\*", "[*]"),
            (r"a\", r"a\"),
        ] {
            assert_eq!(like_as_glob(like), glob);
        }
        assert_eq!(like_pattern(r"a\"), r"a\\");
        assert_eq!(like_pattern(r"a\\"), r"a\\");
    }

    #[test]
    fn the_end_of_a_prefix_is_behind_everything_that_starts_with_it() {
        assert_eq!(behind_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(behind_prefix("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(behind_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(behind_prefix("\u{10ffff}"), None);
        assert_eq!(behind_prefix(""), None);
    }
}
