//! Rust as rustfmt leaves it.

/// Where rustfmt breaks the words of an attribute.
const WIDTH: usize = 70;

/// An attribute with its words; without any, only its name.
pub(super) fn attribute(indent: &str, name: &str, words: &[String]) -> String {
    let inside = words.join(", ");
    match words {
        [] => format!("{indent}#[{name}]\n"),
        _ if inside.len() <= WIDTH => format!("{indent}#[{name}({inside})]\n"),
        _ => {
            let words: Vec<String> = words.iter().map(|it| format!("{indent}    {it}")).collect();
            format!("{indent}#[{name}(\n{}\n{indent})]\n", words.join(",\n"))
        }
    }
}
