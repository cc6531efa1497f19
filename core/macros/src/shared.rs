//! What the macros have in common: paths, arguments, and one mistake that stays one error.

pub(crate) mod access;
pub(crate) mod arguments;
pub(crate) mod body;
mod doc;
mod errors;
pub(crate) mod function;
#[cfg(test)]
pub(crate) mod golden;
pub(crate) mod injection;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Attribute;

pub(crate) use arguments::{Argument, Given, arguments, arguments_noting, unknown};
pub(crate) use doc::{doc_text, first_doc_line};
pub(crate) use errors::Errors;

/// The one path that generated code may name.
pub(crate) fn private() -> TokenStream {
    quote!(::savia::__private)
}

/// The same, at the user's tokens: an error about what is named is reported there.
pub(crate) fn private_at(span: Span) -> TokenStream {
    quote_spanned!(span=> ::savia::__private)
}

/// The error at its span, followed by the user's item as it was, so that what names the item
/// does not fail too.
pub(crate) fn error_with_stub(error: &syn::Error, stub: TokenStream) -> TokenStream {
    let error = error.to_compile_error();
    quote! { #error #stub }
}

/// The module the macro stands in, as a constant expression.
pub(crate) fn module_path() -> TokenStream {
    quote!(::core::module_path!())
}

/// Where the macro stands, as a constant expression of the core's `Location`.
pub(crate) fn location() -> TokenStream {
    let private = private();
    quote! {
        #private::Location { file: ::core::file!(), line: ::core::line!() }
    }
}

/// Submits a registration, which is a constant expression.
pub(crate) fn submit(registration: TokenStream) -> TokenStream {
    let private = private();
    quote! {
        #private::inventory::submit! { #registration }
    }
}

/// The `#[cfg]`s among the attributes: what is made of an item must come and go with it.
pub(crate) fn cfgs(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
}
