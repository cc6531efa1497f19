//! `#[command]`: a function as a command of the project's binary.

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
    let item = function(item, "#[command]")?;
    let mut errors = Errors::default();
    let options = errors.keep(parse::options(args)).unwrap_or_default();
    let command = errors.join(validate::command(&item, options))?;
    let expansion = expand::expand(&command);
    let item = without_parameter_attributes(item);
    Ok(quote!(#item #expansion))
}

#[cfg(test)]
mod tests;
