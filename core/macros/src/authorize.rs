//! `#[authorize]`: a policy is asked about what a function takes, or about what it returns.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, ItemFn, Pat, Path, Token, Type};

use crate::shared::injection::{ok_of, wrapped};
use crate::shared::{body, error_with_stub, private_at};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, item))
}

/// `PostPolicy`, or `PostPolicy, post`.
struct Arguments {
    policy: Path,
    parameter: Option<Ident>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Err(input.error(
                "name a policy: `#[authorize(PostPolicy)]` asks it about what is returned, \
                 `#[authorize(PostPolicy, post)]` about a parameter",
            ));
        }
        let policy = input.parse()?;
        if input.is_empty() {
            return Ok(Self {
                policy,
                parameter: None,
            });
        }
        input.parse::<Token![,]>()?;
        let parameter = Some(input.parse()?);
        Ok(Self { policy, parameter })
    }
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut item = body::function(item, "#[authorize]")?;
    let output = body::fallible(&item, "#[authorize]")?;
    let Arguments { policy, parameter } = syn::parse2(args)?;
    match parameter {
        Some(parameter) => {
            let thing = thing(&item, &parameter)?;
            let asked = asked(&policy, &thing);
            body::before(&mut item, &asked);
        }
        None => body::after(&mut item, &output, &returned(&policy, &output)?),
    }
    Ok(item.into_token_stream())
}

/// Asks the policy about a thing, and returns where it says no.
fn asked(policy: &Path, thing: &TokenStream) -> TokenStream {
    // At the policy, where one that is none for the thing is reported; the rest is the macro's.
    let there = private_at(policy.span());
    let ask = quote_spanned!(policy.span()=> #there::security::authorize_by::<#policy, _>);
    quote! {
        if let ::core::result::Result::Err(error) = #ask(#thing) {
            return ::core::result::Result::Err(::core::convert::From::from(error));
        }
    }
}

/// A parameter by reference.
fn thing(item: &ItemFn, name: &Ident) -> syn::Result<TokenStream> {
    let mut names = Vec::new();
    for input in &item.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let Pat::Ident(own) = &*typed.pat else {
            continue;
        };
        if own.ident == *name {
            let by_reference = matches!(&*typed.ty, Type::Reference(_));
            return Ok(if by_reference {
                quote!(&*#name)
            } else {
                quote!(&#name)
            });
        }
        names.push(format!("`{}`", own.ident));
    }
    let known = match names.is_empty() {
        true => "it has none".to_owned(),
        false => format!("there are {}", names.join(", ")),
    };
    Err(syn::Error::new(
        name.span(),
        format!("the function has no parameter `{name}`: {known}"),
    ))
}

/// Asks the policy about what is in `returned`, which is of this type.
fn returned(policy: &Path, output: &Type) -> syn::Result<TokenStream> {
    let Some(value) = ok_of(output) else {
        return Err(syn::Error::new_spanned(
            output,
            "who may not see what is returned is told so: return a `Result`",
        ));
    };
    let asked = asked(policy, &quote!(thing));
    let each = if wrapped(value, "Vec").is_some() {
        quote!(for thing in value { #asked })
    } else if wrapped(value, "Option").is_some() {
        quote!(if let ::core::option::Option::Some(thing) = value { #asked })
    } else {
        quote!(let thing = value; #asked)
    };
    Ok(quote! {
        if let ::core::result::Result::Ok(value) = &returned { #each }
    })
}

#[cfg(test)]
mod tests;
