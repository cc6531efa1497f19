//! What a function must be to be a task: what each of its parameters is filled with.

use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Ident, ItemFn, LitStr, PatType, ReturnType, Type, Visibility};

use super::parse::Options;
use crate::shared::Errors;
use crate::shared::function::{check_signature, name_of, named};
use crate::shared::injection::{Point, is_injectable, source};

/// A function that can be a task.
pub(crate) struct Task {
    pub(crate) function: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) is_async: bool,
    pub(crate) output: ReturnType,
    pub(crate) name: LitStr,
    pub(crate) options: Options,
    pub(crate) parameters: Vec<Parameter>,
}

/// What fills a parameter.
pub(crate) enum Parameter {
    /// The container or the configuration.
    Injected(Point),
    /// Whoever enqueues it.
    Payload(Payload),
    /// The run itself.
    Context { by_reference: bool },
}

/// A parameter that is kept with the task.
pub(crate) struct Payload {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// `#[serde(…)]`, which is for the field.
    pub(crate) attributes: Vec<Attribute>,
}

impl Task {
    pub(crate) fn payload(&self) -> impl Iterator<Item = &Payload> {
        self.parameters.iter().filter_map(|it| match it {
            Parameter::Payload(payload) => Some(payload),
            _ => None,
        })
    }

    pub(crate) fn points(&self) -> impl Iterator<Item = &Point> {
        self.parameters.iter().filter_map(|it| match it {
            Parameter::Injected(point) => Some(point),
            _ => None,
        })
    }
}

/// The function as a task.
///
/// # Errors
///
/// Everything that keeps it from being one.
pub(crate) fn task(item: &ItemFn, options: Options) -> syn::Result<Task> {
    let mut errors = Errors::default();
    check_signature(item, &mut errors);
    let parameters: Vec<_> = item
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => parameter(typed, &mut errors),
            FnArg::Receiver(_) => None,
        })
        .collect();
    if let ReturnType::Type(_, ty) = &item.sig.output
        && matches!(**ty, Type::ImplTrait(_))
    {
        errors.at(
            ty,
            "a task returns nothing, or `Result<T>` of a type with a name",
        );
    }
    let function = item.sig.ident.clone();
    let name = options.name.clone();
    let name = name.unwrap_or_else(|| LitStr::new(&function.unraw().to_string(), function.span()));
    let task = Task {
        function,
        visibility: item.vis.clone(),
        is_async: item.sig.asyncness.is_some(),
        output: item.sig.output.clone(),
        name,
        options,
        parameters,
    };
    if let Some(unique) = &task.options.unique {
        for by in &unique.by {
            if !task.payload().any(|payload| payload.name == *by) {
                errors.at(
                    by,
                    format!("`{by}` is no parameter that is kept with the task"),
                );
            }
        }
    }
    errors.finish(task)
}

fn parameter(parameter: &PatType, errors: &mut Errors) -> Option<Parameter> {
    let name = name_of(parameter, errors)?;
    let ty = (*parameter.ty).clone();
    if let Some(by_reference) = named(&ty, "TaskContext") {
        return Some(Parameter::Context { by_reference });
    }
    let mut attributes = parameter.attrs.clone();
    let source = source(&mut attributes, &ty, false, errors);
    let is_asked = attributes.len() < parameter.attrs.len() || is_injectable(&ty);
    if is_asked {
        return Some(Parameter::Injected(Point {
            name,
            ty,
            attributes,
            source,
        }));
    }
    match &ty {
        Type::Reference(_) => errors.at(
            &ty,
            "what is kept with a task is its own: take `String` for `&str`, `Vec<T>` for `&[T]`, \
             and components as `Arc<T>`",
        ),
        Type::ImplTrait(_) => errors.at(&ty, "what is kept with a task has a type with a name"),
        _ => {}
    }
    attributes.retain(|attribute| attribute.path().is_ident("serde"));
    Some(Parameter::Payload(Payload {
        name,
        ty,
        attributes,
    }))
}
