//! `#[savia::test]`: a function as a test of the running application.

mod expand;
mod library;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::shared::function::{function, stub};
use crate::shared::{Errors, error_with_stub};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    let library = library::of_this_package();
    expand(args, item.clone(), library.as_deref())
        .unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream, library: Option<&str>) -> syn::Result<TokenStream> {
    let item = function(item, "#[savia::test]")?;
    let mut errors = Errors::default();
    let setup = errors.keep(parse::setup(args)).unwrap_or_default();
    let test = errors.join(validate::test(item, setup))?;
    Ok(expand::expand(test, library))
}

#[cfg(test)]
mod tests;
