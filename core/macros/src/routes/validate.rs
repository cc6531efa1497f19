//! What a block of routes must be.

use std::collections::HashMap;

use syn::{FnArg, GenericArgument, Item, ItemImpl, Pat, PathArguments, Receiver, Type};

use super::parse::{Block, Route};
use crate::shared::Errors;
use crate::shared::injection::wrapped;

/// The block that the attribute stands on.
///
/// # Errors
///
/// It stands on something else.
pub(super) fn item(item: Item) -> syn::Result<ItemImpl> {
    let what = match item {
        Item::Impl(item) => {
            let mut errors = Errors::default();
            if let Some((_, path, _)) = &item.trait_ {
                errors.at(
                    path,
                    "routes are methods of the controller itself: write `impl PostController { … }`",
                );
            }
            if !item.generics.params.is_empty() {
                errors.at(
                    &item.generics,
                    "a controller is one thing of one type: it cannot have type or lifetime \
                     parameters",
                );
            }
            return errors.finish(item);
        }
        Item::Struct(item) => {
            return Err(syn::Error::new_spanned(
                item.struct_token,
                "`#[routes]` goes on the controller's `impl`; on the struct goes \
                 `#[controller(\"/path\")]`",
            ));
        }
        other => other,
    };
    Err(syn::Error::new_spanned(
        what,
        "`#[routes]` goes on the `impl` of a controller",
    ))
}

/// Holds the routes against the rules.
///
/// # Errors
///
/// Everything that is wrong with them.
pub(super) fn block(block: &Block) -> syn::Result<()> {
    let mut errors = Errors::default();
    if block.routes.is_empty() {
        errors.at(
            &block.item.self_ty,
            "no method answers a request here: put `#[get(\"/\")]` or the like on one",
        );
    }
    twice(&block.routes, &mut errors);
    let mut checked: Vec<&syn::Ident> = Vec::new();
    for route in &block.routes {
        // A method with several paths is wrong only once.
        if !checked.contains(&&route.function.ident) {
            checked.push(&route.function.ident);
            signature(route, &mut errors);
        }
    }
    errors.finish(())
}

/// Two routes of one block on one method and path.
fn twice(routes: &[Route], errors: &mut Errors) {
    let mut known: HashMap<(&str, String), &Route> = HashMap::new();
    // One of two that are compiled conditionally may not be there.
    for route in routes.iter().filter(|route| route.cfgs.is_empty()) {
        let mut shape = route.pattern.path.clone();
        for name in &route.pattern.names {
            shape = shape.replacen(&format!("{{{name}"), "{", 1);
        }
        if let Some(other) = known.insert((route.verb.name(), shape), route) {
            errors.push(syn::Error::new(
                route.pattern.text.span(),
                format!(
                    "`{}` answers {} {} already",
                    other.function.ident,
                    route.verb.name().to_uppercase(),
                    if route.pattern.path.is_empty() {
                        "/"
                    } else {
                        &route.pattern.path
                    },
                ),
            ));
        }
    }
}

fn signature(route: &Route, errors: &mut Errors) {
    let function = &route.function;
    if !function.generics.params.is_empty() {
        errors.at(
            &function.generics,
            "a route is called by requests, which know no type or lifetime parameters",
        );
    }
    if let Some(unsafety) = &function.unsafety {
        errors.at(
            unsafety,
            "a route is called by requests, which can promise nothing",
        );
    }
    match function.receiver() {
        Some(receiver) if receiver_is(receiver).is_some() => {}
        Some(receiver) => errors.at(
            receiver,
            "a controller answers many requests at once, so a route takes `&self` (or \
             `self: Arc<Self>`)",
        ),
        None => errors.at(
            &function.ident,
            "a route is a method: its first parameter is `&self`",
        ),
    }
    let mut body: Option<String> = None;
    for argument in arguments(route) {
        if let Some(name) = body_of(argument.ty) {
            match &body {
                Some(earlier) => errors.at(
                    argument.ty,
                    format!("a request has one body, and `{earlier}` takes it already"),
                ),
                None => body = Some(name),
            }
        }
        match argument.ty {
            Type::Reference(reference) => {
                let inner = &reference.elem;
                let instead = match &**inner {
                    Type::Path(path) if path.path.is_ident("str") => {
                        "`Text` for the body, `Path<String>` for a part of the path".to_owned()
                    }
                    inner => format!("`{}`", quote::quote!(#inner)),
                };
                errors.at(
                    argument.ty,
                    format!("a route owns what it takes from a request: write {instead}"),
                );
            }
            Type::ImplTrait(_) => errors.at(
                argument.ty,
                "a route is called by requests: its parameters have types with a name",
            ),
            _ => {}
        }
    }
}

/// How a route takes its controller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SelfKind {
    /// `&self`.
    Borrowed,
    /// `self: Arc<Self>`.
    Shared,
}

pub(super) fn receiver_is(receiver: &Receiver) -> Option<SelfKind> {
    if receiver.colon_token.is_some() {
        return wrapped(&receiver.ty, "Arc").map(|_| SelfKind::Shared);
    }
    (receiver.reference.is_some() && receiver.mutability.is_none()).then_some(SelfKind::Borrowed)
}

/// A parameter behind `self`.
pub(super) struct Parameter<'a> {
    /// Its name in the signature, or what comes nearest to one.
    pub(super) name: String,
    pub(super) ty: &'a Type,
}

pub(super) fn arguments(route: &Route) -> impl Iterator<Item = Parameter<'_>> {
    route
        .function
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => Some(Parameter {
                name: name(&typed.pat),
                ty: &typed.ty,
            }),
            FnArg::Receiver(_) => None,
        })
}

/// `id` of `id`, and of `Path(id)`.
fn name(pattern: &Pat) -> String {
    match pattern {
        Pat::Ident(ident) => syn::ext::IdentExt::unraw(&ident.ident).to_string(),
        Pat::TupleStruct(tuple) if tuple.elems.len() == 1 => name(&tuple.elems[0]),
        _ => "parameters".to_owned(),
    }
}

/// Which extractor takes the body, if this type does; by its name, as nothing else is known here.
fn body_of(ty: &Type) -> Option<String> {
    let inner = wrapped(ty, "Option").unwrap_or(ty);
    let Type::Path(path) = inner else { return None };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();
    matches!(
        name.as_str(),
        "Json" | "Form" | "Body" | "Bytes" | "Payload" | "Multipart"
    )
    .then_some(name)
}

/// How many values a `Path<…>` takes, where that can be seen.
pub(super) fn path_arity(ty: &Type) -> Option<usize> {
    let Type::Path(path) = ty else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Path")?;
    let PathArguments::AngleBracketed(generics) = &last.arguments else {
        return None;
    };
    match generics.args.first()? {
        GenericArgument::Type(Type::Tuple(tuple)) => Some(tuple.elems.len()),
        GenericArgument::Type(Type::Path(scalar)) => {
            const SCALARS: [&str; 18] = [
                "bool", "char", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
                "u64", "u128", "usize", "f32", "f64", "String", "Uuid",
            ];
            let name = scalar.path.segments.last()?.ident.to_string();
            SCALARS.contains(&name.as_str()).then_some(1)
        }
        _ => None,
    }
}
