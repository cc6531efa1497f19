//! `#[auto_configuration]`: registers an `AutoConfiguration`.

mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::shared::error_with_stub;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, item))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let parsed = parse::parse(args, item.clone())?;
    let name = validate::name(&parsed)?;
    let expansion = expand::expand(&name);
    Ok(quote!(#item #expansion))
}

#[cfg(test)]
mod tests;
