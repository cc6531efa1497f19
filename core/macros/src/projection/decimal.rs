//! Decimals: SQLite keeps them as whole numbers, so whoever reads or binds one without its column
//! says how many digits stand after the point.

use quote::quote;
use syn::{Attribute, Meta, Type};

use crate::shared::injection::wrapped;
use crate::shared::{Argument, Errors, arguments_noting, private};

/// The most digits after the point that a decimal keeps.
const MOST: u32 = 18;

/// What to write where it is not said.
pub(crate) const EXAMPLE: &str = "#[column(scale = 2)]";

/// Whether a type is `Decimal`, or an `Option` or list of them.
pub(crate) fn is_decimal(ty: &Type) -> bool {
    let inner = match ty {
        Type::Reference(reference) => return is_decimal(&reference.elem),
        Type::Slice(slice) => return is_decimal(&slice.elem),
        other => wrapped(other, "Option").or_else(|| wrapped(other, "Vec")),
    };
    match (inner, ty) {
        (Some(inner), _) => is_decimal(inner),
        (None, Type::Path(path)) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident == "Decimal")
        }
        _ => false,
    }
}

/// The codec of such a column.
pub(crate) fn codec(scale: u32) -> proc_macro2::TokenStream {
    let private = private();
    let scale = proc_macro2::Literal::u32_unsuffixed(scale);
    quote!(#private::data::Scaled<#scale>)
}

/// The arguments of a `#[column(…)]`, of which only these are known.
pub(crate) fn column(
    attribute: &Attribute,
    known: &[&str],
    example: &str,
    errors: &mut Errors,
) -> Vec<Argument> {
    match &attribute.meta {
        Meta::List(list) => arguments_noting(list.tokens.clone(), known, &[], errors),
        _ => {
            errors.at(attribute, format!("`#[column]` is written `{example}`"));
            Vec::new()
        }
    }
}

/// The number behind `scale =`.
pub(crate) fn scale(argument: &Argument, errors: &mut Errors) -> Option<u32> {
    let number = errors.keep(argument.number("scale = 2"))?;
    let scale = u32::try_from(number).ok().filter(|it| *it <= MOST);
    if scale.is_none() {
        errors.at(
            &argument.name,
            format!("`scale` is a number from 0 to {MOST}"),
        );
    }
    scale
}
