//! diesel's table, for who writes diesel's own language.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Column, Entity, Storage};
use super::{data, types};

pub(super) fn expand(entity: &Entity) -> TokenStream {
    let data = data();
    let Some(id) = entity.id_column() else {
        return TokenStream::new();
    };
    let (module, name, id) = (&entity.table.module, &entity.table.name, &id.field);
    let doc = format!("The table `{name}`, for diesel.");
    let columns = entity.columns.iter().map(|column| {
        let (field, name, sql) = (&column.field, &column.name, sql_type(column));
        quote! {
            #[sql_name = #name]
            #field -> #sql,
        }
    });
    // `table!` writes arithmetic for types of certain names, which `Numeric` and `Timestamptz` of
    // ours have not: a product of scaled integers would be scaled twice.
    quote! {
        #data::diesel::table! {
            use #data::sql_types::*;
            use #data::sql_types::{Numeric as Scaled, Timestamptz as Moment};

            #[doc = #doc]
            #[allow(missing_docs)]
            #[sql_name = #name]
            #module (#id) {
                #(#columns)*
            }
        }
    }
}

fn sql_type(column: &Column) -> TokenStream {
    let sql = match &column.storage {
        Storage::Plain(sql) | Storage::Own(sql) | Storage::Unknown(sql) => sql.clone(),
        Storage::Decimal { scale, .. } => {
            let scale = proc_macro2::Literal::u32_unsuffixed(*scale);
            quote!(Scaled<#scale>)
        }
        Storage::Json => quote!(Json),
    };
    types::nullable(sql, column.nullable)
}
