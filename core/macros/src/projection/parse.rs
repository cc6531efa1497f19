//! The fields, and which columns they are read from.

use syn::ext::IdentExt;
use syn::{Attribute, Fields, Ident, ItemStruct, Type};

use crate::shared::injection::wrapped;
use crate::shared::{Errors, cfgs};

use super::decimal;

/// A struct that rows can be read as.
pub(super) struct Projection {
    pub(super) name: Ident,
    pub(super) fields: Vec<Field>,
}

/// A field and its column.
pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) ty: Type,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) column: String,
    pub(super) storage: Storage,
}

/// How the column stores the field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    Plain,
    /// A decimal with so many digits after the point.
    Scaled(u32),
    Json,
    OptionalJson,
}

/// Reads the struct.
///
/// # Errors
///
/// Everything that keeps rows from being read as it.
pub(super) fn projection(item: &ItemStruct) -> syn::Result<Projection> {
    let mut errors = Errors::default();
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            "a row has columns of known types: a projection cannot have type or lifetime \
             parameters",
        );
    }
    let fields = match &item.fields {
        Fields::Named(fields) if !fields.named.is_empty() => fields
            .named
            .iter()
            .filter_map(|it| field(it, &mut errors))
            .collect(),
        _ => {
            errors.at(
                &item.ident,
                "a column finds its field by its name: write `{ name: Type }`",
            );
            Vec::new()
        }
    };
    errors.finish(Projection {
        name: item.ident.clone(),
        fields,
    })
}

fn field(field: &syn::Field, errors: &mut Errors) -> Option<Field> {
    let name = field.ident.clone()?;
    let inner = wrapped(&field.ty, "Option");
    let mut column = name.unraw().to_string();
    let mut scale = None;
    let mut json = None;
    for attribute in &field.attrs {
        if attribute.path().is_ident("json") {
            if attribute.meta.require_path_only().is_err() {
                errors.at(attribute, "`#[json]` takes nothing");
            }
            json = Some(attribute);
        } else if attribute.path().is_ident("column") {
            let example = "#[column(name = \"title\")]";
            for argument in decimal::column(attribute, &["name", "scale"], example, errors) {
                if argument.name() == "scale" {
                    scale = Some(decimal::scale(&argument, errors));
                } else if let Some(named) = errors.keep(argument.text("name = \"title\"")) {
                    column = named.value();
                }
            }
        }
    }
    let is_decimal = json.is_none() && decimal::is_decimal(&field.ty);
    match scale {
        None if is_decimal => errors.at(
            &field.ty,
            format!(
                "a decimal is read with the digits after the point that its column keeps: `{}`",
                decimal::EXAMPLE
            ),
        ),
        Some(_) if !is_decimal => errors.at(&field.ty, "`scale` is of a `Decimal`"),
        _ => {}
    }
    let storage = match (json, scale.flatten(), inner) {
        (Some(_), _, Some(_)) => Storage::OptionalJson,
        (Some(_), _, None) => Storage::Json,
        (None, Some(scale), _) => Storage::Scaled(scale),
        (None, None, _) => Storage::Plain,
    };
    Some(Field {
        name,
        ty: field.ty.clone(),
        cfgs: cfgs(&field.attrs).cloned().collect(),
        column,
        storage,
    })
}

/// Takes our attributes out of the struct.
pub(super) fn strip(item: &mut ItemStruct) {
    for field in &mut item.fields {
        field.attrs.retain(|attribute| {
            !["column", "json"]
                .iter()
                .any(|ours| attribute.path().is_ident(ours))
        });
    }
}
