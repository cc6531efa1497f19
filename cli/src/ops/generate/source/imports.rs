//! The `use` lines of a file, and those that it lacks.

use syn::{Item, ItemUse, UseTree};

use super::{Source, range};

/// One name that is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Import {
    /// `savia::prelude` of `savia::prelude::*`.
    path: String,
    /// The name, `*` for all.
    name: String,
}

/// Adds the imports of another file that this one lacks, each where a person would write it.
///
/// # Errors
///
/// Where what came of it is no Rust.
pub(super) fn merge(mut own: Source, other: &Source) -> Result<Source, String> {
    for import in of(other) {
        let covers =
            |it: &Import| it.path == import.path && (it.name == import.name || it.name == "*");
        if !of(&own).iter().any(covers) {
            own = Source::parse(added(&own, &import))?;
        }
    }
    Ok(own)
}

/// All that a file imports.
fn of(source: &Source) -> Vec<Import> {
    let mut imports = Vec::new();
    for item in lines(source) {
        flatten(&item.tree, String::new(), &mut imports);
    }
    imports
}

fn lines(source: &Source) -> impl DoubleEndedIterator<Item = &ItemUse> {
    source.items().iter().filter_map(|item| match item {
        Item::Use(item) => Some(item),
        _ => None,
    })
}

fn flatten(tree: &UseTree, path: String, into: &mut Vec<Import>) {
    let mut import = |path: String, name: String| into.push(Import { path, name });
    match tree {
        UseTree::Path(it) if path.is_empty() => flatten(&it.tree, it.ident.to_string(), into),
        UseTree::Path(it) => flatten(&it.tree, format!("{path}::{}", it.ident), into),
        UseTree::Name(it) => import(path, it.ident.to_string()),
        UseTree::Rename(it) => import(path, format!("{} as {}", it.ident, it.rename)),
        UseTree::Glob(_) => import(path, "*".to_owned()),
        UseTree::Group(it) => {
            for tree in &it.items {
                flatten(tree, path.clone(), into);
            }
        }
    }
}

fn added(own: &Source, import: &Import) -> String {
    let Import { path, name } = import;
    if let Some((line, mut names)) = lines(own).find_map(|line| Some((line, joins(line, import)?)))
    {
        names.push(name.clone());
        names.sort_unstable();
        let range = range(line);
        let joined = format!("use {path}::{{{}}};", names.join(", "));
        return own.text[..range.start].to_owned() + &joined + &own.text[range.end..];
    }
    let tree = format!("{path}::{name}");
    let new = format!("use {tree};");
    let alike = |line: &&ItemUse| is_local(&of_line(line)) == is_local(path);
    let text = own.text.as_str();
    let insert = |at: usize, what: String| format!("{}{what}{}", &text[..at], &text[at..]);
    let Some(last) = lines(own).rfind(alike) else {
        return beside_others(own, &new, is_local(path));
    };
    // rustfmt sorts lines that stand together.
    let mut later = None;
    let mut below = range(last).start;
    for line in lines(own)
        .rev()
        .skip_while(|line| !std::ptr::eq(*line, last))
    {
        let here = range(line);
        let touches = text
            .get(here.end..below)
            .is_some_and(|gap| gap.trim_matches(' ') == "\n");
        if !std::ptr::eq(line, last) && !touches {
            break;
        }
        if own.text_of(&line.tree) > tree.as_str() {
            later = Some(here.start);
        }
        below = here.start;
    }
    match later {
        Some(at) => insert(at, format!("{new}\n")),
        None => insert(range(last).end, format!("\n{new}")),
    }
}

/// The names of a line that the import can join: `use a::B;` and `use a::{B, C};`.
fn joins(line: &ItemUse, import: &Import) -> Option<Vec<String>> {
    let is_plain = line.attrs.is_empty() && matches!(line.vis, syn::Visibility::Inherited);
    let mut imports = Vec::new();
    flatten(&line.tree, String::new(), &mut imports);
    let is_name = |it: &Import| it.path == import.path && it.name != "*";
    let can = is_plain && import.name != "*" && imports.iter().all(is_name);
    can.then(|| imports.into_iter().map(|it| it.name).collect())
}

/// The line where there is none of its kind yet.
fn beside_others(own: &Source, new: &str, is_local: bool) -> String {
    let text = own.text.as_str();
    let insert = |at: usize, what: String| format!("{}{what}{}", &text[..at], &text[at..]);
    match (lines(own).next(), lines(own).next_back()) {
        (_, Some(last)) if is_local => insert(range(last).end, format!("\n\n{new}")),
        (Some(first), _) => insert(range(first).start, format!("{new}\n\n")),
        _ => match own.items().first() {
            Some(first) => insert(range(first).start, format!("{new}\n\n")),
            None => format!("{}\n\n{new}\n", text.trim_end()),
        },
    }
}

/// The path of a line's first name.
fn of_line(line: &ItemUse) -> String {
    let mut imports = Vec::new();
    flatten(&line.tree, String::new(), &mut imports);
    imports
        .into_iter()
        .next()
        .map_or_else(String::new, |it| it.path)
}

/// Of this crate.
fn is_local(path: &str) -> bool {
    let first = path.split("::").next().unwrap_or_default();
    matches!(first, "crate" | "self" | "super")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(own: &str, other: &str, expected: &str) {
        let merged = merge(Source::parse(own).unwrap(), &Source::parse(other).unwrap());
        assert_eq!(merged.unwrap().text, expected);
    }

    #[test]
    fn an_import_joins_those_of_its_path() {
        check("use a::b::C;\n", "use a::b::A;\n", "use a::b::{A, C};\n");
        check("use a::{B, C};\n", "use a::A;\n", "use a::{A, B, C};\n");
        check("use a::*;\n", "use a::A;\n", "use a::*;\n");
        check(
            "use a::{b::C, A};\n",
            "use a::A;\nuse a::b::C;\n",
            "use a::{b::C, A};\n",
        );
        check(
            "pub use a::B;\n",
            "use a::A;\n",
            "use a::A;\npub use a::B;\n",
        );
    }

    #[test]
    fn a_line_goes_among_its_kind_by_alphabet() {
        check(
            "use savia::prelude::*;\n\nuse super::b::B;\nuse super::d::D;\n",
            "use super::c::C;\n",
            "use savia::prelude::*;\n\nuse super::b::B;\nuse super::c::C;\nuse super::d::D;\n",
        );
        check(
            "use savia::prelude::*;\n\nuse super::b::B;\n",
            "use savia::test::T;\nuse crate::a::A;\n",
            "use savia::prelude::*;\nuse savia::test::T;\n\nuse crate::a::A;\nuse super::b::B;\n",
        );
        check(
            "use savia::prelude::*;\n\nstruct A;\n",
            "use super::b::B;\n",
            "use savia::prelude::*;\n\nuse super::b::B;\n\nstruct A;\n",
        );
        check(
            "use super::b::B;\n",
            "use savia::prelude::*;\n",
            "use savia::prelude::*;\n\nuse super::b::B;\n",
        );
        check(
            "//! Docs.\n\n/// A.\nstruct A;\n",
            "use a::B;\n",
            "//! Docs.\n\nuse a::B;\n\n/// A.\nstruct A;\n",
        );
        check("//! Docs.\n", "use a::B;\n", "//! Docs.\n\nuse a::B;\n");
    }
}
