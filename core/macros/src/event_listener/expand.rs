//! The listener's registration, and that of what it asks for.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::validate::EventListener;
use crate::shared::function::{outcome, path_of, submit_function};
use crate::shared::injection::{Place, Point, local};
use crate::shared::{location, module_path, private, submit};

pub(super) fn expand(listener: &EventListener) -> TokenStream {
    let private = private();
    let EventListener {
        order,
        event,
        points,
        ..
    } = listener;
    let path = path_of(&listener.name);
    let module_path = module_path();
    let location = location();
    let container = local("container");
    let argument = if points.is_empty() {
        quote!(_)
    } else {
        quote!(#container)
    };
    let names = points.iter().map(Point::variable);
    let filled = points.iter().map(|point| point.filled(&Place::Container));
    let bound = bound(listener);
    let type_id = quote_spanned!(event.span()=> ::core::any::TypeId::of::<#event>);
    let registration = submit(quote! {
        #private::EventListenerRegistration {
            event: #type_id,
            name: #path,
            module_path: #module_path,
            location: #location,
            order: #order,
            bind: |#argument| {
                #(let #names = #filled;)*
                ::core::result::Result::Ok(#bound)
            },
        }
    });
    let function = submit_function(&listener.name, &points.iter().collect::<Vec<_>>());
    quote!(#registration #function)
}

/// The closure that hears. It is called many times, so it hands out clones of what it holds.
fn bound(listener: &EventListener) -> TokenStream {
    let private = private();
    let EventListener {
        name,
        event,
        points,
        output,
        ..
    } = listener;
    let heard = local("event");
    let given: Vec<_> = points.iter().map(Point::variable).collect();
    let clones: Vec<_> = points.iter().map(Point::again).collect();
    if listener.is_async {
        let call = quote!(#name(&#heard, #(#given),*).await);
        let outcome = outcome("ListenerOutcome", output, &call);
        quote! {
            #private::Listener::asynchronous::<#event, _, _>(
                move |#heard: #private::Arc<#event>| {
                    #(let #given = #clones;)*
                    async move { #outcome }
                },
            )
        }
    } else {
        let call = quote!(#name(#heard, #(#clones),*));
        let outcome = outcome("ListenerOutcome", output, &call);
        quote! {
            #private::Listener::sync::<#event>(move |#heard: &#event| #outcome)
        }
    }
}
