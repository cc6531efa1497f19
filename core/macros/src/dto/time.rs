//! Times are written with six fraction digits, whatever chrono would write.

use syn::{Data, Field, GenericArgument, PathArguments, Type, parse_quote};

use super::parse::Dto;
use super::serde;

/// Gives every field that holds a time the way it is written, unless the author says another.
pub(super) fn spell(dto: &mut Dto) -> syn::Result<()> {
    let derives_itself = dto.derives.iter().any(|path| {
        path.segments
            .last()
            .is_some_and(|it| it.ident == "Serialize")
    });
    if derives_itself {
        return Ok(());
    }
    match &mut dto.item.data {
        Data::Struct(data) => data.fields.iter_mut().try_for_each(field),
        Data::Enum(data) => data
            .variants
            .iter_mut()
            .flat_map(|variant| variant.fields.iter_mut())
            .try_for_each(field),
        Data::Union(_) => Ok(()),
    }
}

fn field(field: &mut Field) -> syn::Result<()> {
    const OTHERWISE: [&str; 5] = [
        "serialize_with",
        "with",
        "skip",
        "skip_serializing",
        "flatten",
    ];
    let said = serde::arguments(&field.attrs)?;
    let otherwise = said
        .iter()
        .any(|argument| OTHERWISE.contains(&argument.name().as_str()));
    if holds_time(&field.ty) && !otherwise {
        let attribute = parse_quote!(#[serde(serialize_with = "::savia::__private::timestamp")]);
        field.attrs.push(attribute);
    }
    Ok(())
}

/// `DateTime<…>`, alone or in an `Option` or a `Vec`.
fn holds_time(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(of) = &last.arguments else {
        return false;
    };
    match last.ident.to_string().as_str() {
        "DateTime" => true,
        "Option" | "Vec" => {
            matches!(of.args.first(), Some(GenericArgument::Type(inner)) if holds_time(inner))
        }
        _ => false,
    }
}
