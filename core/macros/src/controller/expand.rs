//! The controller's path as code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Item};

use crate::shared::private;

/// What `#[routes]` finds the path by.
pub(super) fn controller(name: &Ident, path: &str) -> TokenStream {
    let private = private();
    quote! {
        impl #private::web::Controller for #name {
            const PATH: &'static str = #path;
        }
    }
}

/// The same for a struct whose attribute is wrong; nothing for what is no struct.
pub(super) fn stub(item: TokenStream) -> TokenStream {
    match syn::parse2(item) {
        Ok(Item::Struct(item)) if item.generics.params.is_empty() => controller(&item.ident, "/"),
        _ => TokenStream::new(),
    }
}
