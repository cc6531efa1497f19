//! The options of a task.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};

use crate::shared::{Argument, Given, private, unknown};

pub(crate) const KNOWN: [&str; 7] = [
    "name", "queue", "retries", "backoff", "timeout", "priority", "unique",
];

/// What the author says of the task.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) queue: Option<LitStr>,
    pub(crate) retries: Option<u32>,
    /// An expression of the starter's `Backoff`.
    pub(crate) backoff: Option<TokenStream>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) priority: Option<i32>,
    pub(crate) unique: Option<Unique>,
}

/// `unique`, `unique = "10m"` or `unique(by(order_id), window = "10m")`.
pub(crate) struct Unique {
    pub(crate) by: Vec<Ident>,
    pub(crate) window: Option<Duration>,
}

impl Options {
    /// Takes an option.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.name().as_str() {
            "name" => self.name = Some(name(argument, "name = \"send_receipt\"")?),
            "queue" => self.queue = Some(name(argument, "queue = \"mail\"")?),
            "retries" => {
                let number = argument.number("retries = 5")?;
                let retries = u32::try_from(number).ok().filter(|it| *it <= 1_000);
                self.retries = Some(retries.ok_or_else(|| {
                    syn::Error::new(argument.name.span(), "`retries` is a number from 0 to 1000")
                })?);
            }
            "backoff" => self.backoff = Some(backoff(argument)?),
            "timeout" => self.timeout = Some(duration(&argument.text("timeout = \"30s\"")?)?),
            "priority" => self.priority = Some(argument.number("priority = 10")?),
            _ => self.unique = Some(unique(argument)?),
        }
        Ok(())
    }
}

fn name(argument: &Argument, example: &str) -> syn::Result<LitStr> {
    let text = argument.text(example)?;
    let written = text.value();
    let fits = (1..=100).contains(&written.len())
        && written
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
    if fits {
        return Ok(text);
    }
    Err(syn::Error::new(
        text.span(),
        format!("{written:?} is no name: letters, digits, `_`, `-`, `.` and `:`, at most 100"),
    ))
}

/// `fixed("5s")`, or `exponential("1s", factor = 2, max = "10m")`.
fn backoff(argument: &Argument) -> syn::Result<TokenStream> {
    const EXAMPLE: &str = "backoff = exponential(\"1s\", max = \"10m\")";
    let expression = argument.expression(EXAMPLE)?;
    let wrong = || {
        let text = format!("`backoff` is written `{EXAMPLE}` or `backoff = fixed(\"5s\")`");
        syn::Error::new_spanned(expression, text)
    };
    let Expr::Call(call) = expression else {
        return Err(wrong());
    };
    let Expr::Path(path) = &*call.func else {
        return Err(wrong());
    };
    let kind = path.path.get_ident().ok_or_else(wrong)?.to_string();
    let (mut first, mut max, mut factor) = (None, None, None);
    for part in &call.args {
        match part {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) if first.is_none() => first = Some(duration(text)?),
            Expr::Assign(assign) => {
                let Expr::Path(name) = &*assign.left else {
                    return Err(wrong());
                };
                let option = name.path.get_ident().ok_or_else(wrong)?;
                match (option.to_string().as_str(), &*assign.right) {
                    (
                        "max",
                        Expr::Lit(ExprLit {
                            lit: Lit::Str(text),
                            ..
                        }),
                    ) => {
                        max = Some(duration(text)?);
                    }
                    (
                        "factor",
                        Expr::Lit(ExprLit {
                            lit: Lit::Int(number),
                            ..
                        }),
                    ) => {
                        let times: u32 = number.base10_parse()?;
                        factor = Some(times.max(1));
                    }
                    ("max" | "factor", _) => return Err(wrong()),
                    (other, _) => {
                        return Err(unknown("option", other, &["max", "factor"], option.span()));
                    }
                }
            }
            _ => return Err(wrong()),
        }
    }
    let first = first.ok_or_else(wrong)?;
    let private = private();
    let backoff = quote!(#private::tasks::Backoff);
    match kind.as_str() {
        "fixed" if max.is_none() && factor.is_none() => {
            let first = literal(first);
            Ok(quote!(#backoff::Fixed(#first)))
        }
        "exponential" => {
            let max = literal(max.unwrap_or(Duration::from_secs(3600)).max(first));
            let (first, factor) = (literal(first), factor.unwrap_or(2));
            Ok(quote!(#backoff::Exponential { first: #first, factor: #factor, max: #max }))
        }
        "fixed" => Err(wrong()),
        other => Err(unknown(
            "backoff",
            other,
            &["exponential", "fixed"],
            path.path.segments[0].ident.span(),
        )),
    }
}

fn unique(argument: &Argument) -> syn::Result<Unique> {
    const EXAMPLE: &str = "unique(by(order_id), window = \"10m\")";
    let mut unique = Unique {
        by: Vec::new(),
        window: None,
    };
    match &argument.given {
        Given::Nothing => {}
        Given::Value(_) => unique.window = Some(duration(&argument.text("unique = \"10m\"")?)?),
        Given::List(_) => {
            for part in argument.nested(&["by", "window"], EXAMPLE)? {
                if part.name() == "by" {
                    unique.by = part.list::<Ident>("by(order_id)")?;
                } else {
                    unique.window = Some(duration(&part.text("window = \"10m\"")?)?);
                }
            }
        }
    }
    Ok(unique)
}

/// A time with its unit, longer than none.
///
/// # Errors
///
/// It is none.
pub(crate) fn duration(text: &LitStr) -> syn::Result<Duration> {
    humantime::parse_duration(text.value().trim())
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            let wrong = "this is no time with its unit, such as `30s`, `5m` or `1h 30m`";
            syn::Error::new(text.span(), wrong)
        })
}

/// A time as a constant expression.
pub(crate) fn literal(duration: Duration) -> TokenStream {
    let private = private();
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote!(#private::tasks::Duration::new(#seconds, #nanos))
}

/// `config("reports.cron", default = "0 3 * * *")`: the key, and what holds without it.
///
/// # Errors
///
/// It is neither this nor a text.
pub(crate) fn text_or_key(
    argument: &Argument,
    example: &str,
) -> syn::Result<(Option<LitStr>, Option<LitStr>)> {
    let expression = argument.expression(example)?;
    let wrong = || {
        let name = argument.name();
        let text = format!(
            "`{name}` is a text, or a key of the configuration: `{name} = config(\"reports.{name}\")`"
        );
        syn::Error::new_spanned(expression, text)
    };
    let call = match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => return Ok((Some(text.clone()), None)),
        Expr::Call(call) => call,
        _ => return Err(wrong()),
    };
    if !matches!(&*call.func, Expr::Path(path) if path.path.is_ident("config")) {
        return Err(wrong());
    }
    let parts: &Punctuated<Expr, Token![,]> = &call.args;
    let mut parts = parts.iter();
    let text = |expression: Option<&Expr>| match expression {
        Some(Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        })) => Ok(text.clone()),
        _ => Err(wrong()),
    };
    let key = text(parts.next())?;
    crate::shared::injection::check_key(&key)?;
    let default = match parts.next() {
        None => None,
        Some(Expr::Assign(assign)) if matches!(&*assign.left, Expr::Path(path) if path.path.is_ident("default")) => {
            Some(text(Some(&assign.right))?)
        }
        Some(_) => return Err(wrong()),
    };
    match parts.next() {
        None => Ok((default, Some(key))),
        Some(_) => Err(wrong()),
    }
}
