//! What is put before and behind the body of a function, also of one that `#[async_trait]` has boxed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Block, GenericArgument, Item, ItemFn, PathArguments, ReturnType, TraitItemFn, Type, parse_quote,
};

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
    let body = body(item);
    let own = &body.stmts;
    *body = parse_quote!({ #statements #(#own)* });
}

/// Puts statements behind the body, which find what it came to in `returned`.
pub(crate) fn after(item: &mut ItemFn, output: &Type, statements: &TokenStream) {
    let waits = item.sig.asyncness.is_some() || boxed_output(&item.sig.output).is_some();
    let body = body(item);
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
}

/// The author's body.
fn body(item: &mut ItemFn) -> &mut Block {
    let boxed = boxed_output(&item.sig.output).is_some() && boxed_future(item).is_some();
    match boxed {
        true => match boxed_future(item) {
            Some(future) => &mut future.block,
            None => unreachable!("it was there a moment ago"),
        },
        false => &mut item.block,
    }
}

/// The `T` of a `Result<T, …>`, by the last word of the type's path.
pub(crate) fn ok_of(output: &Type) -> Option<&Type> {
    let Type::Path(path) = output else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == "Result" => Some(inner),
        _ => None,
    }
}
