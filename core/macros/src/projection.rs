//! `#[projection]`: a struct that rows of a `#[query]` are read as.

pub(crate) mod decimal;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemStruct};

use crate::shared::{Errors, error_with_stub};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut item = structure(item)?;
    let mut errors = Errors::default();
    if !args.is_empty() {
        errors.at(&args, "`#[projection]` takes nothing");
    }
    let projection = errors.join(parse::projection(&item))?;
    parse::strip(&mut item);
    let expansion = expand::expand(&projection);
    Ok(quote!(#item #expansion))
}

fn structure(item: TokenStream) -> syn::Result<ItemStruct> {
    match syn::parse2(item)? {
        Item::Struct(item) => Ok(item),
        other => Err(syn::Error::new_spanned(
            other,
            "`#[projection]` goes on a struct: its fields are the columns of the row",
        )),
    }
}

/// The struct without our attributes on its fields: what stands where the macro failed.
fn stub(item: TokenStream) -> TokenStream {
    match syn::parse2::<ItemStruct>(item.clone()) {
        Ok(mut item) => {
            parse::strip(&mut item);
            item.into_token_stream()
        }
        Err(_) => item,
    }
}

#[cfg(test)]
mod tests;
