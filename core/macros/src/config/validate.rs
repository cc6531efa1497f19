//! Says what is wrong, at the user's span.

use std::collections::BTreeMap;

use syn::{Error, Generics, LitStr, Result};

use super::parse::{Config, Key, Section, Words, is_option};
use crate::shared::Errors;

pub(super) fn validate(config: &Config) -> Result<()> {
    let mut faults = Errors::default();
    match config {
        Config::Section(section) => self::section(section, &mut faults),
        Config::Words(words) => self::words(words, &mut faults),
    }
    faults.finish(())
}

fn section(section: &Section, faults: &mut Errors) {
    generics(&section.item.generics, faults);
    if let Some(name) = &section.name {
        section_name(name, faults);
    }
    if section.fields.is_empty() {
        faults.push(Error::new(
            section.item.ident.span(),
            "a section has at least one field",
        ));
    }
    keys(section.fields.iter().map(|field| &field.key), faults);
    for field in &section.fields {
        if let Some(default) = &field.default
            && default.expr.is_some()
            && is_option(&field.ty)
        {
            faults.at(
                &default.attr,
                "a field with a default is never absent: take away the `Option`, or the default",
            );
        }
    }
}

fn words(words: &Words, faults: &mut Errors) {
    generics(&words.item.generics, faults);
    if let Some(name) = &words.name {
        faults.push(Error::new(
            name.span(),
            "an enum is a value inside a section: write `#[config]`, and use it as a field's type",
        ));
    }
    if words.variants.is_empty() {
        faults.push(Error::new(
            words.item.ident.span(),
            "an enum has at least one word",
        ));
    }
    keys(words.variants.iter().map(|variant| &variant.key), faults);
    let mut defaults = words
        .variants
        .iter()
        .filter_map(|variant| variant.default.as_ref());
    for default in defaults.clone().filter(|default| default.expr.is_some()) {
        faults.at(
            &default.attr,
            "the default word is marked `#[default]` alone",
        );
    }
    if let Some(second) = defaults.nth(1) {
        faults.at(&second.attr, "one word is the default already");
    }
}

fn generics(generics: &Generics, faults: &mut Errors) {
    if !generics.params.is_empty() {
        faults.at(
            generics,
            "a `#[config]` type has no parameters: its keys are known before the program runs",
        );
    }
}

/// The empty name is the root, which the core alone declares keys in.
fn section_name(name: &LitStr, faults: &mut Errors) {
    let text = name.value();
    if !text.is_empty() && !text.split('.').all(is_name) {
        faults.push(Error::new(
            name.span(),
            "a section's key is made of lower-case letters, digits, `_` and `-`, \
             and begins with a letter: `posts`, `blog.comments`",
        ));
    }
}

fn keys<'a>(keys: impl Iterator<Item = &'a Key>, faults: &mut Errors) {
    let mut seen = BTreeMap::new();
    for key in keys {
        if !is_name(&key.name) {
            faults.push(Error::new(key.span, "a key is made of lower-case letters, digits, `_` and `-`, and begins with a letter; \
                 give another with `#[key(\"name\")]`"));
        }
        // An environment variable cannot tell `page-size` from `page_size`.
        if seen.insert(key.name.replace(['-', '_'], ""), ()).is_some() {
            faults.push(Error::new(key.span, "another field has this key"));
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
}
