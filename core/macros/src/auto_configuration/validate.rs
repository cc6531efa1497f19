//! What can be made without being told anything is a struct without fields.

use syn::{Fields, Ident, Item};

use super::parse::Parsed;
use crate::shared::Errors;

pub(super) fn name(parsed: &Parsed) -> syn::Result<Ident> {
    let mut errors = Errors::default();
    if !parsed.options.is_empty() {
        errors.at(
            &parsed.options,
            "`#[auto_configuration]` takes no options: conditions and order are methods of \
             `AutoConfiguration`",
        );
    }
    errors.join(unit_struct(&parsed.item))
}

fn unit_struct(item: &Item) -> syn::Result<Ident> {
    let unit = "an auto-configuration is a struct without fields: `struct CacheAutoConfiguration;`";
    match item {
        Item::Struct(item) if !item.generics.params.is_empty() => {
            Err(syn::Error::new_spanned(&item.generics, unit))
        }
        Item::Struct(item) if matches!(item.fields, Fields::Unit) => Ok(item.ident.clone()),
        Item::Struct(item) => Err(syn::Error::new_spanned(&item.fields, unit)),
        Item::Impl(item) => Err(syn::Error::new_spanned(
            item.impl_token,
            "`#[auto_configuration]` goes on the struct, not on its `impl`",
        )),
        other => Err(syn::Error::new_spanned(other, unit)),
    }
}
