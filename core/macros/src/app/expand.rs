//! The owner's registration.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::Kind;
use super::validate::Owner;
use crate::shared::{location, module_path, private, submit};

pub(super) fn expand(owner: &Owner) -> TokenStream {
    let private = private();
    let Owner { name, requires, .. } = owner;
    let kind = match owner.kind {
        Kind::App => quote!(App),
        Kind::Starter => quote!(Starter),
    };
    let module_path = module_path();
    let location = location();
    let registration = submit(quote! {
        #private::OwnerRegistration {
            kind: #private::OwnerKind::#kind,
            name: #name,
            module_path: #module_path,
            location: #location,
            requires: &[#(#requires),*],
        }
    });
    // A module with two owners would belong to either by chance. The compiler reports a name that
    // is defined twice, and this name says what is wrong.
    let once = quote_spanned! {name.span()=>
        #[allow(dead_code)]
        const A_MODULE_BELONGS_TO_ONE_APP_OR_STARTER: () = ();
    };
    quote!(#once #registration)
}
