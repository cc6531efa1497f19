//! What an owner must say of itself.

use heck::ToSnakeCase;
use proc_macro2::Span;
use syn::{Expr, ExprArray, ExprLit, Lit, LitStr};

use super::Kind;
use super::parse::Field;
use crate::shared::{Errors, unknown};

/// An app or starter with a name.
pub(super) struct Owner {
    pub(super) kind: Kind,
    pub(super) name: LitStr,
    pub(super) requires: Vec<LitStr>,
}

pub(super) fn owner(fields: Vec<Field>, kind: Kind) -> syn::Result<Owner> {
    let known: &[&str] = match kind {
        Kind::App => &["name", "requires"],
        Kind::Starter => &["name"],
    };
    let mut errors = Errors::default();
    let mut name = None;
    let mut requires = None;
    for field in &fields {
        let word = field.name.to_string();
        match word.as_str() {
            "name" if name.is_none() => name = Some(named(&field.value)),
            "requires" if known.contains(&"requires") && requires.is_none() => {
                requires = Some(errors.keep(list(&field.value)).unwrap_or_default());
            }
            _ if known.contains(&word.as_str()) => {
                errors.at(&field.name, format!("`{word}` is given twice"));
            }
            _ => errors.push(unknown("field", &word, known, field.name.span())),
        }
    }
    let name = name.unwrap_or_else(|| {
        // The misspelt name has been told.
        std::mem::take(&mut errors).finish(())?;
        let what = match kind {
            Kind::App => "an app",
            Kind::Starter => "a starter",
        };
        let message = format!("{what} needs a name: `{}`", kind.example());
        Err(syn::Error::new(Span::call_site(), message))
    });
    errors.join(name.map(|name| Owner {
        kind,
        name,
        requires: requires.unwrap_or_default(),
    }))
}

/// Names are written in `installed_apps` and are sections of `application.yaml`.
fn named(value: &Expr) -> syn::Result<LitStr> {
    let Expr::Lit(ExprLit {
        lit: Lit::Str(name),
        ..
    }) = value
    else {
        return Err(syn::Error::new_spanned(
            value,
            "a name is a text in quotes: `\"posts\"`",
        ));
    };
    let text = name.value();
    let fits = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if fits {
        return Ok(name.clone());
    }
    let snake = text.to_snake_case();
    let advice = if snake.starts_with(|first: char| first.is_ascii_lowercase()) {
        format!("such as `{snake:?}`")
    } else {
        "such as `\"posts\"`".to_owned()
    };
    Err(syn::Error::new(
        name.span(),
        format!("{text:?} is no name: names are snake_case, {advice}"),
    ))
}

fn list(value: &Expr) -> syn::Result<Vec<LitStr>> {
    let Expr::Array(ExprArray { elems, .. }) = value else {
        return Err(syn::Error::new_spanned(
            value,
            "`requires` is a list of names: `requires: [\"users\"]`",
        ));
    };
    let mut errors = Errors::default();
    let names = elems
        .iter()
        .filter_map(|name| errors.keep(named(name)))
        .collect();
    errors.finish(names)
}
