//! An argument of the command line, as the parameter's type has it.

use std::collections::HashSet;

use heck::ToKebabCase;
use syn::ext::IdentExt;
use syn::{Ident, LitStr, Type};

use crate::command::parse::{ArgOptions, Long};
use crate::shared::Errors;
use crate::shared::injection::wrapped;

/// An argument of the command line.
pub(in crate::command) struct Argument {
    pub(in crate::command) name: Ident,
    pub(in crate::command) kind: Kind,
    /// `--NAME`; without it the argument is told by its place.
    pub(in crate::command) long: Option<LitStr>,
    pub(in crate::command) short: Option<syn::LitChar>,
    pub(in crate::command) help: Option<LitStr>,
    pub(in crate::command) default: Option<LitStr>,
}

/// How often an argument may stand there, and the type of each value.
pub(in crate::command) enum Kind {
    /// `bool`: there or not.
    Flag,
    /// `T`.
    One(Type),
    /// `Option<T>`.
    Optional(Type),
    /// `Vec<T>`.
    Many(Type),
}

impl Argument {
    pub(in crate::command) fn new(
        name: Ident,
        ty: Type,
        options: ArgOptions,
        errors: &mut Errors,
    ) -> Self {
        let kind = if matches!(&ty, Type::Path(path) if path.path.is_ident("bool")) {
            Kind::Flag
        } else if let Some(inner) = wrapped(&ty, "Option") {
            Kind::Optional(inner.clone())
        } else if let Some(inner) = wrapped(&ty, "Vec") {
            Kind::Many(inner.clone())
        } else {
            if let Type::Reference(reference) = &ty {
                let owned = match &*reference.elem {
                    Type::Path(path) if path.path.is_ident("str") => "`String`",
                    _ => "an owned type",
                };
                errors.at(
                    reference,
                    format!("an argument is owned: write {owned} in the place of the reference"),
                );
            }
            Kind::One(ty)
        };
        let own = LitStr::new(&name.unraw().to_string().to_kebab_case(), name.span());
        let named = options.short.is_some() || matches!(kind, Kind::Flag | Kind::Optional(_));
        let long = match options.long {
            Some(Long::Named(long)) => Some(long),
            Some(Long::Own) => Some(own),
            None if named => Some(own),
            None => None,
        };
        if let Some(default) = &options.default {
            match kind {
                Kind::One(_) => {}
                Kind::Flag => errors.at(default, "a flag is `false` where it is not given"),
                Kind::Optional(_) => errors.at(
                    default,
                    "with a default it is always there: write the type without `Option`",
                ),
                Kind::Many(_) => errors.at(default, "a `Vec` is empty where nothing is given"),
            }
        }
        Self {
            name,
            kind,
            long,
            short: options.short,
            help: options.help,
            default: options.default,
        }
    }

    fn is_required(&self) -> bool {
        matches!(self.kind, Kind::One(_)) && self.default.is_none()
    }
}

/// Notes what clap could not read: it would panic where the command is made.
pub(super) fn check<'a>(arguments: impl Iterator<Item = &'a Argument>, errors: &mut Errors) {
    let mut long: HashSet<String> = HashSet::new();
    let mut short: HashSet<char> = HashSet::new();
    let mut many = false;
    let mut optional = false;
    for argument in arguments {
        let name = &argument.name;
        let id = name.unraw().to_string();
        // Known to every command.
        for taken in ["help", "profile", "set"] {
            let longer = argument
                .long
                .as_ref()
                .is_some_and(|long| long.value() == taken);
            if longer || id == taken {
                let at = argument.long.as_ref().map_or(name.span(), LitStr::span);
                errors.push(syn::Error::new(
                    at,
                    format!("every command has `--{taken}` already: take another name"),
                ));
            }
        }
        if let Some(option) = &argument.long
            && !long.insert(option.value())
        {
            errors.at(
                option,
                format!("`--{}` is taken by an argument before", option.value()),
            );
        }
        if let Some(letter) = &argument.short
            && !short.insert(letter.value())
        {
            errors.at(
                letter,
                format!("`-{}` is taken by an argument before", letter.value()),
            );
        }
        if argument.long.is_some() {
            continue;
        }
        if many {
            errors.at(
                name,
                "a `Vec` takes all that is left, so nothing can stand behind it",
            );
        } else if optional && argument.is_required() {
            errors.at(
                name,
                "an argument that may be left out stands before this one: put this one first, or \
                 say `#[arg(long)]`",
            );
        }
        many |= matches!(argument.kind, Kind::Many(_));
        optional |= !argument.is_required();
    }
}
