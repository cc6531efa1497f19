//! `#[repository]`: a trait whose methods are written from their names, or from a `#[query]`.

mod component;
mod derived;
mod expand;
mod name;
mod parameters;
mod parse;
mod query;
mod query_text;
mod returns;
mod validate;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ItemTrait;

use crate::service::Options;
use crate::shared::{Errors, arguments_noting, error_with_stub};

/// What `#[repository]` takes: what every component takes, but for interfaces of the author's.
const KNOWN: [&str; 4] = ["primary", "qualifier", "order", "conditional"];

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = validate::item(syn::parse2(item)?)?;
    let mut errors = Errors::default();
    let options = arguments_noting(args, &KNOWN, &Options::REPEATABLE, &mut errors);
    let options = errors.keep(Options::new(&options)).unwrap_or_default();
    let interface = parse::interface(item, &mut errors);
    let repository = interface.and_then(validate::repository);
    let repository = errors.join(repository)?;
    Ok(expand::expand(&repository, &options))
}

/// The trait without our attributes: what stands where the macro failed.
fn stub(item: TokenStream) -> TokenStream {
    match syn::parse2::<ItemTrait>(item.clone()) {
        Ok(mut item) => {
            parse::strip(&mut item);
            expand::interface(&item)
        }
        Err(_) => item.into_token_stream(),
    }
}

#[cfg(test)]
mod tests;
