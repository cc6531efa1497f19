//! `#[task]`: a function that is run in the background. `#[scheduled]` stands on it.

pub(crate) mod expand;
pub(crate) mod parse;
pub(crate) mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::shared::function::{function, stub, without_parameter_attributes};
use crate::shared::{Errors, arguments_noting, error_with_stub};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = function(item, "#[task]")?;
    let mut errors = Errors::default();
    let mut options = parse::Options::default();
    for argument in arguments_noting(args, &parse::KNOWN, &[], &mut errors) {
        errors.keep(options.take(&argument));
    }
    let task = errors.join(validate::task(&item, options))?;
    let expansion = expand::expand(&task, &[]);
    let item = without_parameter_attributes(item);
    Ok(quote!(#item #expansion))
}

#[cfg(test)]
mod tests;
