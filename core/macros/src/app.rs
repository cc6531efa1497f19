//! `app!` and `starter!`: who owns the module and everything below it.

mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

/// Which of the two was written.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    App,
    Starter,
}

impl Kind {
    fn example(self) -> &'static str {
        match self {
            Self::App => "savia::app! { name: \"posts\" }",
            Self::Starter => "savia::starter! { name: \"mail\" }",
        }
    }
}

pub(crate) fn entry(input: TokenStream, kind: Kind) -> TokenStream {
    expand(input, kind).unwrap_or_else(|error| error.to_compile_error())
}

fn expand(input: TokenStream, kind: Kind) -> syn::Result<TokenStream> {
    let fields = parse::fields(input, kind)?;
    let owner = validate::owner(fields, kind)?;
    Ok(expand::expand(&owner))
}

#[cfg(test)]
mod tests;
