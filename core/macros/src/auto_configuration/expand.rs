//! The registration.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use crate::shared::{location, module_path, private, submit};

pub(super) fn expand(name: &Ident) -> TokenStream {
    let private = private();
    let module_path = module_path();
    let location = location();
    // At the struct, so that a missing `impl AutoConfiguration` is reported there.
    let make = quote_spanned!(name.span()=> ::std::boxed::Box::new(#name));
    submit(quote! {
        #private::AutoConfigurationRegistration {
            make: || #make,
            module_path: #module_path,
            location: #location,
        }
    })
}
