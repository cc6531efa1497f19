//! `#[controller]`: a component that answers requests below a path.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::routes::pattern::{Pattern, Whose};
use crate::service::{Options, Stereotype, expand_component, structure, stub};
use crate::shared::{Errors, arguments_noting, error_with_stub};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| {
        // With a path, so that `#[routes]` has nothing to say about a mistake made here.
        let stub = stub(item.clone());
        let path = expand::stub(item);
        error_with_stub(&error, quote!(#stub #path))
    })
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = structure(item, Stereotype::Controller)?;
    let mut errors = Errors::default();
    let pattern = errors.keep(parse::split(args).and_then(|(path, rest)| {
        let mut errors = Errors::default();
        let pattern = errors.keep(Pattern::new(path, Whose::Controllers));
        let options = arguments_noting(rest, &Options::KNOWN, &Options::REPEATABLE, &mut errors);
        let options = errors.keep(Options::new(&options));
        errors.finish((pattern, options))
    }));
    let (pattern, options) = pattern.unwrap_or_default();
    let component = errors.keep(expand_component(
        &item,
        options.unwrap_or_default(),
        Stereotype::Controller,
    ));
    let path = pattern.map(|pattern| expand::controller(&item.ident, &pattern.path));
    errors.finish(quote!(#component #path))
}

#[cfg(test)]
mod tests;
