//! What `#[async_trait]` has made of a function: a boxed future, in which the author's body is.
//!
//! An attribute of an `impl` is expanded before those of its methods, so this is what a method of
//! an injected trait looks like here.

use syn::{
    AssocType, Expr, ExprAsync, ExprCall, GenericArgument, ItemFn, Path, PathArguments, ReturnType,
    Stmt, Type, TypeParamBound,
};

/// The `X` of `-> Pin<Box<dyn Future<Output = X> + …>>`.
pub(crate) fn boxed_output(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let Type::TraitObject(object) = argument(argument(ty, "Pin")?, "Box")? else {
        return None;
    };
    object.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => output_of(&bound.path),
        _ => None,
    })
}

/// The future that the function boxes: `Box::pin(async move { … })` at its end.
pub(crate) fn boxed_future(item: &mut ItemFn) -> Option<&mut ExprAsync> {
    let Some(Stmt::Expr(Expr::Call(ExprCall { func, args, .. }), None)) =
        item.block.stmts.last_mut()
    else {
        return None;
    };
    let Expr::Path(called) = &**func else {
        return None;
    };
    let is_pin = called.path.segments.last()?.ident == "pin";
    match args.first_mut() {
        Some(Expr::Async(future)) if is_pin => Some(future),
        _ => None,
    }
}

fn argument<'a>(ty: &'a Type, of: &str) -> Option<&'a Type> {
    crate::shared::injection::wrapped(ty, of)
}

fn output_of(path: &Path) -> Option<Type> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(AssocType { ident, ty, .. })
            if last.ident == "Future" && ident == "Output" =>
        {
            Some(ty.clone())
        }
        _ => None,
    })
}
