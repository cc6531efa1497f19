//! How a row is read as the struct.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::decimal;
use super::parse::{Field, Projection, Storage};
use crate::shared::injection::local;
use crate::shared::{private, private_at};

pub(super) fn expand(projection: &Projection) -> TokenStream {
    let private = private();
    let name = &projection.name;
    let (row, place, value) = (local("row"), local("place"), local("value"));
    let columns = projection.fields.iter().map(|field| {
        let cfgs = &field.cfgs;
        let column = &field.column;
        quote!(#(#cfgs)* #column)
    });
    let kinds = projection.fields.iter().map(|field| {
        let cfgs = &field.cfgs;
        let ty = &field.ty;
        let codec = codec(field);
        quote!(#(#cfgs)* #private::data::KindOf::<#ty, #codec>::new().get())
    });
    let fields = projection.fields.iter().map(|field| {
        let cfgs = &field.cfgs;
        let name = &field.name;
        let read = read(field);
        quote!(#(#cfgs)* #name: { let #value = #read; #place += 1; #value })
    });
    // Fields are read in the order of the columns; with `#[cfg]`, their places are known only here.
    quote! {
        impl #private::data::FromRow for #name {
            fn columns() -> ::core::option::Option<::std::vec::Vec<&'static str>> {
                ::core::option::Option::Some(::std::vec::Vec::from([#(#columns),*]))
            }

            fn kinds() -> ::std::vec::Vec<#private::data::ColumnKind> {
                #[allow(unused_imports)]
                use #private::data::NoKind as _;
                ::std::vec::Vec::from([#(#kinds),*])
            }

            fn from_row<R: #private::data::RowView>(
                #row: &R,
            ) -> #private::data::RowResult<Self> {
                let mut #place = 0_usize;
                let #value = Self { #(#fields),* };
                let _ = #place;
                ::core::result::Result::Ok(#value)
            }
        }
    }
}

fn read(field: &Field) -> TokenStream {
    let ty = &field.ty;
    // At the type, where one that no column holds is reported.
    let at = ty.span();
    let codec = codec(field);
    let (row, place) = (local("row"), local("place"));
    quote_spanned!(at=> #row.get::<#ty, #codec>(#place)?)
}

/// How the column stores the field.
fn codec(field: &Field) -> TokenStream {
    let at = field.ty.span();
    let private = private_at(at);
    match field.storage {
        Storage::Plain => quote_spanned!(at=> #private::data::Plain),
        Storage::Scaled(scale) => decimal::codec(scale),
        Storage::Json => quote_spanned!(at=> #private::data::AsJson),
        Storage::OptionalJson => quote_spanned!(at=> #private::data::AsOptionalJson),
    }
}
