//! `#[secured]` on a function: nobody runs it who may not.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemFn, ItemImpl};

use crate::shared::access::Rule;
use crate::shared::{body, error_with_stub, private};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, item))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut item = function(item)?;
    body::fallible(&item, "#[secured]")?;
    let rule = Rule::of_arguments(args)?.tokens();
    let private = private();
    body::before(
        &mut item,
        &quote! {
            static __RULE: ::std::sync::LazyLock<#private::web::AccessRule> =
                ::std::sync::LazyLock::new(|| #rule);
            if let ::core::result::Result::Err(error) = #private::security::require(&__RULE) {
                return ::core::result::Result::Err(::core::convert::From::from(error));
            }
        },
    );
    Ok(item.into_token_stream())
}

fn function(item: TokenStream) -> syn::Result<ItemFn> {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(ItemImpl { impl_token, .. })) => Err(syn::Error::new_spanned(
            impl_token,
            "of a controller, `#[secured]` stands below `#[routes]`; of a service, on each method",
        )),
        _ => body::function(item, "#[secured]"),
    }
}

#[cfg(test)]
mod tests;
