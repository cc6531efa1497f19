//! The body once more, to be run after the call: it owns what the call borrowed.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Type;

use super::function::{Function, Parameter};
use crate::shared::private;

/// What is copied before the body takes the parameters, and the closure that gives the body.
pub(crate) struct Twice {
    pub(crate) copies: TokenStream,
    pub(crate) closure: TokenStream,
}

/// The body, once for the call and once for afterwards.
pub(crate) fn twice(function: &mut Function, parameters: &[Parameter]) -> Twice {
    let private = private();
    let has_self = function.has_self();
    let waits = function.waits;
    let output = function.output.clone();
    let this = Ident::new("__savia_self", Span::mixed_site());
    let names: Vec<_> = parameters.iter().map(|it| &it.name).collect();
    let copied = parameters.iter().map(|Parameter { name, ty }| match ty {
        Type::Reference(_) => quote!(::std::borrow::ToOwned::to_owned(#name)),
        _ => quote!(::core::clone::Clone::clone(&#name)),
    });
    let again = parameters.iter().map(|Parameter { name, ty }| match ty {
        Type::Reference(reference) => {
            let inner = &reference.elem;
            quote!(let #name: &#inner = ::core::borrow::Borrow::<#inner>::borrow(&#name);)
        }
        _ => quote!(),
    });
    let again = quote!(#(#again)*);
    let (component, bind) = if has_self {
        (
            quote!(#private::cache::component(&*self)),
            quote!(let #this: &Self = &*#this;),
        )
    } else {
        (quote!(::core::option::Option::Some(())), quote!())
    };
    let statements = &function.block().stmts;
    let body = quote!(#(#statements)*);
    let body = if has_self {
        replaced(body, &this)
    } else {
        body
    };
    let run = if waits {
        quote! {
            ::std::boxed::Box::pin(async move {
                #bind
                #again
                if let ::core::option::Option::Some(never) = ::core::option::Option::None::<#output> {
                    return never;
                }
                #body
            }) as #private::cache::Background<#output>
        }
    } else {
        quote! {
            ::std::boxed::Box::new(move || -> #output {
                #bind
                #again
                #body
            }) as #private::cache::BackgroundCall<#output>
        }
    };
    Twice {
        copies: quote! {
            #[allow(unused_variables)]
            let __again = #component.map(|this| (this, #(#copied,)*));
        },
        closure: quote! {
            move || {
                #[allow(unused_variables)]
                let (#this, #(#names,)*) = __again?;
                ::core::option::Option::Some(#run)
            }
        },
    }
}

/// The tokens with another name for `self`.
fn replaced(tokens: TokenStream, this: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(ident) if ident == "self" => {
                let mut this = this.clone();
                this.set_span(this.span().located_at(ident.span()));
                TokenTree::Ident(this)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replaced(group.stream(), this));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        })
        .collect()
}
