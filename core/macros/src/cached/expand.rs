//! The function with the look-up before its body.

use proc_macro2::TokenStream;
use quote::quote;

use super::validate::Cached;
use crate::caching::{key, site, twice};
use crate::shared::private;

pub(super) fn expand(cached: Cached) -> TokenStream {
    let Cached {
        mut function,
        options,
        parameters,
        key,
    } = cached;
    let private = private();
    let site = site::site("cached", &function, &options, true);
    let shape = site::shape(&function);
    let rules = site::rules(&function, &options);
    let output = function.output.clone();
    let (key, tags) = (key.tokens(), key::tags(&options.tags));
    let skipped = options.condition.as_ref().map(|condition| {
        quote! {
            if !(#condition) {
                ::core::option::Option::None
            } else
        }
    });
    let (copies, background) = if options.stale.is_some() {
        let twice = twice::twice(&mut function, &parameters);
        (twice.copies, twice.closure)
    } else {
        (
            quote!(let __again = ();),
            quote!(|| ::core::option::Option::None),
        )
    };
    let body = function.body();
    let (bare, load) = if function.waits {
        (
            quote!(__body.await),
            quote! {
                // On the heap, so that a hit moves nothing of it.
                ::std::boxed::Box::pin(__call.load::<#shape, #output>(
                    __key, __tags, __rules, __body, #background,
                )).await
            },
        )
    } else {
        (
            quote!(__body()),
            quote! {
                __call.load_blocking::<#shape, #output>(
                    __key, __tags, __rules, __body, #background,
                )
            },
        )
    };
    let wrapped = quote! {
        #site
        let __rules = #rules;
        let __missed = #skipped {
            let __key = #key;
            match #private::cache::find::<#shape, #output>(&__SITE, &__key, &__rules) {
                #private::cache::Found::Hit(__output) => return __output,
                #private::cache::Found::Uncached => ::core::option::Option::None,
                #private::cache::Found::Miss(__call) => {
                    let __tags = #tags;
                    #copies
                    ::core::option::Option::Some((__call, __key, __tags, __again))
                }
            }
        };
        let __body = #body;
        match __missed {
            ::core::option::Option::None => #bare,
            #[allow(unused_variables)]
            ::core::option::Option::Some((__call, __key, __tags, __again)) => #load,
        }
    };
    function.with_body(&wrapped)
}
