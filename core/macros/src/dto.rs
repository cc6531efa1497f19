//! `#[dto]`.

mod decimal;
mod expand;
mod garde;
mod names;
mod parse;
mod serde;
#[cfg(test)]
mod tests;
mod time;
mod validate;

use proc_macro2::TokenStream;
use syn::Ident;

pub(crate) use garde::words as garde_words;
pub(crate) use serde::arguments as serde_arguments;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut dto = match parse::parse(item.clone()) {
        Ok(dto) => dto,
        Err(error) => return crate::shared::error_with_stub(&error, item),
    };
    // What is wrong here is one mistake: the type is made all the same, so that its uses stand.
    let mut errors = std::mem::take(&mut dto.mistakes);
    let options = errors.keep(parse::options(args)).unwrap_or_default();
    errors.keep(validate::validate(&dto, &options));
    errors.keep(time::spell(&mut dto));
    let code = expand::expand(&dto, &options);
    let errors = errors
        .finish(())
        .err()
        .map(|error| error.to_compile_error());
    quote::quote!(#errors #code)
}

/// The fields of a struct, with the names that they have in JSON.
///
/// # Errors
///
/// Where it is no struct that `#[dto]` takes.
pub(crate) fn field_names(item: TokenStream) -> syn::Result<Vec<(Ident, String)>> {
    let fields = match parse::parse(item)?.shape {
        parse::Shape::Struct(it) => it.fields,
        parse::Shape::Enum(_) => Vec::new(),
    };
    let named = fields.into_iter().filter_map(|it| match it.member {
        syn::Member::Named(name) => Some((name, it.json)),
        syn::Member::Unnamed(_) => None,
    });
    Ok(named.collect())
}

/// The variants of an enum, with the names that they have in JSON.
///
/// # Errors
///
/// Where it is no enum that `#[dto]` takes.
pub(crate) fn variant_names(item: TokenStream) -> syn::Result<Vec<(Ident, String)>> {
    let variants = match parse::parse(item)?.shape {
        parse::Shape::Enum(variants) => variants,
        parse::Shape::Struct(it) => vec![it],
    };
    let named = variants
        .into_iter()
        .filter_map(|it| Some((it.ident?, it.json)));
    Ok(named.collect())
}
