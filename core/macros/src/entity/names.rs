//! Names of tables and columns.

use heck::ToSnakeCase;
use proc_macro2::Span;
use syn::Ident;

/// The longest name that PostgreSQL keeps whole (its `NAMEDATALEN` less the closing zero), in bytes.
pub(super) const LONGEST: usize = 63;

/// The table of a struct that names none: `BlogPost` has `blog_posts`.
pub(super) fn table(name: &str) -> String {
    plural(&name.to_snake_case())
}

/// The column that refers to a type: `post_id` to `Post`.
pub(super) fn foreign_key(name: &str) -> String {
    format!("{}_id", name.to_snake_case())
}

fn plural(word: &str) -> String {
    let before = |end: &str| word.strip_suffix(end).and_then(|it| it.chars().last());
    let is_consonant = |letter: char| !"aeiou_".contains(letter);
    if let (Some(stem), true) = (
        word.strip_suffix('y'),
        before("y").is_some_and(is_consonant),
    ) {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| word.ends_with(end));
    format!("{word}{}", if hisses { "es" } else { "s" })
}

/// The name as an identifier, where it is one; a keyword is one behind `r#`.
pub(super) fn identifier(name: &str, span: Span) -> Option<Ident> {
    let plain = syn::parse_str::<Ident>(name);
    let raw = || syn::parse_str::<Ident>(&format!("r#{name}"));
    let mut ident = plain.or_else(|_| raw()).ok()?;
    ident.set_span(span);
    Some(ident)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_plural() {
        for (name, expected) in [
            ("Post", "posts"),
            ("BlogPost", "blog_posts"),
            ("Category", "categories"),
            ("Day", "days"),
            ("Box", "boxes"),
            ("Address", "addresses"),
            ("Branch", "branches"),
            ("Y", "ys"),
        ] {
            assert_eq!(table(name), expected);
        }
        assert_eq!(foreign_key("BlogPost"), "blog_post_id");
    }

    #[test]
    fn keywords_are_identifiers_and_dashes_are_not() {
        let ident = |name| identifier(name, Span::call_site()).map(|it| it.to_string());
        assert_eq!(ident("type").as_deref(), Some("r#type"));
        assert_eq!(ident("posts").as_deref(), Some("posts"));
        assert_eq!(ident("blog-posts"), None);
        assert_eq!(ident("self"), None);
        assert_eq!(ident(""), None);
    }
}
