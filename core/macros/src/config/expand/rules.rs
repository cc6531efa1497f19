//! `#[garde(…)]` attributes as rules that a schema can state.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, Result};

use super::super::parse::Field;
use crate::shared::private;

/// Whether a rule looks at the struct's other fields, and so can only be checked once all are
/// read.
pub(super) fn looks_around(field: &Field) -> bool {
    field.garde.iter().any(|attr| match &attr.meta {
        syn::Meta::List(list) => mentions(list.tokens.clone()),
        _ => false,
    })
}

fn mentions(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "self" || ident == "matches",
        TokenTree::Group(group) => mentions(group.stream()),
        _ => false,
    })
}

/// The rules as an expression, for a field that has any.
pub(super) fn rules(field: &Field) -> Result<Option<TokenStream>> {
    if field.garde.is_empty() {
        return Ok(None);
    }
    let private = private();
    let mut rules = quote!(#private::Rules::default());
    for attr in &field.garde {
        add(attr, &mut rules);
    }
    Ok(Some(rules))
}

/// What is not understood here is for garde alone, which reports its own mistakes.
fn add(attr: &Attribute, rules: &mut TokenStream) {
    let mut found = TokenStream::new();
    let parsed = attr.parse_nested_meta(|rule| {
        let name = rule
            .path
            .get_ident()
            .map(ToString::to_string)
            .unwrap_or_default();
        match name.as_str() {
            "range" => found.extend(bounds(&rule, "min", "max")?),
            "length" => found.extend(bounds(&rule, "min_length", "max_length")?),
            "email" => found.extend(quote!(.format("email"))),
            "url" => found.extend(quote!(.format("uri"))),
            "ipv4" => found.extend(quote!(.format("ipv4"))),
            "ipv6" => found.extend(quote!(.format("ipv6"))),
            "pattern" => {
                let content;
                syn::parenthesized!(content in rule.input);
                let pattern: Expr = content.parse()?;
                // A path to a compiled expression has no text to show.
                if let Expr::Lit(_) = &pattern {
                    found.extend(quote!(.pattern(#pattern)));
                }
            }
            _ => skip(&rule)?,
        }
        Ok(())
    });
    if parsed.is_ok() {
        rules.extend(found);
    }
}

fn bounds(rule: &ParseNestedMeta<'_>, min: &str, max: &str) -> Result<TokenStream> {
    let private_cast = min == "min_length";
    let (least, most) = (quote::format_ident!("{min}"), quote::format_ident!("{max}"));
    let mut found = TokenStream::new();
    rule.parse_nested_meta(|bound| {
        let name = bound
            .path
            .get_ident()
            .map(ToString::to_string)
            .unwrap_or_default();
        // `length(chars, min = 1)` names the unit first.
        let Ok(value) = bound.value() else {
            return Ok(());
        };
        let value: Expr = value.parse()?;
        let value = if private_cast {
            quote!((#value) as usize)
        } else {
            quote!(#value)
        };
        match name.as_str() {
            "min" => found.extend(quote!(.#least(#value))),
            "max" => found.extend(quote!(.#most(#value))),
            "equal" => found.extend(quote!(.#least(#value).#most(#value))),
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}

/// Leaves out the arguments of a rule.
fn skip(rule: &ParseNestedMeta<'_>) -> Result<()> {
    while !rule.input.is_empty() && !rule.input.peek(syn::Token![,]) {
        rule.input.parse::<TokenTree>()?;
    }
    Ok(())
}
