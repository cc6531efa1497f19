//! What a trait must be to be a repository, and each of its methods to be written.

mod derived;
mod query;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericParam, Item, ItemTrait, Signature, TraitItem, Type};

pub(super) use derived::Derived;
pub(super) use query::{Answer, Query};

use super::parameters;
use super::parse::{self, Interface};
use super::returns::{self, Returns};
use crate::shared::Errors;

/// A trait that can be a repository.
pub(super) struct Repository {
    /// The trait without our attributes.
    pub(super) item: ItemTrait,
    pub(super) entity: Type,
    pub(super) methods: Vec<Method>,
}

/// A method that can be written.
pub(super) struct Method {
    pub(super) source: parse::Method,
    pub(super) returns: Returns,
    pub(super) body: Body,
}

impl Method {
    /// `self`, as the author's signature has it.
    pub(super) fn this(&self) -> TokenStream {
        match self.source.signature.receiver() {
            Some(receiver) => receiver.self_token.to_token_stream(),
            None => quote!(self),
        }
    }
}

/// Where the statement comes from.
pub(super) enum Body {
    /// The method's name.
    Derived(Box<Derived>),
    /// `#[query]`.
    Query(Box<Query>),
}

/// The trait that the attribute stands on.
///
/// # Errors
///
/// It stands on something else.
pub(super) fn item(item: Item) -> syn::Result<ItemTrait> {
    match item {
        Item::Trait(item) => Ok(item),
        other => Err(syn::Error::new_spanned(
            other,
            "`#[repository]` goes on a trait: `trait PostRepository: BaseRepository<Post>`",
        )),
    }
}

/// Checks everything that can be checked without types.
///
/// # Errors
///
/// All that is wrong.
pub(super) fn repository(interface: Interface) -> syn::Result<Repository> {
    let Interface {
        item,
        entity,
        methods,
    } = interface;
    let mut errors = Errors::default();
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            "a repository is one component: it cannot have type or lifetime parameters",
        );
    }
    for member in &item.items {
        match member {
            TraitItem::Fn(_) => {}
            other => errors.at(other, "a repository has methods and nothing else"),
        }
    }
    let methods = methods
        .into_iter()
        .filter_map(|source| errors.keep(method(source)))
        .collect();
    errors.finish(Repository {
        item,
        entity,
        methods,
    })
}

fn method(source: parse::Method) -> syn::Result<Method> {
    let mut errors = Errors::default();
    check_signature(&source.signature, &mut errors);
    let parameters = parameters::parameters(&source.signature, &mut errors);
    let returns = errors.keep(returns::returns(&source.signature));
    errors.finish(())?;
    let Some(returns) = returns else {
        return Err(syn::Error::new_spanned(&source.signature, "no result"));
    };
    let body = match &source.query {
        None => Body::Derived(Box::new(derived::derived(&source, &parameters, &returns)?)),
        Some(query) => Body::Query(Box::new(query::query(
            &source,
            query,
            &parameters,
            &returns,
        )?)),
    };
    Ok(Method {
        source,
        returns,
        body,
    })
}

fn check_signature(signature: &Signature, errors: &mut Errors) {
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        errors.at(
            signature.fn_token,
            format!("a repository waits for the database: write `async fn {name}`"),
        );
    }
    let typed = |it: &&GenericParam| !matches!(it, GenericParam::Lifetime(_));
    if let Some(parameter) = signature.generics.params.iter().find(typed) {
        errors.at(
            parameter,
            "a repository is used as `dyn`: its methods cannot be generic",
        );
    }
}
