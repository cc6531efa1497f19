//! The fields: `name: "posts", requires: ["users"]`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Token};

use super::Kind;

/// `name: "posts"`.
pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) value: Expr,
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self {
            name,
            value: input.parse()?,
        })
    }
}

pub(super) fn fields(input: TokenStream, kind: Kind) -> syn::Result<Vec<Field>> {
    Punctuated::<Field, Token![,]>::parse_terminated
        .parse2(input)
        .map(|fields| fields.into_iter().collect())
        .map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("this is written `{}`", kind.example()),
            )
        })
}
