//! Rust source as text and as what it says: which items it has, where they stand, what it imports.

mod imports;

use std::ops::Range;

use syn::spanned::Spanned;
use syn::{File, Item};

/// A file of Rust.
pub(super) struct Source {
    text: String,
    file: File,
}

/// What adding one file's items to another came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Merged {
    /// They are all there.
    Same,
    /// None was there: the text with them.
    Added(String),
    /// These are there and say something else.
    Differs(Vec<String>),
}

impl Source {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// Where it is no Rust: what is wrong, and on which line.
    pub(super) fn parse(text: impl Into<String>) -> Result<Self, String> {
        let text = text.into();
        let file = syn::parse_file(&text)
            .map_err(|error| format!("line {}: {error}", error.span().start().line))?;
        Ok(Self { text, file })
    }

    /// The items.
    pub(super) fn items(&self) -> &[Item] {
        &self.file.items
    }

    /// The text of something in it.
    pub(super) fn text_of(&self, part: &impl Spanned) -> &str {
        self.text.get(range(part)).unwrap_or_default()
    }

    /// The names of what it defines; of an `impl`, those of its type.
    pub(super) fn names(&self) -> Vec<String> {
        self.items().iter().filter_map(name).collect()
    }

    /// Adds another file's items and the imports that they need.
    ///
    /// Items that are there already are looked at only: one of the same name that says something
    /// else is its author's.
    ///
    /// # Errors
    ///
    /// Where what came of it is no Rust, which is a fault of ours.
    pub(super) fn merge(&self, other: &Self) -> Result<Merged, String> {
        let new: Vec<_> = other.items().iter().filter(|it| !is_use(it)).collect();
        let is_there = |item: &&&Item| self.text.contains(other.text_of(**item));
        let missing: Vec<_> = new.iter().filter(|it| !is_there(it)).collect();
        if missing.is_empty() {
            return Ok(Merged::Same);
        }
        let own = self.names();
        let mut taken: Vec<String> = new.iter().filter_map(|it| name(it)).collect();
        taken.retain(|name| own.contains(name));
        taken.dedup();
        if !taken.is_empty() {
            return Ok(Merged::Differs(taken));
        }
        let texts: Vec<_> = new.iter().map(|it| other.text_of(*it)).collect();
        let with_items = Self::parse(self.with_items(&texts.join("\n\n")))?;
        imports::merge(with_items, other).map(|merged| Merged::Added(merged.text))
    }

    /// The text with items at its end, before the tests that stand there.
    fn with_items(&self, items: &str) -> String {
        let tests = self.items().iter().find(|item| is_tests(item));
        match tests.map(|item| range(item).start) {
            Some(at) => {
                let (before, after) = self.text.split_at(at);
                format!("{before}{items}\n\n{after}")
            }
            None if self.text.trim().is_empty() => format!("{items}\n"),
            None => format!("{}\n\n{items}\n", self.text.trim_end()),
        }
    }
}

/// Where something stands in the text that it was parsed from.
pub(super) fn range(part: &impl Spanned) -> Range<usize> {
    part.span().byte_range()
}

/// What an item defines.
fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(it) => &it.ident,
        Item::Enum(it) => &it.ident,
        Item::Fn(it) => &it.sig.ident,
        Item::Mod(it) => &it.ident,
        Item::Static(it) => &it.ident,
        Item::Struct(it) => &it.ident,
        Item::Trait(it) => &it.ident,
        Item::Type(it) => &it.ident,
        Item::Union(it) => &it.ident,
        Item::Impl(it) => match &*it.self_ty {
            syn::Type::Path(path) => &path.path.segments.last()?.ident,
            _ => return None,
        },
        _ => return None,
    };
    Some(ident.to_string())
}

fn is_use(item: &Item) -> bool {
    matches!(item, Item::Use(_))
}

/// `#[cfg(test)] mod tests`: clippy wants nothing behind it.
fn is_tests(item: &Item) -> bool {
    let Item::Mod(item) = item else { return false };
    item.attrs.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(own: &str, other: &str) -> Merged {
        let own = Source::parse(own).unwrap();
        own.merge(&Source::parse(other).unwrap()).unwrap()
    }

    const OTHER: &str =
        "//! Docs.\n\nuse a::B;\n\n/// A tag.\npub struct Tag {\n    id: B,\n}\n\nimpl Tag {}\n";

    #[test]
    fn items_are_added_with_the_imports_that_are_missing() {
        let own = "//! Mine.\n\nuse a::A;\n\n// About it.\nstruct Book;\n";
        assert_eq!(
            merged(own, OTHER),
            Merged::Added(
                "//! Mine.\n\nuse a::{A, B};\n\n// About it.\nstruct Book;\n\n/// A tag.\n\
                 pub struct Tag {\n    id: B,\n}\n\nimpl Tag {}\n"
                    .to_owned()
            )
        );
    }

    #[test]
    fn tests_stay_at_the_end() {
        let own = "use a::B;\n\nstruct Größe; // ü\n\n#[cfg(test)]\nmod tests {}\n";
        assert_eq!(
            merged(own, OTHER),
            Merged::Added(
                "use a::B;\n\nstruct Größe; // ü\n\n/// A tag.\npub struct Tag {\n    id: B,\n}\n\n\
                 impl Tag {}\n\n#[cfg(test)]\nmod tests {}\n"
                    .to_owned()
            )
        );
    }

    #[test]
    fn what_is_there_is_left_alone() {
        assert_eq!(merged(OTHER, OTHER), Merged::Same);
        let edited = OTHER.replace("    id: B,", "    id: B,\n    name: String,");
        assert_eq!(
            merged(&edited, OTHER),
            Merged::Differs(vec!["Tag".to_owned()])
        );
        assert_eq!(
            merged("enum Tag {}\n", OTHER),
            Merged::Differs(vec!["Tag".to_owned()])
        );
    }

    #[test]
    fn what_is_no_rust_says_where() {
        let error = Source::parse("fn a() {}\nfn b( {}\n").err().unwrap();
        assert!(error.starts_with("line 2: "), "{error}");
    }
}
