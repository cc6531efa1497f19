//! The path, and the options behind it.

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Token};

/// The path and the tokens of what follows it.
///
/// # Errors
///
/// There is no path, or something else than a comma follows it.
pub(super) fn split(args: TokenStream) -> syn::Result<(LitStr, TokenStream)> {
    let parse = |input: ParseStream<'_>| {
        if !input.peek(LitStr) {
            let at = if input.is_empty() {
                Span::call_site()
            } else {
                input.span()
            };
            return Err(syn::Error::new(
                at,
                "a controller needs the path below which it answers: `#[controller(\"/posts\")]`",
            ));
        }
        let path = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((path, input.parse()?))
    };
    parse.parse2(args)
}
