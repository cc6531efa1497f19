//! Functions that ask for components: commands, listeners, tests.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Item, ItemFn, Pat, PatType, ReturnType, Type};

use super::injection::{Point, declarations};
use super::{Errors, location, module_path, private, submit};

/// The attributes of ours that a parameter may bear.
const OURS: [&str; 5] = ["value", "qualifier", "config", "arg", "serde"];

/// The function that the attribute stands on.
///
/// # Errors
///
/// It stands on something else.
pub(crate) fn function(item: TokenStream, attribute: &str) -> syn::Result<ItemFn> {
    match syn::parse2(item)? {
        Item::Fn(item) => Ok(item),
        other => Err(syn::Error::new_spanned(
            other,
            format!("`{attribute}` goes on a function outside every `impl`"),
        )),
    }
}

/// Whether the type is called so, whatever stands before it, and then whether it is by reference.
pub(crate) fn named(ty: &Type, name: &str) -> Option<bool> {
    let (path, by_reference) = match ty {
        Type::Path(path) => (path, false),
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) => (path, true),
            _ => return None,
        },
        _ => return None,
    };
    (path.path.segments.last()?.ident == name).then_some(by_reference)
}

/// Notes what no function that the container calls may have.
pub(crate) fn check_signature(item: &ItemFn, errors: &mut Errors) {
    if !item.sig.generics.params.is_empty() {
        errors.at(
            &item.sig.generics,
            "Savia calls this function and has no types to choose: it cannot be generic",
        );
    }
    if let Some(FnArg::Receiver(receiver)) = item.sig.inputs.first() {
        errors.at(
            receiver,
            "this is a function outside every `impl`: it asks for components in its parameters",
        );
    }
}

/// The name of a parameter that is one; notes the error where it is a pattern.
pub(crate) fn name_of(parameter: &PatType, errors: &mut Errors) -> Option<Ident> {
    match &*parameter.pat {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => {
            Some(name.ident.clone())
        }
        other => {
            errors.at(other, "a parameter is a name with a type: `name: Type`");
            None
        }
    }
}

/// The function without our attributes on its parameters.
pub(crate) fn without_parameter_attributes(mut item: ItemFn) -> ItemFn {
    for input in &mut item.sig.inputs {
        if let FnArg::Typed(typed) = input {
            typed
                .attrs
                .retain(|attribute| !OURS.iter().any(|ours| attribute.path().is_ident(ours)));
        }
    }
    item
}

/// What stands where the macro failed.
pub(crate) fn stub(item: TokenStream) -> TokenStream {
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => without_parameter_attributes(function).into_token_stream(),
        Err(_) => item,
    }
}

/// What the call returned, as the trait of this name has it. A type that is no outcome is reported
/// where the function names it.
pub(crate) fn outcome(kind: &str, output: &ReturnType, call: &TokenStream) -> TokenStream {
    let private = private();
    let kind: syn::Path = match syn::parse_str(kind) {
        Ok(kind) => kind,
        Err(error) => return error.to_compile_error(),
    };
    match output {
        ReturnType::Type(_, ty) if !matches!(**ty, Type::ImplTrait(_)) => {
            let outcome = quote_spanned!(ty.span()=> <#ty as #private::#kind>::outcome);
            quote!(#outcome(#call))
        }
        _ => quote!(#private::#kind::outcome(#call)),
    }
}

/// The function's path, as a constant expression.
pub(crate) fn path_of(name: &Ident) -> TokenStream {
    let module_path = module_path();
    let name = syn::ext::IdentExt::unraw(name).to_string();
    quote!(::core::concat!(#module_path, "::", #name))
}

/// Tells the graph check what the function asks for, if it asks for anything.
pub(crate) fn submit_function(name: &Ident, points: &[&Point]) -> Option<TokenStream> {
    if points.is_empty() {
        return None;
    }
    let private = private();
    let path = path_of(name);
    let module_path = module_path();
    let location = location();
    let points = declarations(points.iter().copied());
    Some(submit(quote! {
        #private::FunctionRegistration {
            name: #path,
            module_path: #module_path,
            location: #location,
            points: #points,
        }
    }))
}
