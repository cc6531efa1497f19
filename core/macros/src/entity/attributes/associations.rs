//! `#[belongs_to(…)]`, `#[has_many(…)]` and `#[many_to_many(…)]`.

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, LitStr, Token, Type};

use super::tokens;
use crate::shared::{Errors, arguments_noting, unknown};

/// `#[belongs_to(User, on_delete = "cascade")]`.
pub(in crate::entity) struct BelongsTo {
    pub(in crate::entity) target: Type,
    pub(in crate::entity) on_delete: OnDelete,
    pub(in crate::entity) span: Span,
}

/// What happens to a row when what it refers to is deleted; named as the starter's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::entity) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
    NoAction,
}

/// `#[has_many(Comment, foreign_key = "post_id")]`.
pub(in crate::entity) struct HasMany {
    pub(in crate::entity) target: Type,
    pub(in crate::entity) foreign_key: Option<LitStr>,
    pub(in crate::entity) span: Span,
}

/// `#[many_to_many(Tag, through = "post_tags", foreign_key = "post_id", other_key = "tag_id")]`.
pub(in crate::entity) struct ManyToMany {
    pub(in crate::entity) target: Type,
    pub(in crate::entity) through: LitStr,
    pub(in crate::entity) foreign_key: Option<LitStr>,
    pub(in crate::entity) other_key: Option<LitStr>,
    pub(in crate::entity) span: Span,
}

/// `User, on_delete = "cascade"`: a type, and options behind it.
struct Targeted {
    target: Type,
    options: TokenStream,
}

impl Parse for Targeted {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let target = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Self {
            target,
            options: input.parse()?,
        })
    }
}

impl BelongsTo {
    /// Reads it; notes what is wrong with it.
    pub(super) fn read(attribute: &Attribute, errors: &mut Errors) -> Option<Self> {
        let example = "#[belongs_to(User, on_delete = \"cascade\")]";
        let Targeted { target, options } = targeted(attribute, example, errors)?;
        let mut on_delete = OnDelete::Restrict;
        for argument in arguments_noting(options, &["on_delete"], &[], errors) {
            let read = argument
                .text("on_delete = \"cascade\"")
                .and_then(|text| OnDelete::named(&text));
            on_delete = errors.keep(read).unwrap_or(on_delete);
        }
        Some(Self {
            target,
            on_delete,
            span: attribute.path().span(),
        })
    }
}

impl OnDelete {
    fn named(text: &LitStr) -> syn::Result<Self> {
        const ALL: [&str; 4] = ["cascade", "restrict", "set_null", "no_action"];
        match text.value().as_str() {
            "cascade" => Ok(Self::Cascade),
            "restrict" => Ok(Self::Restrict),
            "set_null" => Ok(Self::SetNull),
            "no_action" => Ok(Self::NoAction),
            other => Err(unknown("value", other, &ALL, text.span())),
        }
    }
}

impl HasMany {
    /// Reads it; notes what is wrong with it.
    pub(super) fn read(attribute: &Attribute, errors: &mut Errors) -> Option<Self> {
        let example = "#[has_many(Comment, foreign_key = \"post_id\")]";
        let Targeted { target, options } = targeted(attribute, example, errors)?;
        let mut foreign_key = None;
        for argument in arguments_noting(options, &["foreign_key"], &[], errors) {
            foreign_key = errors.keep(argument.text("foreign_key = \"post_id\""));
        }
        Some(Self {
            target,
            foreign_key,
            span: attribute.path().span(),
        })
    }
}

impl ManyToMany {
    /// Reads it; notes what is wrong with it.
    pub(super) fn read(attribute: &Attribute, errors: &mut Errors) -> Option<Self> {
        let example = "#[many_to_many(Tag, through = \"post_tags\")]";
        let Targeted { target, options } = targeted(attribute, example, errors)?;
        let (mut through, mut foreign_key, mut other_key) = (None, None, None);
        let known = ["through", "foreign_key", "other_key"];
        for argument in arguments_noting(options, &known, &[], errors) {
            match argument.name().as_str() {
                "through" => through = errors.keep(argument.text("through = \"post_tags\"")),
                "foreign_key" => {
                    foreign_key = errors.keep(argument.text("foreign_key = \"post_id\""));
                }
                _ => other_key = errors.keep(argument.text("other_key = \"tag_id\"")),
            }
        }
        // What is missing is told once, and the field is associated all the same.
        let span = attribute.path().span();
        let through = through.unwrap_or_else(|| {
            errors.at(attribute, format!("name the table of pairs: `{example}`"));
            LitStr::new("", span)
        });
        Some(Self {
            target,
            through,
            foreign_key,
            other_key,
            span,
        })
    }
}

fn targeted(attribute: &Attribute, example: &str, errors: &mut Errors) -> Option<Targeted> {
    let tokens = tokens(attribute, example, errors)?;
    errors.keep(syn::parse2(tokens))
}
