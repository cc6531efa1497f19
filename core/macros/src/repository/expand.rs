//! The trait, the component behind it, and the component's methods.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, ItemTrait};

use super::validate::{Body, Method, Repository};
use super::{component, derived, parameters, query};
use crate::service::Options;
use crate::shared::injection::local;
use crate::shared::{private, private_at};

pub(super) fn expand(repository: &Repository, options: &Options) -> TokenStream {
    let private = private();
    let interface = interface(&repository.item);
    let component = component::expand(repository, options);
    let implementation = implementation(&repository.item);
    let name = &repository.item.ident;
    let methods = repository
        .methods
        .iter()
        .map(|method| expand_method(repository, method));
    quote! {
        #interface
        #component
        #[#private::async_trait]
        impl #name for #implementation {
            #(#methods)*
        }
    }
}

/// The trait, which can be `dyn`.
pub(super) fn interface(item: &ItemTrait) -> TokenStream {
    let private = private();
    quote! {
        #[#private::async_trait]
        #item
    }
}

/// The component's type. Nobody names it: who wants the repository asks for the trait.
pub(super) fn implementation(item: &ItemTrait) -> Ident {
    format_ident!("__{}", syn::ext::IdentExt::unraw(&item.ident))
}

fn expand_method(repository: &Repository, method: &Method) -> TokenStream {
    let cfgs = &method.source.cfgs;
    let mut signature = method.source.signature.clone();
    parameters::strip(&mut signature);
    let body = match &method.body {
        Body::Derived(derived) => derived::body(repository, method, derived),
        Body::Query(query) => query::body(repository, method, query),
    };
    quote! {
        #(#cfgs)*
        #signature {
            #body
        }
    }
}

/// The method's name as logs and `savia check` have it.
pub(super) fn plan_name(repository: &Repository, method: &Method) -> String {
    format!(
        "{}::{}",
        repository.item.ident, method.source.signature.ident
    )
    .replace("r#", "")
}

/// The check that the associations are ones, and their names as an argument.
pub(super) fn associations(
    repository: &Repository,
    method: &Method,
) -> (Option<TokenStream>, TokenStream) {
    let entity = &repository.entity;
    let with = &method.source.with;
    let names = with
        .iter()
        .map(|name| syn::ext::IdentExt::unraw(name).to_string());
    let names = quote!(&[#(#names),*]);
    if with.is_empty() {
        return (None, names);
    }
    let held = local("entity");
    let checks = with.iter().map(|name| {
        let at = name.span();
        let private = private_at(at);
        let mut held = held.clone();
        held.set_span(held.span().located_at(at));
        quote_spanned!(at=> #private::data::is_association(&#held.#name);)
    });
    let check = quote! {
        const _: fn(&#entity) = |#held| {
            #(#checks)*
        };
    };
    (Some(check), names)
}
