//! `#[audited]`: calls of a function stand in the audit log.

mod parse;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ItemFn, Pat};

use self::parse::{Arguments, Piece, Recorded};
use crate::caching::function::mentions;
use crate::shared::{body, error_with_stub, private};
use crate::transactional::body::boxed_output;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, item))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut item = body::function(item, "#[audited]")?;
    let output = body::fallible(&item, "#[audited]")?;
    if item.sig.asyncness.is_none() && boxed_output(&item.sig.output).is_none() {
        return Err(syn::Error::new_spanned(
            item.sig.fn_token,
            "what is recorded is waited for: make the function `async`",
        ));
    }
    let arguments: Arguments = syn::parse2(args)?;
    for recorded in arguments.record.iter().filter(|it| it.value.is_none()) {
        is_parameter(&item, &recorded.name)?;
    }
    let Arguments {
        kind,
        object,
        id,
        record,
    } = arguments;
    let private = private();
    let object = match object {
        Some(object) => quote!(::core::option::Option::Some(#object)),
        None => quote!(::core::option::Option::None),
    };
    let id = id.map(|pieces| {
        let of_result = pieces.iter().any(|it| match it {
            Piece::Text(_) => false,
            Piece::Value(value) => mentions(value, "result"),
        });
        (text(&pieces), of_result)
    });
    let (before, after) = match id {
        None => (TokenStream::new(), TokenStream::new()),
        Some((text, false)) => (quote!(__audited.id(|| #text);), TokenStream::new()),
        Some((text, true)) => (
            TokenStream::new(),
            quote! {
                if let ::core::result::Result::Ok(result) = &returned {
                    __audited.id(|| #text);
                }
            },
        ),
    };
    let record = record.iter().map(|Recorded { name, value }| {
        let word = name.to_string();
        let value = match value {
            Some(value) => value.to_token_stream(),
            None => name.to_token_stream(),
        };
        quote_spanned!(value.span()=> __audited.argument(#word, &#value);)
    });
    // What is dropped on the way is recorded by its own `Drop`.
    let refused = quote! {
        return ::core::result::Result::Err(::core::convert::From::from(error))
    };
    body::after(
        &mut item,
        &output,
        &quote! {
            #after
            __audited.came_to(&returned);
            if let ::core::result::Result::Err(error) = __audited.end().await {
                #refused;
            }
        },
    );
    body::before(
        &mut item,
        &quote! {
            let mut __audited = match #private::security::Audited::begin(#kind, #object).await {
                ::core::result::Result::Ok(audited) => audited,
                ::core::result::Result::Err(error) => #refused,
            };
            #before
            #(#record)*
        },
    );
    Ok(item.into_token_stream())
}

/// An expression of the text.
fn text(pieces: &[Piece]) -> TokenStream {
    let steps = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(__text.push_str(#text);),
        Piece::Value(value) => {
            let write = quote_spanned!(value.span()=> ::std::string::ToString::to_string(&#value));
            quote!(__text.push_str(&#write);)
        }
    });
    quote! {{
        let mut __text = ::std::string::String::new();
        #(#steps)*
        __text
    }}
}

fn is_parameter(item: &ItemFn, name: &syn::Ident) -> syn::Result<()> {
    let is = item.sig.inputs.iter().any(|input| match input {
        FnArg::Typed(typed) => matches!(&*typed.pat, Pat::Ident(own) if own.ident == *name),
        FnArg::Receiver(_) => false,
    });
    match is {
        true => Ok(()),
        false => Err(syn::Error::new(
            name.span(),
            format!("the function has no parameter `{name}`"),
        )),
    }
}

#[cfg(test)]
mod tests;
