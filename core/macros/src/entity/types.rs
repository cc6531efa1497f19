//! What a field's type says by its name: a macro sees no more of it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// What follows for a column from the name of its type.
pub(super) enum Named {
    /// A SQL type that diesel's and the starter's agree on.
    Sql(&'static str),
    /// A SQL type of the starter's own, whose Rust type is another crate's: diesel binds it in `As`.
    Own(&'static str),
    /// A decimal, whose scale its attributes say.
    Decimal,
    /// No type that both databases store, and what to do instead.
    Unstored(&'static str),
    /// Any other: an enum of texts, or the author says its SQL type.
    Other,
}

/// Looks the type of a column up; not an `Option`, but what it holds.
pub(super) fn named(ty: &Type) -> Named {
    const EMBED: &str = "embed it with `#[json]`, or make it an entity of its own";
    let Some(last) = last_segment(ty) else {
        return Named::Unstored(EMBED);
    };
    match last.ident.to_string().as_str() {
        "i16" => Named::Sql("SmallInt"),
        "i32" => Named::Sql("Integer"),
        "i64" => Named::Sql("BigInt"),
        "f32" => Named::Sql("Float"),
        "f64" => Named::Sql("Double"),
        "bool" => Named::Sql("Bool"),
        "String" => Named::Sql("Text"),
        "DateTime" if !is_utc(ty) => Named::Unstored("moments are kept in UTC: `DateTime<Utc>`"),
        "DateTime" => Named::Own("Moment"),
        "NaiveDateTime" => Named::Sql("Timestamp"),
        "NaiveDate" => Named::Sql("Date"),
        "NaiveTime" => Named::Sql("Time"),
        "Uuid" => Named::Own("Uuid"),
        "Value" => Named::Own("Json"),
        "Decimal" => Named::Decimal,
        "Vec" if argument(ty).is_some_and(|of| is(of, "u8")) => Named::Sql("Binary"),
        "u8" | "i8" => Named::Unstored("use `i16`"),
        "u16" => Named::Unstored("use `i32`"),
        "u32" | "u64" | "usize" | "isize" => Named::Unstored("use `i64`"),
        "i128" | "u128" => Named::Unstored("use `i64` or `Decimal`"),
        "char" => Named::Unstored("use `String`"),
        "Vec" | "VecDeque" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" | "Box" | "Arc"
        | "Option" => Named::Unstored(EMBED),
        _ => Named::Other,
    }
}

/// The last part of a path: `Utc` of `chrono::Utc`.
pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

/// The first type in angle brackets.
pub(super) fn argument(ty: &Type) -> Option<&Type> {
    match &last_segment(ty)?.arguments {
        PathArguments::AngleBracketed(of) => of.args.iter().find_map(|it| match it {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => None,
    }
}

/// Whether the type is spelled so, whatever its path.
pub(super) fn is(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == name)
}

/// What an `Option` holds.
pub(super) fn option(ty: &Type) -> Option<&Type> {
    is(ty, "Option").then(|| argument(ty)).flatten()
}

/// `DateTime<Utc>`.
pub(super) fn is_utc(ty: &Type) -> bool {
    is(ty, "DateTime") && argument(ty).is_some_and(|of| is(of, "Utc"))
}

/// The SQL type as `table!` names it.
pub(super) fn nullable(sql: TokenStream, nullable: bool) -> TokenStream {
    match nullable {
        true => quote!(Nullable<#sql>),
        false => sql,
    }
}
