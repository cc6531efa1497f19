//! What the attributes say.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, LitStr, Token};

use super::key::Text;
use crate::shared::{Argument, Errors, arguments_noting};

/// What an attribute says; each knows some of it.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) cache: Option<LitStr>,
    pub(crate) key: Option<Text>,
    pub(crate) tags: Vec<Text>,
    pub(crate) ttl: Option<Duration>,
    pub(crate) none_ttl: Option<(Span, Duration)>,
    pub(crate) errors: Option<(Span, Duration)>,
    pub(crate) stale: Option<Duration>,
    pub(crate) tti: Option<Duration>,
    pub(crate) max_entries: Option<(Span, u64)>,
    pub(crate) max_weight: Option<(Span, u64)>,
    pub(crate) weight: Option<TokenStream>,
    pub(crate) condition: Option<TokenStream>,
    pub(crate) unless: Option<TokenStream>,
    pub(crate) local: bool,
    pub(crate) all: Option<Span>,
    pub(crate) before: Option<Span>,
    /// What was said at all, also where something is wrong with it.
    said: Vec<String>,
}

/// Options that not all of the attributes have, and whose they are.
const WHOSE: [(&str, &str); 12] = [
    ("all", "`#[cache_evict]`"),
    ("before", "`#[cache_evict]`"),
    ("errors", "`#[cached]`"),
    ("max_entries", "`#[cached]`"),
    ("max_weight", "`#[cached]`"),
    ("ttl", "`#[cached]` and `#[cache_put]`"),
    ("tti", "`#[cached]` and `#[cache_put]`"),
    ("none_ttl", "`#[cached]` and `#[cache_put]`"),
    ("stale_while_revalidate", "`#[cached]` and `#[cache_put]`"),
    ("weight", "`#[cached]` and `#[cache_put]`"),
    ("unless", "`#[cached]` and `#[cache_put]`"),
    ("local", "`#[cached]` and `#[cache_put]`"),
];

impl Options {
    /// Reads the arguments; notes what is wrong with them.
    pub(crate) fn read(
        attribute: &str,
        args: TokenStream,
        known: &[&str],
        errors: &mut Errors,
    ) -> Self {
        let mut options = Self::default();
        let args = without_others(attribute, args, known, errors);
        for argument in arguments_noting(args, known, &[], errors) {
            options.said.push(argument.name());
            errors.keep(options.take(&argument));
        }
        options
    }

    /// Whether this option was given, rightly or not.
    pub(crate) fn says(&self, option: &str) -> bool {
        self.said.iter().any(|it| it == option)
    }

    fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        let span = argument.name.span();
        let name = argument.name();
        match name.as_str() {
            "cache" => {
                let text = argument.text("cache = \"posts\"")?;
                let written = text.value();
                let plain = |c: char| c.is_alphanumeric() || "._-:".contains(c);
                if written.is_empty() || !written.chars().all(plain) {
                    return Err(syn::Error::new(
                        text.span(),
                        "the name of a cache is letters, digits, `.`, `_`, `-` and `:`",
                    ));
                }
                self.cache = Some(text);
            }
            "key" => self.key = Some(Text::read(argument.expression("key = \"{id}\"")?)?),
            "tags" => {
                const EXAMPLE: &str = "tags = [\"author:{author}\"]";
                let given = argument.expression(EXAMPLE)?;
                let Expr::Array(array) = given else {
                    let what = format!("`tags` is a list: `{EXAMPLE}`");
                    return Err(syn::Error::new_spanned(given, what));
                };
                let tags = array.elems.iter().map(Text::read);
                self.tags = tags.collect::<syn::Result<_>>()?;
                if self.tags.is_empty() {
                    let what = format!("there are no tags here: `{EXAMPLE}`");
                    return Err(syn::Error::new_spanned(given, what));
                }
            }
            "ttl" => self.ttl = Some(duration(argument, "5m", true)?),
            "none_ttl" => self.none_ttl = Some((span, duration(argument, "30s", true)?)),
            "errors" => self.errors = Some((span, duration(argument, "1s", false)?)),
            "stale_while_revalidate" => self.stale = Some(duration(argument, "1m", false)?),
            "tti" => self.tti = Some(duration(argument, "1h", false)?),
            "max_entries" => self.max_entries = Some((span, number(argument, 1_000)?)),
            "max_weight" => self.max_weight = Some((span, number(argument, 1_000_000)?)),
            "weight" => self.weight = Some(expression(argument, "weight = result.len()")?),
            "condition" => {
                let condition = expression(argument, "condition = id > 0")?;
                // Of a type, so that another one is told at the expression.
                let span = condition.span();
                self.condition =
                    Some(quote_spanned!(span=> ::core::convert::identity::<bool>(#condition)));
            }
            "unless" => self.unless = Some(expression(argument, "unless = result.is_empty()")?),
            "local" => {
                argument.flag()?;
                self.local = true;
            }
            "all" => {
                argument.flag()?;
                self.all = Some(span);
            }
            _ => {
                argument.flag()?;
                self.before = Some(span);
            }
        }
        Ok(())
    }

    /// Notes what does not go together.
    pub(crate) fn check(&self, shape: &str, errors: &mut Errors) {
        let mut wrong = |span: Span, what: &str| errors.push(syn::Error::new(span, what));
        if let (Some((span, _)), Some(_)) = (&self.max_entries, &self.max_weight) {
            wrong(
                *span,
                "a cache is bounded by its entries or by their weight: leave `max_entries` or \
                 `max_weight` out",
            );
        }
        if let (Some((span, _)), None) = (&self.max_weight, &self.weight) {
            wrong(*span, "say what an entry weighs: `weight = result.len()`");
        }
        if let Some((span, _)) = &self.none_ttl
            && !shape.ends_with("Option")
        {
            wrong(*span, "`none_ttl` is for functions that return an `Option`");
        }
        if let Some((span, _)) = &self.errors
            && !shape.starts_with("IsResult")
        {
            wrong(*span, "`errors` is for functions that return a `Result`");
        }
    }

    /// The starter's `SiteTerms`.
    pub(crate) fn terms(&self, private: &TokenStream) -> TokenStream {
        let time = |time: Option<Duration>| match time {
            Some(time) => {
                let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
                quote!(::core::option::Option::Some(::core::time::Duration::new(#seconds, #nanos)))
            }
            None => quote!(::core::option::Option::None),
        };
        let number = |number: Option<u64>| match number {
            Some(number) => quote!(::core::option::Option::Some(#number)),
            None => quote!(::core::option::Option::None),
        };
        let (ttl, tti, stale) = (time(self.ttl), time(self.tti), time(self.stale));
        let none_ttl = time(self.none_ttl.map(|(_, it)| it));
        let errors = time(self.errors.map(|(_, it)| it));
        let max_entries = number(self.max_entries.map(|(_, it)| it));
        let max_weight = number(self.max_weight.map(|(_, it)| it));
        quote! {
            #private::cache::SiteTerms {
                ttl: #ttl,
                none_ttl: #none_ttl,
                error_ttl: #errors,
                stale: #stale,
                tti: #tti,
                max_entries: #max_entries,
                max_weight: #max_weight,
            }
        }
    }
}

/// The arguments without those that another of the attributes has, which are noted.
fn without_others(
    attribute: &str,
    args: TokenStream,
    known: &[&str],
    errors: &mut Errors,
) -> TokenStream {
    let parse = Punctuated::<Argument, Token![,]>::parse_terminated;
    let Ok(parsed) = parse.parse2(args.clone()) else {
        return args;
    };
    let (mut kept, mut is_whole) = (Vec::new(), true);
    for argument in parsed {
        let name = argument.name();
        let whose = WHOSE.iter().find(|(option, _)| *option == name);
        match whose.filter(|_| !known.contains(&name.as_str())) {
            Some((_, whose)) => {
                let what = format!("`{name}` is an option of {whose}, and not of `{attribute}`");
                errors.at(&argument.name, what);
                is_whole = false;
            }
            None => kept.push(argument),
        }
    }
    if is_whole { args } else { quote!(#(#kept),*) }
}

/// An expression, or a text with one in it.
fn expression(argument: &Argument, example: &str) -> syn::Result<TokenStream> {
    let given = argument.expression(example)?;
    if let Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(text),
        ..
    }) = given
    {
        return Ok(text.parse::<Expr>()?.to_token_stream());
    }
    Ok(given.to_token_stream())
}

fn number(argument: &Argument, example: u64) -> syn::Result<u64> {
    let name = argument.name();
    let number = argument.number(&format!("{name} = {example}"))?;
    u64::try_from(number)
        .ok()
        .filter(|it| *it > 0)
        .ok_or_else(|| {
            let what = format!("`{name}` is at least 1: `{name} = {example}`");
            syn::Error::new(argument.name.span(), what)
        })
}

fn duration(argument: &Argument, example: &str, zero: bool) -> syn::Result<Duration> {
    let example = format!("{} = \"{example}\"", argument.name());
    let text = argument.text(&example)?;
    humantime::parse_duration(text.value().trim())
        .ok()
        .filter(|time| zero || !time.is_zero())
        .ok_or_else(|| {
            let what = format!("this is no time with its unit, such as `{example}`");
            syn::Error::new(text.span(), what)
        })
}
