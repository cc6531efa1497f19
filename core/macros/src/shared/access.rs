//! `#[secured(…)]`: what a route asks of its caller.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Meta, Token, parenthesized, token};

use super::{private, unknown};

/// A rule; the variants are those of web's `AccessRule`.
#[derive(Clone)]
pub(crate) enum Rule {
    Authenticated,
    Permission(LitStr),
    Role(LitStr),
    Scope(LitStr),
    Any(Vec<Rule>),
    All(Vec<Rule>),
}

const EXAMPLES: &str = "`#[secured(\"posts:write\")]`, `#[secured(role = \"ADMIN\")]`, \
                        `#[secured(any(\"posts:write\", role = \"ADMIN\"))]`";

impl Rule {
    /// The rule of a `#[secured]`.
    ///
    /// # Errors
    ///
    /// It is not written as one.
    pub(crate) fn of(attribute: &Attribute) -> syn::Result<Self> {
        match &attribute.meta {
            Meta::Path(_) => Ok(Self::Authenticated),
            Meta::List(list) if list.tokens.is_empty() => Err(syn::Error::new_spanned(
                list,
                format!(
                    "nothing stands in the parentheses: `#[secured]` lets in anybody who is \
                     known; otherwise {EXAMPLES}"
                ),
            )),
            Meta::List(list) => Self::of_arguments(list.tokens.clone()),
            Meta::NameValue(meta) => {
                Err(syn::Error::new_spanned(meta, format!("write {EXAMPLES}")))
            }
        }
    }

    /// The rule of what stands in the parentheses; without anything, that somebody is known.
    ///
    /// # Errors
    ///
    /// It is not written as one.
    pub(crate) fn of_arguments(arguments: TokenStream) -> syn::Result<Self> {
        let rules = Punctuated::<Self, Token![,]>::parse_terminated.parse2(arguments)?;
        Ok(Self::all(rules).unwrap_or(Self::Authenticated))
    }

    /// All of these, in one list; the one, where there is one.
    pub(crate) fn all(rules: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut all = Vec::new();
        for rule in rules {
            match rule {
                Self::All(inner) => all.extend(inner),
                rule => all.push(rule),
            }
        }
        // Who may do something is known.
        if all.iter().any(|rule| !matches!(rule, Self::Authenticated)) {
            all.retain(|rule| !matches!(rule, Self::Authenticated));
        } else {
            all.truncate(1);
        }
        if all.len() > 1 {
            Some(Self::All(all))
        } else {
            all.pop()
        }
    }

    /// As an expression.
    pub(crate) fn tokens(&self) -> TokenStream {
        let private = private();
        let rule = quote!(#private::web::AccessRule);
        let text = |text: &LitStr| quote!(::std::string::String::from(#text));
        let list = |rules: &[Self]| {
            let rules = rules.iter().map(Self::tokens);
            quote!(::std::vec::Vec::from([#(#rules),*]))
        };
        match self {
            Self::Authenticated => quote!(#rule::Authenticated),
            Self::Permission(name) => {
                let name = text(name);
                quote!(#rule::Permission(#name))
            }
            Self::Role(name) => {
                let name = text(name);
                quote!(#rule::Role(#name))
            }
            Self::Scope(name) => {
                let name = text(name);
                quote!(#rule::Scope(#name))
            }
            Self::Any(rules) => {
                let rules = list(rules);
                quote!(#rule::Any(#rules))
            }
            Self::All(rules) => {
                let rules = list(rules);
                quote!(#rule::All(#rules))
            }
        }
    }
}

impl Parse for Rule {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Ok(Self::Permission(named(input)?));
        }
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format!("write {EXAMPLES}")));
        }
        let word = Ident::parse_any(input)?;
        if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            let rules: Vec<_> = Punctuated::<Self, Token![,]>::parse_terminated(&content)?
                .into_iter()
                .collect();
            if rules.is_empty() {
                return Err(syn::Error::new(
                    word.span(),
                    format!("`{word}(…)` holds no rule"),
                ));
            }
            return match word.to_string().as_str() {
                "any" => Ok(Self::Any(rules)),
                "all" => Ok(Self::All(rules)),
                other => Err(unknown("rule", other, &["any", "all"], word.span())),
            };
        }
        if !input.peek(Token![=]) {
            return Err(syn::Error::new(
                word.span(),
                format!("a permission is a text: `\"{word}\"`; write {EXAMPLES}"),
            ));
        }
        input.parse::<Token![=]>()?;
        match word.to_string().as_str() {
            "permission" => Ok(Self::Permission(named(input)?)),
            "role" => Ok(Self::Role(named(input)?)),
            "scope" => Ok(Self::Scope(named(input)?)),
            other => Err(unknown(
                "rule",
                other,
                &["permission", "role", "scope"],
                word.span(),
            )),
        }
    }
}

/// A name in quotes, which is not empty.
fn named(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let name: LitStr = input.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            format!("a text in quotes is needed: {EXAMPLES}"),
        )
    })?;
    if name.value().trim().is_empty() {
        return Err(syn::Error::new(
            name.span(),
            "an empty name would let nobody in",
        ));
    }
    Ok(name)
}
