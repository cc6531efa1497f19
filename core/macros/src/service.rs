//! `#[service]`, and what every macro that makes a component of a struct shares with it.

mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemStruct};

pub(crate) use expand::conditions;
pub(crate) use parse::Options;

use crate::shared::{Errors, arguments_noting, error_with_stub};

/// The role of a component; the variants are those of the core's `Stereotype`.
#[derive(Clone, Copy)]
pub(crate) enum Stereotype {
    Service,
    Controller,
}

impl Stereotype {
    /// The attribute that the user wrote, for messages.
    fn attribute(self) -> &'static str {
        match self {
            Self::Service => "#[service]",
            Self::Controller => "#[controller]",
        }
    }
}

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = structure(item, Stereotype::Service)?;
    let mut errors = Errors::default();
    let options = arguments_noting(args, &Options::KNOWN, &Options::REPEATABLE, &mut errors);
    let options = errors.keep(Options::new(&options)).unwrap_or_default();
    errors.join(expand_component(&item, options, Stereotype::Service))
}

/// The struct that the attribute stands on.
///
/// # Errors
///
/// It stands on something else.
pub(crate) fn structure(item: TokenStream, stereotype: Stereotype) -> syn::Result<ItemStruct> {
    validate::structure(syn::parse2(item)?, stereotype)
}

/// The struct as a component: the struct itself without our attributes on its fields, how it is
/// built, and its registration.
///
/// # Errors
///
/// Everything that keeps the struct from being a component.
pub(crate) fn expand_component(
    item: &ItemStruct,
    options: Options,
    stereotype: Stereotype,
) -> syn::Result<TokenStream> {
    let component = validate::component(item, options, stereotype)?;
    let item = without_field_attributes(item.clone());
    let expansion = expand::expand(&component);
    Ok(quote!(#item #expansion))
}

/// The user's item without our attributes on its fields: what stands where the macro failed.
pub(crate) fn stub(item: TokenStream) -> TokenStream {
    match syn::parse2(item.clone()) {
        Ok(Item::Struct(item)) => without_field_attributes(item).into_token_stream(),
        _ => item,
    }
}

fn without_field_attributes(mut item: ItemStruct) -> ItemStruct {
    for field in &mut item.fields {
        field.attrs.retain(|attribute| {
            !["value", "qualifier", "init", "config"]
                .iter()
                .any(|ours| attribute.path().is_ident(ours))
        });
    }
    item
}

#[cfg(test)]
mod tests;
