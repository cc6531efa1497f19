//! `#[config]`.

mod default;
mod expand;
mod parse;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    match expanded(args, item.clone()) {
        Ok(code) => code,
        Err(error) => crate::shared::error_with_stub(&error, expand::stub(item)),
    }
}

fn expanded(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let config = parse::parse(args, item)?;
    validate::validate(&config)?;
    expand::expand(&config)
}
