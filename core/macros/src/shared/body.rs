//! What is put before and behind the body of a function, also of one that `#[async_trait]` has boxed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Block, Item, ItemFn, ReturnType, TraitItemFn, Type, parse_quote};

use crate::transactional::body::{boxed_future, boxed_output};

/// The function that the attribute stands on: free, or a method.
///
/// # Errors
///
/// It stands on something else.
pub(crate) fn function(item: TokenStream, attribute: &str) -> syn::Result<ItemFn> {
    let Err(error) = syn::parse2::<ItemFn>(item.clone()) else {
        return syn::parse2(item);
    };
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        return Err(syn::Error::new_spanned(
            method.sig.ident,
            format!("`{attribute}` goes where the body is: on the function of the `impl`"),
        ));
    }
    match syn::parse2::<Item>(item) {
        Ok(other) => Err(syn::Error::new_spanned(
            other,
            format!("`{attribute}` goes on a function"),
        )),
        Err(_) => Err(error),
    }
}

/// What the function returns in the end.
///
/// # Errors
///
/// Nothing: then it could not say no.
pub(crate) fn fallible(item: &ItemFn, attribute: &str) -> syn::Result<Type> {
    match (boxed_output(&item.sig.output), &item.sig.output) {
        (Some(output), _) => Ok(output),
        (None, ReturnType::Type(_, ty)) => Ok((**ty).clone()),
        (None, ReturnType::Default) => Err(syn::Error::new_spanned(
            &item.sig.ident,
            format!(
                "a function that says no returns a `Result`: `{attribute}` has nothing to say it with"
            ),
        )),
    }
}

/// Puts statements before the body.
pub(crate) fn before(item: &mut ItemFn, statements: &TokenStream) {
    change(item, |body| {
        let own = &body.stmts;
        *body = parse_quote!({ #statements #(#own)* });
    });
}

/// Puts statements behind the body, which find what it came to in `returned`.
pub(crate) fn after(item: &mut ItemFn, output: &Type, statements: &TokenStream) {
    let waits = item.sig.asyncness.is_some() || boxed_output(&item.sig.output).is_some();
    change(item, |body| {
        let own = &body.stmts;
        let run = match waits {
            true => quote!(async move { #(#own)* }.await),
            false => quote!((move || -> #output { #(#own)* })()),
        };
        *body = parse_quote!({
            let returned: #output = #run;
            #statements
            returned
        });
    });
}

/// Changes the author's body.
fn change(item: &mut ItemFn, change: impl FnOnce(&mut Block)) {
    if boxed_output(&item.sig.output).is_some()
        && let Some(future) = boxed_future(item)
    {
        return change(&mut future.block);
    }
    change(&mut item.block);
}
