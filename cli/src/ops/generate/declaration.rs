//! The file that declares an app: its modules, what it requires, its migrations.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Item, ItemMacro, Lit, Token};

use super::source::{Source, range};
use crate::ops::new_app::module_line;

/// `name: "posts"`.
struct Field {
    name: Ident,
    value: Expr,
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let value = input.parse()?;
        Ok(Self { name, value })
    }
}

/// The text with `pub mod` lines for these modules.
pub(super) fn with_modules(text: &str, modules: &[&str]) -> String {
    modules.iter().fold(text.to_owned(), |text, module| {
        module_line::add(&text, module)
    })
}

/// The text with its migrations compiled in.
///
/// # Errors
///
/// Where it cannot be read.
pub(super) fn with_migrations(text: &str) -> Result<String, String> {
    const LINE: &str = "savia::data::migrations!();";
    let source = Source::parse(text)?;
    let has = |name: &str| macros(&source).any(|it| is(it, name));
    if has("migrations") {
        return Ok(text.to_owned());
    }
    let app = macros(&source).find(|it| is(it, "app"));
    Ok(match app.map(|it| range(it).end) {
        Some(at) => format!("{}\n{LINE}{}", &text[..at], &text[at..]),
        None => format!("{}\n\n{LINE}\n", text.trim_end()),
    })
}

/// The text with another app among those that its own requires.
///
/// # Errors
///
/// Where it cannot be read.
pub(super) fn with_required(text: &str, app: &str) -> Result<String, String> {
    let source = Source::parse(text)?;
    let Some(fields) = fields(&source) else {
        return Ok(text.to_owned());
    };
    if required(&fields).iter().any(|it| it == app) {
        return Ok(text.to_owned());
    }
    let insert = |at: usize, what: String| format!("{}{what}{}", &text[..at], &text[at..]);
    let list = fields.iter().find(|it| it.name == "requires");
    let last = fields.last();
    Ok(match (list.map(|it| &it.value), last) {
        (Some(Expr::Array(list)), _) => match list.elems.last() {
            Some(last) => insert(range(last).end, format!(", \"{app}\"")),
            None => insert(range(list).start + 1, format!("\"{app}\"")),
        },
        (None, Some(last)) => insert(range(&last.value).end, format!(", requires: [\"{app}\"]")),
        _ => text.to_owned(),
    })
}

/// The name that an app declares, and the apps that it requires.
pub(super) fn declared(text: &str) -> Option<(String, Vec<String>)> {
    let fields = fields(&Source::parse(text).ok()?)?;
    let name = fields.iter().find(|it| it.name == "name")?;
    Some((string(&name.value)?, required(&fields)))
}

fn required(fields: &Punctuated<Field, Token![,]>) -> Vec<String> {
    let list = fields.iter().find(|it| it.name == "requires");
    match list.map(|it| &it.value) {
        Some(Expr::Array(list)) => list.elems.iter().filter_map(string).collect(),
        _ => Vec::new(),
    }
}

fn fields(source: &Source) -> Option<Punctuated<Field, Token![,]>> {
    let app = macros(source).find(|it| is(it, "app"))?;
    app.mac.parse_body_with(Punctuated::parse_terminated).ok()
}

fn macros(source: &Source) -> impl Iterator<Item = &ItemMacro> {
    source.items().iter().filter_map(|item| match item {
        Item::Macro(item) => Some(item),
        _ => None,
    })
}

fn is(item: &ItemMacro, name: &str) -> bool {
    let last = item.mac.path.segments.last();
    last.is_some_and(|last| last.ident == name)
}

fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(syn::ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_follow_the_app() {
        let check = |before: &str, after: &str| {
            assert_eq!(with_migrations(before).unwrap(), after);
        };
        check(
            "//! ü\nsavia::app! { name: \"a\" } // mine\n\nfn b() {}\n",
            "//! ü\nsavia::app! { name: \"a\" }\nsavia::data::migrations!(); // mine\n\nfn b() {}\n",
        );
        check(
            "savia::app! { name: \"a\" }\nmigrations!();\n",
            "savia::app! { name: \"a\" }\nmigrations!();\n",
        );
        check("fn b() {}\n", "fn b() {}\n\nsavia::data::migrations!();\n");
    }

    #[test]
    fn what_is_required_is_said_once() {
        let check = |before: &str, after: &str| {
            assert_eq!(with_required(before, "users").unwrap(), after);
        };
        check(
            "savia::app! { name: \"posts\" }\n",
            "savia::app! { name: \"posts\", requires: [\"users\"] }\n",
        );
        check(
            "savia::app! { name: \"posts\", requires: [] }\n",
            "savia::app! { name: \"posts\", requires: [\"users\"] }\n",
        );
        let both = "savia::app! {\n    name: \"posts\",\n    requires: [\"tags\", \"users\"],\n}\n";
        check(&both.replace(", \"users\"", ""), both);
        check(both, both);
        check("fn b() {}\n", "fn b() {}\n");
        let expected = vec!["tags".to_owned(), "users".to_owned()];
        assert_eq!(declared(both), Some(("posts".to_owned(), expected)));
    }
}
