//! `#[default(…)]` as an expression of the field's type.

use std::net::{IpAddr, SocketAddr};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Expr, ExprLit, Lit, LitStr, Result, Type};

use super::parse::{Default, last_segment, type_argument};

/// The default as an expression of type `ty`.
pub(super) fn expression(default: &Default, ty: &Type) -> Result<TokenStream> {
    match &default.expr {
        Some(expr) => of_type(expr, ty),
        None => Ok(quote!(<#ty as ::core::default::Default>::default())),
    }
}

/// Text stands for what is written as text in a configuration, and is checked here; a list may be
/// written as an array.
fn of_type(expr: &Expr, ty: &Type) -> Result<TokenStream> {
    let Some(segment) = last_segment(ty) else {
        return Ok(quote!(#expr));
    };
    let name = segment.ident.to_string();
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => of_text(text, &name),
        Expr::Array(array) if matches!(name.as_str(), "Vec" | "BTreeSet") => {
            let items = array
                .elems
                .iter()
                .map(|item| match type_argument(segment) {
                    Some(inner) => of_type(item, inner),
                    None => Ok(quote!(#item)),
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(quote!(::core::iter::FromIterator::from_iter([#(#items),*])))
        }
        _ => Ok(quote!(#expr)),
    }
}

fn of_text(literal: &LitStr, type_name: &str) -> Result<TokenStream> {
    let text = literal.value();
    let wrong = |what: &str| Error::new(literal.span(), format!("not {what}"));
    match type_name {
        "Duration" => {
            let duration = humantime::parse_duration(&text)
                .map_err(|_| wrong("a duration such as `30s`, `5m` or `250ms`"))?;
            let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
            Ok(quote!(::core::time::Duration::new(#seconds, #nanos)))
        }
        "bool" => Err(Error::new(
            literal.span(),
            "write `true` or `false`, without quotes",
        )),
        "f32" | "f64" | "usize" | "isize" | "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32"
        | "i64" => Err(Error::new(
            literal.span(),
            "write the number, without quotes",
        )),
        "ByteSize" => Err(Error::new(literal.span(), "write `ByteSize::mib(10)`")),
        "IpAddr" => text
            .parse()
            .map(|address| ip(&address))
            .map_err(|_| wrong("an IP address")),
        "SocketAddr" => {
            let address: SocketAddr = text
                .parse()
                .map_err(|_| wrong("an address such as `127.0.0.1:8080`"))?;
            let (ip, port) = (ip(&address.ip()), address.port());
            Ok(quote!(::core::net::SocketAddr::new(#ip, #port)))
        }
        _ => Ok(quote!(::core::convert::Into::into(#literal))),
    }
}

fn ip(address: &IpAddr) -> TokenStream {
    match address {
        IpAddr::V4(address) => {
            let parts = address.octets();
            quote!(::core::net::IpAddr::V4(::core::net::Ipv4Addr::new(#(#parts),*)))
        }
        IpAddr::V6(address) => {
            let parts = address.segments();
            quote!(::core::net::IpAddr::V6(::core::net::Ipv6Addr::new(#(#parts),*)))
        }
    }
}
