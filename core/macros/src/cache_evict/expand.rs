//! The function, and what goes before or after it.

use proc_macro2::TokenStream;
use quote::quote;

use super::validate::CacheEvict;
use crate::caching::key::{self, Text};
use crate::caching::site;
use crate::shared::private;

pub(super) fn expand(evict: CacheEvict) -> TokenStream {
    let CacheEvict {
        mut function,
        options,
    } = evict;
    let private = private();
    let site = site::site("cache_evict", &function, &options, false);
    let shape = site::shape(&function);
    let condition = options.condition.clone().unwrap_or_else(|| quote!(true));
    let is_after = options
        .tags
        .iter()
        .chain(&options.key)
        .any(Text::mentions_result);
    let entry = match (&options.key, options.all) {
        (Some(key), _) => {
            let key = key.tokens();
            quote!(#private::cache::Entry::Key(#key))
        }
        (None, Some(_)) => quote!(#private::cache::Entry::All),
        (None, None) => {
            let tags = key::tags(&options.tags);
            quote!(#private::cache::Entry::Tags(#tags))
        }
    };
    let before = options.before.is_some();
    let evict = if function.waits {
        quote!(#private::cache::evict(&__SITE, __entry, #before).await)
    } else {
        quote!(#private::cache::evict_blocking(&__SITE, __entry, #before))
    };
    let body = function.body();
    let run = if function.waits {
        quote!(__body.await)
    } else {
        quote!(__body())
    };
    let wrapped = if before {
        quote! {
            #site
            if #condition {
                let __entry = #entry;
                #evict;
            }
            let __body = #body;
            #run
        }
    } else if is_after {
        quote! {
            #site
            let __wanted: bool = #condition;
            let __body = #body;
            let __output = #run;
            let __entry = match #private::cache::Shape::<#shape>::read(&__output) {
                #private::cache::Read::Value(result) if __wanted => ::core::option::Option::Some(#entry),
                _ => ::core::option::Option::None,
            };
            if let ::core::option::Option::Some(__entry) = __entry {
                #evict;
            }
            __output
        }
    } else {
        quote! {
            #site
            let __entry = if #condition {
                ::core::option::Option::Some(#entry)
            } else {
                ::core::option::Option::None
            };
            let __body = #body;
            let __output = #run;
            if let ::core::option::Option::Some(__entry) = __entry
                && #private::cache::is_ok::<#shape, _>(&__output)
            {
                #evict;
            }
            __output
        }
    };
    function.with_body(&wrapped)
}
