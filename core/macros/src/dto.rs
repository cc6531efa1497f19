//! `#[dto]`.

mod expand;
mod names;
mod parse;
mod serde;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    let dto = match parse::parse(item.clone()) {
        Ok(dto) => dto,
        Err(error) => return crate::shared::error_with_stub(&error, item),
    };
    // A wrong option is one mistake: the type is made all the same, so that its uses stand.
    let (options, error) = match parse::options(args).and_then(|options| {
        validate::validate(&dto, &options)?;
        Ok(options)
    }) {
        Ok(options) => (options, None),
        Err(error) => (parse::Options::default(), Some(error.to_compile_error())),
    };
    let code = expand::expand(&dto, &options);
    quote::quote!(#error #code)
}
