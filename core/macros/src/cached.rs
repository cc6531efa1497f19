//! `#[cached]`: a function that runs once for a key.

mod expand;
mod validate;

use proc_macro2::TokenStream;

use crate::shared::error_with_stub;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, item))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    validate::validate(args, item).map(expand::expand)
}

#[cfg(test)]
mod tests;
