//! `#[entity]`: a struct that has a table, or an enum that a column holds as text.
//!
//! The type goes through the pipeline of `#[dto]`, after our attributes became serde's and
//! schemars'. What is wrong is told at once, and the code is made all the same where it can be, so
//! that what uses the entity does not fail too.

mod api;
mod associations;
mod attributes;
mod columns;
mod default;
mod diesel_traits;
mod input;
mod mapping;
mod metadata;
mod model;
mod names;
mod options;
mod parse;
mod table;
#[cfg(test)]
mod tests;
mod text_enum;
mod types;
mod validate;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemStruct};

use crate::dto;
use crate::shared::{Errors, private};
use model::Entity;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = expand(args, item, &mut errors);
    let errors = errors.finish(()).err();
    let errors = errors.map(|error| error.to_compile_error());
    quote!(#errors #code)
}

/// The code, as far as it can be made; notes what is wrong.
fn expand(args: TokenStream, item: TokenStream, errors: &mut Errors) -> TokenStream {
    match syn::parse2(item.clone()) {
        Ok(Item::Struct(item)) => structure(args, item, errors),
        Ok(Item::Enum(item)) => text_enum::expand(args, item, errors),
        Ok(Item::Union(it)) => {
            errors.at(it.union_token, "`#[entity]` goes on a struct or an enum");
            item
        }
        Ok(other) => {
            errors.at(other, "`#[entity]` goes on a struct or an enum");
            item
        }
        Err(error) => {
            errors.push(error);
            item
        }
    }
}

fn structure(args: TokenStream, mut item: ItemStruct, errors: &mut Errors) -> TokenStream {
    let entity = parse::parse(args, &mut item, errors);
    let code = entity.map(|entity| {
        validate::validate(&entity, errors);
        api::describe(&mut item, &entity);
        let input = input::expand(&entity, &item);
        let code = code(&entity);
        quote!(#code #input)
    });
    let item = dto::entry(TokenStream::new(), item.into_token_stream());
    quote!(#item #code)
}

fn code(entity: &Entity) -> TokenStream {
    let columns = columns::expand(entity);
    let mapping = mapping::expand(entity);
    let registration = metadata::registration(entity);
    let schema = entity.has_schema().then(|| {
        let table = table::expand(entity);
        let traits = diesel_traits::expand(entity);
        quote!(#table #traits)
    });
    quote!(#columns #mapping #registration #schema)
}

/// Where what is data's stands for generated code.
fn data() -> TokenStream {
    let private = private();
    quote!(#private::data)
}
