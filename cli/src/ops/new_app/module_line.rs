//! The `pub mod` line of an app.

/// Adds `pub mod app;` after the last module line, or at the end.
///
/// One that is there stays the only one.
pub(super) fn add(text: &str, app: &str) -> String {
    let line = format!("pub mod {app};");
    let lines: Vec<&str> = text.lines().collect();
    if lines.iter().any(|present| declares(present, app)) {
        return text.to_owned();
    }
    let last = lines.iter().rposition(|line| is_declaration(line));
    let at = last.map_or(lines.len(), |index| index + 1);
    let mut edited: Vec<&str> = lines;
    edited.insert(at, &line);
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    edited.join(ending) + ending
}

/// `pub mod posts;`, and also `mod posts;` and `pub(crate) mod posts;`.
fn declares(line: &str, app: &str) -> bool {
    let line = line.split("//").next().unwrap_or_default().trim();
    is_declaration(line) && line.trim_end_matches(';').split_whitespace().last() == Some(app)
}

fn is_declaration(line: &str) -> bool {
    let line = line.split("//").next().unwrap_or_default().trim_end();
    let starts = line.starts_with("mod ")
        || line.starts_with("pub mod ")
        || (line.starts_with("pub(") && line.contains(") mod "));
    starts && line.ends_with(';')
}

#[cfg(test)]
mod tests {
    use super::add;

    #[test]
    fn the_line_goes_after_the_last_of_its_kind() {
        for (before, after) in [
            (
                "//! Apps.\n\npub mod home;\n",
                "//! Apps.\n\npub mod home;\npub mod posts;\n",
            ),
            (
                "pub mod home; // first\n\nfn x() {}\n",
                "pub mod home; // first\npub mod posts;\n\nfn x() {}\n",
            ),
            ("//! Apps.\n", "//! Apps.\npub mod posts;\n"),
            ("", "pub mod posts;\n"),
            ("pub mod home;", "pub mod home;\npub mod posts;\n"),
            ("pub mod home;\r\n", "pub mod home;\r\npub mod posts;\r\n"),
            ("pub(crate) mod posts;\n", "pub(crate) mod posts;\n"),
        ] {
            assert_eq!(add(before, "posts"), after);
        }
    }
}
