//! The `pub mod` line of a module.

/// Adds `pub mod name;` to the last group of module lines, where its name belongs by alphabet, or
/// at the end.
///
/// One that is there stays the only one.
pub(crate) fn add(text: &str, name: &str) -> String {
    let line = format!("pub mod {name};");
    let lines: Vec<&str> = text.lines().collect();
    if lines.iter().any(|present| declared(present) == Some(name)) {
        return text.to_owned();
    }
    let at = place(&lines, name);
    let mut edited: Vec<&str> = lines;
    edited.insert(at, &line);
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    edited.join(ending) + ending
}

/// rustfmt sorts lines that stand together, so that is where the new one goes.
fn place(lines: &[&str], name: &str) -> usize {
    let Some(last) = lines.iter().rposition(|line| declared(line).is_some()) else {
        return lines.len();
    };
    let mut at = last + 1;
    for (index, line) in lines[..=last].iter().enumerate().rev() {
        match declared(line) {
            Some(other) if other > name => at = index,
            Some(_) => break,
            // An attribute or a comment belongs to the line below it.
            None if line.starts_with("#[") || line.starts_with("//") => {
                if at == index + 1 && at <= last && !line.starts_with("//!") {
                    at = index;
                }
            }
            None => break,
        }
    }
    at
}

/// The name in `pub mod posts;`, `mod posts;` or `pub(crate) mod posts;`.
fn declared(line: &str) -> Option<&str> {
    let line = line.split("//").next().unwrap_or_default().trim_end();
    let starts = line.starts_with("mod ")
        || line.starts_with("pub mod ")
        || (line.starts_with("pub(") && line.contains(") mod "));
    let line = line.strip_suffix(';').filter(|_| starts)?;
    line.split_whitespace().last()
}

#[cfg(test)]
mod tests {
    use super::add;

    #[test]
    fn the_line_goes_among_its_kind_by_alphabet() {
        for (before, after) in [
            (
                "//! Apps.\n\npub mod home;\n",
                "//! Apps.\n\npub mod home;\npub mod posts;\n",
            ),
            (
                "pub mod home; // first\n\nfn x() {}\n",
                "pub mod home; // first\npub mod posts;\n\nfn x() {}\n",
            ),
            (
                "pub mod home;\npub mod shop;\npub mod tags;\n",
                "pub mod home;\npub mod posts;\npub mod shop;\npub mod tags;\n",
            ),
            (
                "//! Apps.\n\n#[cfg(unix)]\n// Only there.\npub mod shop;\n",
                "//! Apps.\n\npub mod posts;\n#[cfg(unix)]\n// Only there.\npub mod shop;\n",
            ),
            (
                "mod zebra;\n\npub mod shop;\n",
                "mod zebra;\n\npub mod posts;\npub mod shop;\n",
            ),
            (
                "//! Apps.\npub mod shop;\n",
                "//! Apps.\npub mod posts;\npub mod shop;\n",
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
