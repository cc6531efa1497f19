//! `#[migration("20261124080000_fill_slugs")]`: a step of a migration that is written in Rust.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Error, ItemFn, LitStr, Result, Token};

use crate::shared::{error_with_stub, location, module_path, private, submit};

/// Which migration it belongs to, and in which direction it goes.
struct Step {
    version: String,
    name: String,
    down: bool,
}

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, item))
}

fn expand(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let Step {
        version,
        name,
        down,
    } = syn::parse2(args)?;
    let function: ItemFn = syn::parse2(item)?;
    let signature = &function.sig;
    if signature.asyncness.is_none() || signature.inputs.len() != 1 {
        let text = "a migration is written `async fn name(tx: Connection<'_>) -> Result<()>`";
        return Err(Error::new_spanned(signature, text));
    }
    let private = private();
    let ident = &signature.ident;
    let (module_path, location) = (module_path(), location());
    let direction = match down {
        true => quote!(#private::data::Direction::Down),
        false => quote!(#private::data::Direction::Up),
    };
    let registration = submit(quote! {
        #private::data::CodeMigration {
            version: #version,
            name: #name,
            module_path: #module_path,
            location: #location,
            direction: #direction,
            run: |tx| ::std::boxed::Box::pin(#ident(tx)),
        }
    });
    Ok(quote!(#function #registration))
}

impl Parse for Step {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let text: LitStr = input.parse()?;
        let down = if input.parse::<Option<Token![,]>>()?.is_some() {
            let word: syn::Ident = input.parse()?;
            if word != "down" {
                return Err(Error::new_spanned(word, "the way back is written `down`"));
            }
            true
        } else {
            false
        };
        let full = text.value();
        let parts = full.split_once('_').filter(|(version, name)| {
            let digits = version.bytes().all(|byte| byte.is_ascii_digit());
            !version.is_empty() && digits && !name.is_empty()
        });
        let Some((version, name)) = parts else {
            let said = "write its time and what it does, such as `\"20261124080000_fill_slugs\"`";
            return Err(Error::new_spanned(&text, said));
        };
        Ok(Self {
            version: version.to_owned(),
            name: name.to_owned(),
            down,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::golden::{errors, pretty};

    #[test]
    fn a_step_is_registered_with_its_version() {
        let item = quote! {
            async fn fill(tx: Connection<'_>) -> Result<()> { Ok(()) }
        };
        insta::assert_snapshot!(pretty(expand(
            quote!("20261124080000_fill_slugs", down),
            item
        )));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let check = |args: TokenStream, item: TokenStream, part: &str| {
            let told = errors(expand(args, item));
            assert!(told.len() == 1 && told[0].contains(part), "{told:?}");
        };
        let item = quote!(
            async fn fill(tx: Connection<'_>) -> Result<()> {
                Ok(())
            }
        );
        check(quote!("fill_slugs"), item.clone(), "write its time");
        check(quote!("1_a", up), item, "the way back is written `down`");
        check(
            quote!("1_a"),
            quote!(
                fn fill() {}
            ),
            "async fn name(tx: Connection<'_>)",
        );
    }
}
