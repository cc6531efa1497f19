//! What a struct must be to be a component.

use syn::{Field, Fields, Ident, Item, ItemStruct};

use super::{Options, Stereotype};
use crate::shared::Errors;
use crate::shared::injection::{Point, source};

/// A struct that can be a component.
pub(super) struct Component {
    pub(super) name: Ident,
    pub(super) points: Vec<Point>,
    pub(super) options: Options,
    pub(super) stereotype: Stereotype,
}

pub(super) fn structure(item: Item, stereotype: Stereotype) -> syn::Result<ItemStruct> {
    let attribute = stereotype.attribute();
    match item {
        Item::Struct(item) => Ok(item),
        Item::Enum(item) => Err(syn::Error::new_spanned(
            item.enum_token,
            format!("`{attribute}` makes a component of a struct, and this is an enum"),
        )),
        Item::Fn(item) => Err(syn::Error::new_spanned(
            item.sig.fn_token,
            format!("`{attribute}` makes a component of a struct, and this is a function"),
        )),
        Item::Impl(item) => Err(syn::Error::new_spanned(
            item.impl_token,
            format!("`{attribute}` goes on the struct, not on its `impl`"),
        )),
        Item::Trait(item) => Err(syn::Error::new_spanned(
            item.trait_token,
            format!("`{attribute}` goes on the struct that implements the trait"),
        )),
        other => Err(syn::Error::new_spanned(
            other,
            format!("`{attribute}` makes a component of a struct"),
        )),
    }
}

pub(super) fn component(
    item: &ItemStruct,
    options: Options,
    stereotype: Stereotype,
) -> syn::Result<Component> {
    let mut errors = Errors::default();
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            "a component is one thing of one type: it cannot have type or lifetime parameters",
        );
    }
    let points = match &item.fields {
        Fields::Unit => Vec::new(),
        Fields::Named(fields) => fields
            .named
            .iter()
            .filter_map(|field| point(field, &mut errors))
            .collect(),
        Fields::Unnamed(fields) => {
            errors.at(
                fields,
                "the fields of a component have names: write `{ name: Type }`",
            );
            Vec::new()
        }
    };
    errors.finish(Component {
        name: item.ident.clone(),
        points,
        options,
        stereotype,
    })
}

fn point(field: &Field, errors: &mut Errors) -> Option<Point> {
    let mut attributes = field.attrs.clone();
    let source = source(&mut attributes, &field.ty, true, errors);
    Some(Point {
        name: field.ident.clone()?,
        ty: field.ty.clone(),
        attributes,
        source,
    })
}
