//! `#[etag]` and `#[cache_control(max_age = "60s", private)]`: how clients keep an answer.

use std::time::Duration;

use proc_macro2::Span;
use syn::{Attribute, Meta};

use super::options::Verb;
use crate::shared::{Argument, Errors, arguments};

/// What a route says of how clients keep its answers.
#[derive(Clone, Default)]
pub(super) struct Caching {
    /// Whether answers are named by what is in them.
    pub(super) etag: bool,
    /// The header `Cache-Control`.
    pub(super) cache_control: Option<String>,
}

const KNOWN: [&str; 11] = [
    "max_age",
    "s_maxage",
    "stale_while_revalidate",
    "stale_if_error",
    "private",
    "public",
    "no_store",
    "no_cache",
    "must_revalidate",
    "immutable",
    "no_transform",
];

const EXAMPLE: &str = "`#[cache_control(max_age = \"60s\", private)]`";

/// Whether the attribute is one of ours.
pub(super) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("etag") || attribute.path().is_ident("cache_control")
}

/// What the attributes of a method say; notes what is wrong with them.
pub(super) fn read(attributes: &[Attribute], verbs: &[Verb], errors: &mut Errors) -> Caching {
    let mut caching = Caching::default();
    let mut stored = true;
    for attribute in attributes.iter().filter(|it| is_ours(it)) {
        if attribute.path().is_ident("etag") {
            if attribute.meta.require_path_only().is_err() {
                errors.at(attribute, "`#[etag]` takes nothing");
            }
            caching.etag = true;
        } else if caching.cache_control.is_some() {
            errors.at(attribute, "`#[cache_control]` is given twice");
        } else if let Some((text, keeps)) = errors.keep(directives(attribute)) {
            caching.cache_control = Some(text);
            stored = keeps;
        }
        let reads = |verb: &Verb| ["get", "head"].contains(&verb.name());
        if let Some(verb) = verbs.iter().find(|verb| !reads(verb)) {
            errors.at(
                attribute,
                format!(
                    "only what reads is kept by clients: this route has a `#[{}]`",
                    verb.name()
                ),
            );
        }
    }
    if caching.etag
        && !stored
        && let Some(attribute) = attributes.iter().find(|it| it.path().is_ident("etag"))
    {
        errors.at(
            attribute,
            "`no_store` says that nothing is kept, so that no client will ask by a tag: leave one out",
        );
    }
    caching
}

/// The value of the header, and whether anything is kept.
fn directives(attribute: &Attribute) -> syn::Result<(String, bool)> {
    let Meta::List(list) = &attribute.meta else {
        let what = format!("say how an answer is kept: {EXAMPLE}");
        return Err(syn::Error::new_spanned(attribute, what));
    };
    let given = arguments(list.tokens.clone(), &KNOWN, &[])?;
    if given.is_empty() {
        let what = format!("say how an answer is kept: {EXAMPLE}");
        return Err(syn::Error::new_spanned(attribute, what));
    }
    let mut errors = Errors::default();
    let mut texts = Vec::new();
    for argument in &given {
        texts.extend(errors.keep(directive(argument)));
    }
    let span = |name: &str| {
        let found = given.iter().find(|it| it.name() == name);
        found.map(|it| it.name.span())
    };
    let mut contradict = |a: &str, b: &str| {
        if let (Some(span), Some(_)) = (span(a), span(b)) {
            let what = format!("`{a}` and `{b}` contradict each other: leave one out");
            errors.push(syn::Error::new(span, what));
        }
    };
    contradict("private", "public");
    contradict("private", "s_maxage");
    for other in [
        "max_age",
        "s_maxage",
        "public",
        "immutable",
        "stale_while_revalidate",
        "stale_if_error",
    ] {
        contradict("no_store", other);
    }
    if let (Some(span), None) = (span("immutable"), span("max_age")) {
        errors.push(needs_age(span));
    }
    errors.finish((texts.join(", "), span("no_store").is_none()))
}

fn needs_age(span: Span) -> syn::Error {
    syn::Error::new(
        span,
        "`immutable` is for as long as `max_age` says: `max_age = \"1y\"`",
    )
}

fn directive(argument: &Argument) -> syn::Result<String> {
    let name = argument.name();
    let directive = match name.as_str() {
        "max_age" => "max-age",
        "s_maxage" => "s-maxage",
        "stale_while_revalidate" => "stale-while-revalidate",
        "stale_if_error" => "stale-if-error",
        flag => {
            argument.flag()?;
            return Ok(flag.replace('_', "-"));
        }
    };
    let example = format!("{name} = \"60s\"");
    let text = argument.text(&example)?;
    let time: Option<Duration> = humantime::parse_duration(text.value().trim()).ok();
    let whole = time.filter(|time| time.subsec_nanos() == 0);
    let time = whole.ok_or_else(|| {
        let what = format!("this is no time in whole seconds with its unit, such as `{example}`");
        syn::Error::new(text.span(), what)
    })?;
    Ok(format!("{directive}={}", time.as_secs()))
}
