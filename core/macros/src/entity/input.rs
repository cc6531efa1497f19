//! `Merge`: what of an entity the API may write.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemStruct;

use super::model::{Column, Entity, Role};
use crate::dto;
use crate::shared::private;

pub(super) fn expand(entity: &Entity, item: &ItemStruct) -> TokenStream {
    let private = private();
    let name = &entity.name;
    let assigned = entity.columns.iter().filter(|it| is_written(it)).map(|it| {
        let field = &it.field;
        quote!(self.#field = input.#field;)
    });
    let write_only = entity
        .columns
        .iter()
        .filter(|it| it.attributes.write_only.is_some());
    // What has no names in JSON is told by `#[dto]`.
    let names = dto::field_names(item.to_token_stream()).unwrap_or_default();
    let inserted = write_only.filter_map(|it| {
        let field = &it.field;
        let (_, json) = names.iter().find(|(name, _)| name == field)?;
        Some(quote! {
            if let ::core::result::Result::Ok(value) = #private::serde_json::to_value(&self.#field) {
                document.insert(::std::string::String::from(#json), value);
            }
        })
    });
    let inserted: Vec<_> = inserted.collect();
    let add_write_only = (!inserted.is_empty()).then(|| {
        quote! {
            fn add_write_only(
                &self,
                document: &mut #private::serde_json::Map<
                    ::std::string::String,
                    #private::serde_json::Value,
                >,
            ) {
                #(#inserted)*
            }
        }
    });
    quote! {
        impl #private::Merge for #name {
            fn assign(&mut self, input: Self) {
                #(#assigned)*
            }

            #add_write_only
        }
    }
}

/// The id is that of the target, whoever gives ids.
fn is_written(column: &Column) -> bool {
    !column.read_only && !matches!(column.role, Role::Id(_))
}
