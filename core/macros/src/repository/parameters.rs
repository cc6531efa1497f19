//! The parameters of a method, and which of them are no values of a condition.

use proc_macro2::Ident;
use syn::{Attribute, FnArg, PatType, Signature, Type};

use super::returns::is;
use crate::projection::decimal;
use crate::shared::Errors;
use crate::shared::function::name_of;

/// A parameter.
#[derive(Clone)]
pub(super) struct Parameter {
    pub(super) name: Ident,
    pub(super) ty: Type,
    pub(super) role: Role,
    /// The digits after the point of a decimal: `#[column(scale = 2)]`.
    pub(super) scale: Option<u32>,
}

/// What a parameter is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A value.
    Value,
    /// `PageRequest`: which page.
    Page,
    /// `CursorRequest`: which slice.
    Cursor,
    /// `Sort`: in which order.
    Sort,
}

/// The method's parameters, without `self`; notes what keeps it from being written.
pub(super) fn parameters(signature: &Signature, errors: &mut Errors) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let mut has_self = false;
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                has_self = true;
                if receiver.reference.is_none() || receiver.mutability.is_some() {
                    errors.at(receiver, "a repository is shared: its methods take `&self`");
                }
            }
            FnArg::Typed(parameter) => {
                let scale = scale(parameter, errors);
                if let Some(name) = name_of(parameter, errors) {
                    parameters.push(Parameter {
                        name,
                        scale,
                        role: role(&parameter.ty),
                        ty: (*parameter.ty).clone(),
                    });
                }
            }
        }
    }
    if !has_self {
        errors.at(&signature.ident, "a repository's methods take `&self`");
    }
    parameters
}

/// What `#[column(scale = 2)]` on a parameter says.
fn scale(parameter: &PatType, errors: &mut Errors) -> Option<u32> {
    let attribute = parameter.attrs.iter().find(|it| is_column(it))?;
    let arguments = decimal::column(attribute, &["scale"], decimal::EXAMPLE, errors);
    let scale = arguments.first()?;
    if !decimal::is_decimal(&parameter.ty) {
        errors.at(attribute, "`scale` is of a `Decimal`");
    }
    decimal::scale(scale, errors)
}

fn is_column(attribute: &Attribute) -> bool {
    attribute.path().is_ident("column")
}

/// Takes our attributes off the parameters.
pub(super) fn strip(signature: &mut Signature) {
    for input in &mut signature.inputs {
        if let FnArg::Typed(parameter) = input {
            parameter.attrs.retain(|attribute| !is_column(attribute));
        }
    }
}

fn role(ty: &Type) -> Role {
    let Type::Path(path) = referred(ty) else {
        return Role::Value;
    };
    let Some(last) = path.path.segments.last() else {
        return Role::Value;
    };
    match last.ident.to_string().as_str() {
        "PageRequest" => Role::Page,
        "CursorRequest" => Role::Cursor,
        "Sort" => Role::Sort,
        _ => Role::Value,
    }
}

/// The type behind `&`.
pub(super) fn referred(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => &reference.elem,
        other => other,
    }
}

impl Parameter {
    /// Whether it holds many values: `&[T]`, `Vec<T>`; bytes are one.
    pub(super) fn is_list(&self) -> bool {
        let of = match referred(&self.ty) {
            Type::Slice(slice) => Some(&*slice.elem),
            Type::Array(array) => Some(&*array.elem),
            other => crate::shared::injection::wrapped(other, "Vec"),
        };
        of.is_some_and(|of| !is(of, "u8"))
    }

    /// Whether it is taken by reference.
    pub(super) fn is_reference(&self) -> bool {
        matches!(self.ty, Type::Reference(_))
    }
}
