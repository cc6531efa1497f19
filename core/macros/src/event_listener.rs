//! `#[event_listener]`: a function that hears an application event.

mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::shared::function::{function, stub, without_parameter_attributes};
use crate::shared::{Errors, error_with_stub};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = function(item, "#[event_listener]")?;
    let mut errors = Errors::default();
    let order = errors.keep(parse::order(args)).unwrap_or_default();
    let listener = errors.join(validate::listener(&item, order))?;
    let expansion = expand::expand(&listener);
    let item = without_parameter_attributes(item);
    Ok(quote!(#item #expansion))
}

#[cfg(test)]
mod tests;
