//! `#[transactional]`: a function whose body is one transaction.

pub(crate) mod body;
mod expand;
mod options;
mod validate;

use proc_macro2::TokenStream;

use crate::shared::{Errors, error_with_stub};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, item))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = validate::item(item)?;
    let mut errors = Errors::default();
    let options = errors.keep(options::read(args)).unwrap_or_default();
    let transaction = errors.join(validate::transaction(item, options))?;
    Ok(expand::expand(transaction))
}

#[cfg(test)]
mod tests;
