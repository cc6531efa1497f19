//! `#[routes]`: the methods of a controller that answer requests.

mod caching;
mod expand;
mod options;
mod parse;
pub(crate) mod pattern;
mod validate;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemImpl;

use crate::shared::{Errors, error_with_stub};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = validate::item(syn::parse2(item)?)?;
    let mut errors = Errors::default();
    if !args.is_empty() {
        errors.at(
            &args,
            "`#[routes]` takes nothing: the path stands on the struct, `#[controller(\"/posts\")]`",
        );
    }
    let block = errors.keep(parse::block(item).and_then(|block| {
        validate::block(&block)?;
        Ok(block)
    }));
    errors.finish(
        block
            .map(|block| expand::expand(&block))
            .unwrap_or_default(),
    )
}

/// The user's methods without our attributes: what stands where the macro failed.
fn stub(item: TokenStream) -> TokenStream {
    match syn::parse2::<ItemImpl>(item.clone()) {
        Ok(mut item) => {
            parse::strip(&mut item);
            item.into_token_stream()
        }
        Err(_) => quote!(#item),
    }
}

#[cfg(test)]
mod tests;
