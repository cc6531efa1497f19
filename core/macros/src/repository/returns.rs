//! What a method returns, by the words of its type.

use syn::spanned::Spanned;
use syn::{ReturnType, Signature, Type};

use crate::shared::injection::{ok_of, wrapped};

/// What stands in the `Result` of a method.
#[derive(Clone)]
pub(super) enum Returns {
    /// `Vec<T>`.
    Many(Type),
    /// `Option<T>`.
    Optional(Type),
    /// `Page<T>`.
    Page(Type),
    /// `Slice<T>`.
    Slice(Type),
    /// A number, `bool` or `()`: perhaps how many there were.
    Count(Type),
    /// Anything else.
    One(Type),
}

/// Makes what is returned of the type within.
type Shape = fn(Type) -> Returns;

/// The types that say how many there were.
const COUNTS: [&str; 6] = ["u64", "i64", "usize", "u32", "i32", "bool"];

/// What the method returns.
///
/// # Errors
///
/// It returns no `Result`.
pub(super) fn returns(signature: &Signature) -> syn::Result<Returns> {
    let ReturnType::Type(_, ty) = &signature.output else {
        return Err(no_result(&signature.ident));
    };
    let inner = ok_of(ty).ok_or_else(|| no_result(ty))?;
    let shapes: [(&str, Shape); 4] = [
        ("Vec", Returns::Many),
        ("Option", Returns::Optional),
        ("Page", Returns::Page),
        ("Slice", Returns::Slice),
    ];
    for (name, shape) in shapes {
        // Bytes are one value.
        if let Some(of) = wrapped(inner, name).filter(|of| !(name == "Vec" && is(of, "u8"))) {
            return Ok(shape(of.clone()));
        }
    }
    let is_nothing = matches!(inner, Type::Tuple(tuple) if tuple.elems.is_empty());
    if is_nothing || COUNTS.iter().any(|count| is(inner, count)) {
        return Ok(Returns::Count(inner.clone()));
    }
    Ok(Returns::One(inner.clone()))
}

fn no_result(at: &impl quote::ToTokens) -> syn::Error {
    syn::Error::new_spanned(
        at,
        "a database may be out of reach: a repository's method returns a `Result`",
    )
}

/// Whether a type is the one of this plain name.
pub(super) fn is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident(name))
}

impl Returns {
    /// The type within.
    pub(super) fn of(&self) -> &Type {
        match self {
            Self::Many(ty)
            | Self::Optional(ty)
            | Self::Page(ty)
            | Self::Slice(ty)
            | Self::Count(ty)
            | Self::One(ty) => ty,
        }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> proc_macro2::Span {
        self.of().span()
    }
}
