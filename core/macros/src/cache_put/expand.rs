//! The function, which hands its value to the cache before it returns it.

use proc_macro2::TokenStream;
use quote::quote;

use super::validate::CachePut;
use crate::caching::{key, site};
use crate::shared::private;

pub(super) fn expand(put: CachePut) -> TokenStream {
    let CachePut {
        mut function,
        options,
        key,
    } = put;
    let private = private();
    let site = site::site("cache_put", &function, &options, true);
    let shape = site::shape(&function);
    let rules = site::rules(&function, &options);
    let output = function.output.clone();
    let condition = options.condition.clone().unwrap_or_else(|| quote!(true));
    // What is about the parameters alone is made before the body takes them.
    let after = key.mentions_result() || options.tags.iter().any(key::Text::mentions_result);
    let (key, tags) = (key.tokens(), key::tags(&options.tags));
    let entry = quote!((#key, #tags));
    let (early, late) = if after {
        (quote!(let __entry = ();), entry)
    } else {
        (
            quote!(let __entry = #entry;),
            quote!({
                let _ = result;
                __entry
            }),
        )
    };
    let nothing = if after {
        quote!(::core::option::Option::None)
    } else {
        quote!(::core::option::Option::Some(__entry))
    };
    let body = function.body();
    let (run, put) = if function.waits {
        (
            quote!(__body.await),
            quote!(put::<#shape, #output>(&__SITE, __key, __tags, __rules, &__output).await),
        )
    } else {
        (
            quote!(__body()),
            quote!(put_blocking::<#shape, #output>(&__SITE, __key, __tags, __rules, &__output)),
        )
    };
    let wrapped = quote! {
        #site
        let __rules = #rules;
        let __wanted: bool = #condition;
        #early
        let __body = #body;
        let __output: #output = #run;
        if __wanted {
            let __entry = match #private::cache::Shape::<#shape>::read(&__output) {
                #private::cache::Read::Value(result) => ::core::option::Option::Some(#late),
                #private::cache::Read::Nothing => #nothing,
                #private::cache::Read::Failed(_) => ::core::option::Option::None,
            };
            if let ::core::option::Option::Some((__key, __tags)) = __entry {
                #private::cache::#put;
            }
        }
        __output
    };
    function.with_body(&wrapped)
}
