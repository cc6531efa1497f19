//! `#[get("/{id}", timeout = "60s")]`: the path of a route, and what stands behind it.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Token};

use super::pattern::{Pattern, Whose};
use crate::shared::{Argument, Errors, arguments};

/// The method a route answers; its name is the attribute's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Verb(&'static str);

const VERBS: [(&str, &str); 7] = [
    ("get", "Get"),
    ("post", "Post"),
    ("put", "Put"),
    ("patch", "Patch"),
    ("delete", "Delete"),
    ("head", "Head"),
    ("options", "Options"),
];

impl Verb {
    /// The verb of an attribute, if it is one: `#[get(…)]`.
    pub(super) fn of(attribute: &Attribute) -> Option<Self> {
        VERBS
            .iter()
            .find(|(name, _)| attribute.path().is_ident(name))
            .map(|(name, _)| Self(name))
    }

    /// The attribute's name: `get`.
    pub(super) fn name(self) -> &'static str {
        self.0
    }

    /// The variant of web's `Method`.
    pub(super) fn variant(self) -> &'static str {
        VERBS
            .iter()
            .find(|(name, _)| *name == self.0)
            .map_or("Get", |(_, variant)| variant)
    }
}

/// What stands behind the path.
#[derive(Clone, Default)]
pub(super) struct Options {
    pub(super) body_limit: Option<u64>,
    pub(super) timeout: Option<Duration>,
    pub(super) compression: Option<bool>,
    pub(super) hidden: bool,
    pub(super) status: Option<u16>,
}

const KNOWN: [&str; 5] = ["body_limit", "timeout", "compression", "hidden", "status"];

/// The path and the options of a route's attribute.
///
/// # Errors
///
/// Everything that is wrong with them.
pub(super) fn read(attribute: &Attribute, verb: Verb) -> syn::Result<(Pattern, Options)> {
    let name = verb.name();
    let tokens = match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(meta) => {
            return Err(syn::Error::new_spanned(
                meta,
                format!("the path stands in parentheses: `#[{name}(\"/{{id}}\")]`"),
            ));
        }
    };
    let (path, rest) = split.parse2(tokens)?;
    let path = path.unwrap_or_else(|| LitStr::new("", attribute.path().segments[0].ident.span()));
    let mut errors = Errors::default();
    let pattern = errors.keep(Pattern::new(path.clone(), Whose::Routes));
    let options = errors.keep(arguments(rest, &KNOWN, &[]).and_then(|all| Options::new(&all)));
    errors.finish(())?;
    match (pattern, options) {
        (Some(pattern), Some(options)) => Ok((pattern, options)),
        _ => Err(syn::Error::new(path.span(), "the path cannot be read")),
    }
}

fn split(input: ParseStream<'_>) -> syn::Result<(Option<LitStr>, TokenStream)> {
    let path = if input.peek(LitStr) {
        Some(input.parse::<LitStr>()?)
    } else {
        None
    };
    if path.is_some() && !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok((path, input.parse()?))
}

impl Options {
    fn new(all: &[Argument]) -> syn::Result<Self> {
        let mut options = Self::default();
        let mut errors = Errors::default();
        for argument in all {
            errors.keep(options.take(argument));
        }
        errors.finish(options)
    }

    fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.name().as_str() {
            "body_limit" => self.body_limit = Some(size(argument)?),
            "timeout" => self.timeout = Some(duration(argument)?),
            "compression" => self.compression = Some(switch(argument, "compression = false")?),
            "hidden" => {
                argument.flag()?;
                self.hidden = true;
            }
            "status" => self.status = Some(status(argument)?),
            _ => {}
        }
        Ok(())
    }
}

/// As the core reads sizes in the configuration.
const UNITS: [(&str, u64); 7] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

fn size(argument: &Argument) -> syn::Result<u64> {
    const EXAMPLE: &str = "body_limit = \"10MiB\"";
    if let Ok(Expr::Lit(ExprLit {
        lit: Lit::Int(bytes),
        ..
    })) = argument.expression(EXAMPLE)
    {
        return bytes.base10_parse();
    }
    let text = argument.text(EXAMPLE)?;
    let written = text.value();
    let written = written.trim();
    let end = written
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(written.len());
    let (digits, unit) = written.split_at(end);
    let factor = match unit.trim() {
        "" => Some(1),
        unit => UNITS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit))
            .map(|(_, factor)| *factor),
    };
    digits
        .parse::<u64>()
        .ok()
        .zip(factor)
        .and_then(|(count, factor)| count.checked_mul(factor))
        .ok_or_else(|| {
            syn::Error::new(text.span(), format!("this is no size, such as `{EXAMPLE}`"))
        })
}

fn duration(argument: &Argument) -> syn::Result<Duration> {
    const EXAMPLE: &str = "timeout = \"60s\"";
    let text = argument.text(EXAMPLE)?;
    humantime::parse_duration(text.value().trim()).map_err(|_| {
        syn::Error::new(
            text.span(),
            format!(
                "this is no time with its unit, such as `{EXAMPLE}`; `\"0s\"` is without limit"
            ),
        )
    })
}

fn switch(argument: &Argument, example: &str) -> syn::Result<bool> {
    match argument.expression(example)? {
        Expr::Lit(ExprLit {
            lit: Lit::Bool(on), ..
        }) => Ok(on.value),
        other => Err(syn::Error::new_spanned(
            other,
            format!("`{}` is true or false: `{example}`", argument.name()),
        )),
    }
}

fn status(argument: &Argument) -> syn::Result<u16> {
    const EXAMPLE: &str = "status = 202";
    let number = argument.number(EXAMPLE)?;
    u16::try_from(number).ok().filter(|status| (200..400).contains(status)).ok_or_else(|| {
        syn::Error::new(
            argument.name.span(),
            format!(
                "`status` is that of an answer that went well, 200 to 399: `{EXAMPLE}`; an error \
                 brings its own"
            ),
        )
    })
}
