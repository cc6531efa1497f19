//! The columns as constants, which `#[repository]` compares with; and how each is stored.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::data;
use super::model::{Column, Entity, Storage};
use crate::shared::private_at;

/// The struct that has the columns as constants.
pub(super) fn name(entity: &Entity) -> Ident {
    format_ident!("{}Columns", entity.name)
}

pub(super) fn expand(entity: &Entity) -> TokenStream {
    let data = data();
    let (vis, entity_name, name) = (&entity.vis, &entity.name, name(entity));
    let columns = entity.columns.iter().enumerate().map(|(index, column)| {
        let (field, ty, codec) = (&column.field, &column.ty, codec(column));
        let name = &column.name;
        quote! {
            #vis const #field: #data::Column<#entity_name, #ty, #codec> =
                #data::Column::new(#index, #name);
        }
    });
    quote! {
        #[doc(hidden)]
        #vis struct #name;

        #[allow(non_upper_case_globals, missing_docs, dead_code)]
        impl #name {
            #(#columns)*
        }
    }
}

/// How the column stores its type.
///
/// At the type, where one that no column has is reported.
pub(super) fn codec(column: &Column) -> TokenStream {
    let data = private_at(column.ty.span());
    let data = quote_spanned!(column.ty.span()=> #data::data);
    match &column.storage {
        Storage::Plain(_) | Storage::Own(_) | Storage::Unknown(_) => {
            quote_spanned!(column.ty.span()=> #data::Plain)
        }
        Storage::Decimal { scale, .. } => {
            let scale = proc_macro2::Literal::u32_unsuffixed(*scale);
            quote_spanned!(column.ty.span()=> #data::Scaled<#scale>)
        }
        Storage::Json if column.nullable => {
            quote_spanned!(column.ty.span()=> #data::AsOptionalJson)
        }
        Storage::Json => quote_spanned!(column.ty.span()=> #data::AsJson),
    }
}

/// The codec as the trait that it implements: `<Plain as Codec<String>>`.
pub(super) fn codec_of(column: &Column) -> TokenStream {
    let data = data();
    let (ty, codec) = (&column.ty, codec(column));
    quote_spanned!(ty.span()=> <#codec as #data::Codec<#ty>>)
}
