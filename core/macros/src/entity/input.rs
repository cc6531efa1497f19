//! `Merge`: what of an entity the API may write.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ItemStruct, Path, parse_quote};

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
        let value = value(it, item);
        Some(quote! {
            if let ::core::result::Result::Ok(value) = #value {
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

/// A field as it is read from JSON, in the words that serde was told.
fn value(column: &Column, item: &ItemStruct) -> TokenStream {
    let private = private();
    let field = &column.field;
    let attributes = item.fields.iter().nth(column.at).map(|it| &it.attrs);
    let said = attributes.and_then(|it| dto::serde_arguments(it).ok());
    let function = said.into_iter().flatten().find_map(|argument| {
        let text = argument.text("serialize_with = \"write\"").ok()?;
        match argument.name().as_str() {
            "serialize_with" => text.parse::<Path>().ok(),
            "with" => {
                let module = text.parse::<Path>().ok()?;
                Some(parse_quote!(#module::serialize))
            }
            _ => None,
        }
    });
    match function {
        Some(function) => {
            quote!(#function(&self.#field, #private::serde_json::value::Serializer))
        }
        None => quote!(#private::serde_json::to_value(&self.#field)),
    }
}

/// The id is that of the target, whoever gives ids.
fn is_written(column: &Column) -> bool {
    !column.read_only && !matches!(column.role, Role::Id(_))
}
