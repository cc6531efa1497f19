//! What a function must be to be a test: `async fn(app: TestApp, components…)`.

use syn::{FnArg, ItemFn, PatType, Type};

use super::parse::Setup;
use crate::shared::Errors;
use crate::shared::function::{check_signature, name_of, without_parameter_attributes};
use crate::shared::injection::{Point, Source, source};

/// A function that can be a test.
pub(super) struct Test {
    /// Without our attributes on its parameters.
    pub(super) function: ItemFn,
    pub(super) setup: Setup,
    pub(super) parameters: Vec<Parameter>,
}

/// What fills a parameter.
#[allow(clippy::large_enum_variant, reason = "lives for one expansion")]
pub(super) enum Parameter {
    /// The application: `TestApp`, `&TestApp`.
    App { by_reference: bool },
    /// The application's container.
    Injected(Point),
}

pub(super) fn test(function: ItemFn, setup: Setup) -> syn::Result<Test> {
    let mut errors = Errors::default();
    check_signature(&function, &mut errors);
    if function.sig.asyncness.is_none() {
        errors.at(
            function.sig.fn_token,
            "the application is asynchronous, and so is its test: write `async fn`",
        );
    }
    let parameters = function
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => parameter(typed, &mut errors),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let function = without_parameter_attributes(function);
    errors.finish(Test {
        function,
        setup,
        parameters,
    })
}

fn parameter(parameter: &PatType, errors: &mut Errors) -> Option<Parameter> {
    if let Some(by_reference) = app(&parameter.ty) {
        return Some(Parameter::App { by_reference });
    }
    let mut attributes = parameter.attrs.clone();
    let source = source(&mut attributes, &parameter.ty, false, errors);
    if let Source::Value(value) = &source {
        errors.push(syn::Error::new(
            value.key.span(),
            "a test reads configuration from its application: `app.config()`",
        ));
    }
    let ty = (*parameter.ty).clone();
    Some(Parameter::Injected(Point {
        name: name_of(parameter, errors)?,
        ty,
        attributes,
        source,
    }))
}

/// Whether the type is the application's, and if so, whether it is asked for by reference.
fn app(ty: &Type) -> Option<bool> {
    match ty {
        Type::Path(path) => (path.path.segments.last()?.ident == "TestApp").then_some(false),
        Type::Reference(reference) => app(&reference.elem).map(|_| true),
        _ => None,
    }
}
