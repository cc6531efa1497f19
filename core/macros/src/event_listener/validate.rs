//! What a function must be to hear an event: `fn(event: &Event, components…)`.

use syn::{FnArg, Ident, ItemFn, PatType, ReturnType, Type};

use crate::shared::Errors;
use crate::shared::function::{check_signature, name_of};
use crate::shared::injection::{Point, source};

/// A function that can hear an event.
pub(super) struct EventListener {
    pub(super) name: Ident,
    pub(super) is_async: bool,
    pub(super) order: i32,
    pub(super) event: Type,
    pub(super) points: Vec<Point>,
    pub(super) output: ReturnType,
}

pub(super) fn listener(item: &ItemFn, order: i32) -> syn::Result<EventListener> {
    let mut errors = Errors::default();
    check_signature(item, &mut errors);
    let mut parameters = item.sig.inputs.iter();
    let event = event(item, parameters.next());
    let points = parameters
        .filter_map(|input| match input {
            FnArg::Typed(parameter) => point(parameter, &mut errors),
            FnArg::Receiver(_) => None,
        })
        .collect();
    errors.join(event.map(|event| EventListener {
        name: item.sig.ident.clone(),
        is_async: item.sig.asyncness.is_some(),
        order,
        event,
        points,
        output: item.sig.output.clone(),
    }))
}

fn event(item: &ItemFn, first: Option<&FnArg>) -> syn::Result<Type> {
    let by_reference = "the first parameter is the event, by reference: `event: &OrderPlaced`";
    match first {
        None => Err(syn::Error::new_spanned(&item.sig.ident, by_reference)),
        // What is wrong with it has been said.
        Some(FnArg::Receiver(receiver)) => Ok((*receiver.ty).clone()),
        Some(FnArg::Typed(PatType { ty, .. })) => match &**ty {
            Type::Reference(reference)
                if reference.mutability.is_none() && reference.lifetime.is_none() =>
            {
                Ok((*reference.elem).clone())
            }
            other => Err(syn::Error::new_spanned(other, by_reference)),
        },
    }
}

fn point(parameter: &PatType, errors: &mut Errors) -> Option<Point> {
    let mut attributes = parameter.attrs.clone();
    let source = source(&mut attributes, &parameter.ty, false, errors);
    let ty = (*parameter.ty).clone();
    Some(Point {
        name: name_of(parameter, errors)?,
        ty,
        attributes,
        source,
    })
}
