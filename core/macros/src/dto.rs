//! `#[dto]`.

use proc_macro2::TokenStream;

pub(crate) fn entry(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}
