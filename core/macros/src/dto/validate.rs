//! What is wrong with a type of the API before any derive sees it.

use proc_macro2::Span;
use syn::{Error, Result};

use super::parse::{Dto, Options, Shape, Style};
use crate::shared::Errors;

pub(super) fn validate(dto: &Dto, options: &Options) -> Result<()> {
    let mut errors = Errors::default();
    if let Some(span) = options.ignore_unknown {
        if let Some(denied) = dto.serde.denies_unknown {
            let mut error = Error::new(span, "unknown fields cannot be both ignored and refused");
            error.combine(Error::new(denied, "they are refused here"));
            errors.push(error);
        } else if has_no_fields(&dto.shape) {
            errors.push(Error::new(
                span,
                "this has no named fields in JSON, so there are no unknown ones to ignore",
            ));
        }
    }
    if let Some(span) = context(dto) {
        errors.push(Error::new(
            span,
            "a `#[dto]` is validated without a context: check what needs one in a service",
        ));
    }
    errors.finish(())
}

fn has_no_fields(shape: &Shape) -> bool {
    match shape {
        Shape::Struct(it) => it.style != Style::Named,
        Shape::Enum(variants) => variants.iter().all(|it| it.style != Style::Named),
    }
}

/// Where `#[garde(context(…))]` stands.
fn context(dto: &Dto) -> Option<Span> {
    dto.item
        .attrs
        .iter()
        .filter(|it| it.path().is_ident("garde"))
        .find_map(|attribute| {
            let list = attribute.meta.require_list().ok()?;
            let first = list.tokens.clone().into_iter().next()?;
            (first.to_string() == "context").then(|| first.span())
        })
}
