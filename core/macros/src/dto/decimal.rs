//! `#[garde(range(…))]` on decimals, whose type garde does not know.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use crate::shared::arguments::arguments;

/// `Decimal`, alone or in an `Option`.
pub(super) fn is_decimal(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    match path.path.segments.last() {
        Some(last) if last.ident == "Decimal" => true,
        Some(last) if last.ident == "Option" => match &last.arguments {
            PathArguments::AngleBracketed(of) => {
                matches!(of.args.first(), Some(GenericArgument::Type(inner)) if is_decimal(inner))
            }
            _ => false,
        },
        _ => false,
    }
}

/// `range(min = 0, max = "99.50")` as a rule that garde takes.
pub(super) fn range(rule: &TokenStream) -> syn::Result<TokenStream> {
    let given = rule.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let (mut min, mut max) = (
        quote!(::core::option::Option::None),
        quote!(::core::option::Option::None),
    );
    for argument in arguments(given.unwrap_or_default(), &["min", "max", "equal"], &[])? {
        let bound = argument.expression("min = 0")?;
        let bound = quote!(::core::option::Option::Some(
            ::savia::__private::data::decimal_bound(#bound)
        ));
        match argument.name().as_str() {
            "min" => min = bound,
            "max" => max = bound,
            _ => (min, max) = (bound.clone(), bound),
        }
    }
    Ok(quote!(custom(::savia::__private::data::decimal_range(#min, #max))))
}
