//! Reads the options and the type, and takes apart the attributes that serde and garde share.

use proc_macro2::{Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, GenericArgument, Index, Member, Path,
    PathArguments, Result, Token, Type,
};

use super::garde;
use super::names::Case;
use super::serde::{Container, Part};
use crate::shared::{Errors, arguments};

/// What stands in `#[dto(…)]`.
#[derive(Default)]
pub(super) struct Options {
    /// `unknown = "ignore"`, where it stands.
    pub(super) ignore_unknown: Option<Span>,
}

/// A type of the API.
pub(super) struct Dto {
    /// The type, its garde attributes without what is done in their stead.
    pub(super) item: DeriveInput,
    /// What serde's attributes of the type say.
    pub(super) serde: Container,
    /// The derives the user named himself.
    pub(super) derives: Vec<Path>,
    /// Whether the type itself has a rule of garde.
    pub(super) has_rule: bool,
    /// Whether `#[garde(allow_unvalidated)]` stands there already.
    pub(super) allows_unvalidated: bool,
    pub(super) shape: Shape,
    /// Rules that there are not; they are taken out, and the type is made without them.
    pub(super) mistakes: Errors,
}

pub(super) enum Shape {
    Struct(Variant),
    Enum(Vec<Variant>),
}

/// A variant, or a struct.
pub(super) struct Variant {
    /// None of a struct.
    pub(super) ident: Option<syn::Ident>,
    /// The variant's name in JSON.
    pub(super) json: String,
    pub(super) style: Style,
    pub(super) fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Named,
    Newtype,
    Tuple,
    Unit,
}

pub(super) struct Field {
    pub(super) member: Member,
    /// The field as garde names it: `title`, or `[0]`.
    pub(super) garde: String,
    /// The field as JSON names it; empty where it stands in its parent's place.
    pub(super) json: String,
    pub(super) flatten: bool,
    /// Whether it has a rule of garde, beside those of its type.
    pub(super) has_rule: bool,
    /// Whether the rules of its type are asked.
    pub(super) nested: bool,
}

/// Reads the options.
pub(super) fn options(args: TokenStream) -> Result<Options> {
    let mut options = Options::default();
    for argument in arguments::arguments(args, &["unknown"], &[])? {
        let text = argument.text("unknown = \"ignore\"")?;
        match text.value().as_str() {
            "ignore" => options.ignore_unknown = Some(text.span()),
            "refuse" => {}
            other => {
                return Err(arguments::unknown(
                    "value",
                    other,
                    &["ignore", "refuse"],
                    text.span(),
                ));
            }
        }
    }
    Ok(options)
}

/// Reads the type.
pub(super) fn parse(item: TokenStream) -> Result<Dto> {
    let span = item.span();
    let mut item: DeriveInput =
        syn::parse2(item).map_err(|_| Error::new(span, "`#[dto]` goes on a struct or an enum"))?;
    let serde = Container::read(&item.attrs)?;
    let derives = derives(&item.attrs)?;
    let rules = garde::words(&item.attrs)?;
    let mut mistakes = Errors::default();
    let shape = match &mut item.data {
        Data::Struct(data) => Shape::Struct(variant(
            None,
            String::new(),
            &mut data.fields,
            serde.rename_all,
            &serde,
            &mut mistakes,
        )?),
        Data::Enum(data) => {
            let mut variants = Vec::new();
            for it in &mut data.variants {
                let part = Part::read(&it.attrs)?;
                let json = part.name(&it.ident, |name| serde.rename_all.variant(name));
                let case = part.rename_all.unwrap_or(serde.rename_all_fields);
                variants.push(variant(
                    Some(it.ident.clone()),
                    json,
                    &mut it.fields,
                    case,
                    &serde,
                    &mut mistakes,
                )?);
            }
            Shape::Enum(variants)
        }
        Data::Union(data) => {
            return Err(Error::new(
                data.union_token.span,
                "`#[dto]` goes on a struct or an enum, JSON has no unions",
            ));
        }
    };
    Ok(Dto {
        has_rule: rules.iter().any(|rule| rule == "custom"),
        allows_unvalidated: rules.iter().any(|rule| rule == "allow_unvalidated"),
        item,
        serde,
        derives,
        shape,
        mistakes,
    })
}

fn variant(
    ident: Option<syn::Ident>,
    json: String,
    fields: &mut Fields,
    case: Case,
    serde: &Container,
    mistakes: &mut Errors,
) -> Result<Variant> {
    let style = match &fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Style::Newtype,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    };
    let mut read = Vec::new();
    for (at, field) in fields.iter_mut().enumerate() {
        let part = Part::read(&field.attrs)?;
        let (member, garde, json) = match &field.ident {
            Some(ident) => {
                let json = part.name(ident, |name| case.field(name));
                (Member::Named(ident.clone()), ident.to_string(), json)
            }
            None => (
                Member::Unnamed(Index::from(at)),
                format!("[{at}]"),
                format!("[{at}]"),
            ),
        };
        let in_its_parent = part.flatten || serde.transparent || style == Style::Newtype;
        let words = garde::words(&field.attrs)?;
        garde::take_over(&mut field.attrs, &field.ty, mistakes)?;
        read.push(Field {
            member,
            garde,
            json: if in_its_parent { String::new() } else { json },
            flatten: part.flatten,
            has_rule: words.iter().any(|word| word != "skip" && word != "dive"),
            nested: !words.iter().any(|word| word == "skip") && !is_plain(&field.ty),
        });
    }
    Ok(Variant {
        ident,
        json,
        style,
        fields: read,
    })
}

/// The derives that stand below `#[dto]`.
fn derives(attributes: &[Attribute]) -> Result<Vec<Path>> {
    let mut derives = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("derive")) {
        derives.extend(attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)?);
    }
    Ok(derives)
}

/// Whether a type is known by its name to have no rules: asking it would cost compile time only.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "usize", "String",
    ];
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let name = last.ident.to_string();
    match &last.arguments {
        PathArguments::None => PLAIN.contains(&name.as_str()),
        PathArguments::AngleBracketed(of) => {
            ["Option", "Vec"].contains(&name.as_str())
                && of
                    .args
                    .iter()
                    .all(|of| matches!(of, GenericArgument::Type(inner) if is_plain(inner)))
        }
        PathArguments::Parenthesized(_) => false,
    }
}
