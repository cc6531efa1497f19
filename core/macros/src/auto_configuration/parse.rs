//! The item; there are no options.

use proc_macro2::TokenStream;
use syn::Item;

pub(super) struct Parsed {
    pub(super) options: TokenStream,
    pub(super) item: Item,
}

pub(super) fn parse(options: TokenStream, item: TokenStream) -> syn::Result<Parsed> {
    Ok(Parsed {
        options,
        item: syn::parse2(item)?,
    })
}
