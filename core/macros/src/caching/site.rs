//! What stands in the function's body: its site, and how its values are kept.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::function::Function;
use super::options::Options;
use crate::shared::{location, module_path, private, private_at, submit};

/// The marker of the function's shape.
pub(crate) fn shape(function: &Function) -> TokenStream {
    let private = private();
    let shape = Ident::new(function.shape, Span::call_site());
    quote!(#private::cache::#shape)
}

/// The `static` that is the function to the starter, and its registration.
pub(crate) fn site(
    attribute: &str,
    function: &Function,
    options: &Options,
    keeps: bool,
) -> TokenStream {
    let private = private();
    let cache = match &options.cache {
        Some(cache) => quote!(::core::option::Option::Some(#cache)),
        None => quote!(::core::option::Option::None),
    };
    let (module_path, location) = (module_path(), location());
    let terms = options.terms(&private);
    let local = options.local;
    let value = if keeps && function.is_output_nameable() {
        let kept = kept(function, options);
        quote!(::core::option::Option::Some(|| #kept.info))
    } else {
        quote!(::core::option::Option::None)
    };
    let registration = submit(quote! {
        #private::cache::SiteRegistration { site: &__SITE, value: #value }
    });
    quote! {
        fn __savia_here() {}
        static __SITE: #private::cache::Site = #private::cache::Site {
            attribute: #attribute,
            cache: #cache,
            function: || ::core::any::type_name_of_val(&__savia_here),
            module_path: #module_path,
            location: #location,
            terms: #terms,
            local: #local,
            first: ::std::sync::OnceLock::new(),
            others: ::std::sync::RwLock::new(::std::vec::Vec::new()),
            told: ::core::sync::atomic::AtomicBool::new(false),
        };
        #registration
    }
}

fn item_of(function: &Function) -> TokenStream {
    let (private, shape, output) = (private(), shape(function), &function.output);
    quote!(<#output as #private::cache::Shape<#shape>>::Item)
}

fn kept(function: &Function, options: &Options) -> TokenStream {
    let (private, item) = (private(), item_of(function));
    let local = options.local.then(|| quote!(.local()));
    quote! {
        {
            #[allow(unused_imports, clippy::needless_borrow)]
            {
                use #private::cache::{
                    ValueProbeClone as _, ValueProbeNothing as _, ValueProbeSerde as _,
                    ValueProbeShared as _, ValueProbeSharedSerde as _,
                };
                (&&&&&#private::cache::ValueProbe::<#item>::new()).kept()#local
            }
        }
    }
}

/// The starter's `Rules` of the function.
pub(crate) fn rules(function: &Function, options: &Options) -> TokenStream {
    let (private, shape, output) = (private(), shape(function), &function.output);
    let item = item_of(function);
    let kept = kept(function, options);
    // Where the type stands: there it is told what it lacks.
    let (there, marker) = (
        private_at(output.span()),
        Ident::new(function.shape, output.span()),
    );
    let assertion = quote_spanned! {output.span()=>
        #there::cache::assert_cacheable::<
            <#output as #there::cache::Shape<#there::cache::#marker>>::Item
        >()
    };
    let closure = |body: &Option<TokenStream>, wrap: fn(&TokenStream) -> TokenStream| match body {
        Some(body) => {
            let body = wrap(body);
            quote!(::core::option::Option::Some(|result: &#item| #body))
        }
        None => quote!(::core::option::Option::None),
    };
    let unless = closure(&options.unless, |body| quote!({ let _ = result; #body }));
    let weight = closure(
        &options.weight,
        |body| quote!(::core::convert::TryInto::<u32>::try_into(#body).unwrap_or(u32::MAX)),
    );
    quote! {{
        #assertion;
        #[allow(unused_imports, clippy::needless_borrow)]
        {
            use #private::cache::{FailureProbeClone as _, FailureProbeNothing as _};
            #private::cache::Rules {
                kept: #kept,
                failure: (&&#private::cache::FailureProbe::<
                    <#output as #private::cache::Shape<#shape>>::Failure,
                >::new()).failure(),
                unless: #unless,
                weight: #weight,
            }
        }
    }}
}
