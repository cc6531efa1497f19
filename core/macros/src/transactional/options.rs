//! `#[transactional(read_only, isolation = "serializable", retries = 3)]`.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::LitStr;

use crate::shared::{Argument, Errors, arguments, unknown};

/// What the author says of the transaction.
#[derive(Default)]
pub(super) struct Options {
    pub(super) read_only: bool,
    /// The variant of data's `Isolation`.
    pub(super) isolation: Option<&'static str>,
    /// The variant of data's `Propagation`.
    pub(super) propagation: Option<&'static str>,
    pub(super) retries: Option<u32>,
    pub(super) timeout: Option<Duration>,
}

const KNOWN: [&str; 5] = [
    "read_only",
    "isolation",
    "propagation",
    "retries",
    "timeout",
];

const ISOLATIONS: [(&str, &str); 3] = [
    ("read_committed", "ReadCommitted"),
    ("repeatable_read", "RepeatableRead"),
    ("serializable", "Serializable"),
];

const PROPAGATIONS: [(&str, &str); 6] = [
    ("required", "Required"),
    ("requires_new", "RequiresNew"),
    ("nested", "Nested"),
    ("mandatory", "Mandatory"),
    ("never", "Never"),
    ("supports", "Supports"),
];

/// How often what others disturbed is run again where the author says nothing.
const RETRIES: u32 = 3;

/// The options.
///
/// # Errors
///
/// Everything that is wrong with them.
pub(super) fn read(args: TokenStream) -> syn::Result<Options> {
    let mut options = Options::default();
    let mut errors = Errors::default();
    for argument in arguments(args, &KNOWN, &[])? {
        errors.keep(options.take(&argument));
    }
    errors.finish(options)
}

impl Options {
    fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.name().as_str() {
            "read_only" => {
                argument.flag()?;
                self.read_only = true;
            }
            "isolation" => {
                let text = argument.text("isolation = \"serializable\"")?;
                self.isolation = Some(variant("isolation", &text, &ISOLATIONS)?);
            }
            "propagation" => {
                let text = argument.text("propagation = \"requires_new\"")?;
                self.propagation = Some(variant("propagation", &text, &PROPAGATIONS)?);
            }
            "retries" => {
                let number = argument.number("retries = 3")?;
                let retries = u32::try_from(number).ok().filter(|it| *it <= 100);
                self.retries = Some(retries.ok_or_else(|| {
                    syn::Error::new(argument.name.span(), "`retries` is a number from 0 to 100")
                })?);
            }
            _ => self.timeout = Some(duration(argument)?),
        }
        Ok(())
    }

    /// How often the body may be run again. Only what sees a snapshot is disturbed by others, and
    /// what only reads disturbs nobody.
    pub(super) fn retries(&self) -> u32 {
        let disturbed = matches!(self.isolation, Some("RepeatableRead" | "Serializable"));
        let default = if disturbed && !self.read_only {
            RETRIES
        } else {
            0
        };
        self.retries.unwrap_or(default)
    }
}

fn variant(
    kind: &str,
    text: &LitStr,
    known: &[(&'static str, &'static str)],
) -> syn::Result<&'static str> {
    let written = text.value();
    known
        .iter()
        .find(|(name, _)| *name == written)
        .map(|(_, variant)| *variant)
        .ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            unknown(kind, &written, &names, text.span())
        })
}

fn duration(argument: &Argument) -> syn::Result<Duration> {
    const EXAMPLE: &str = "timeout = \"5s\"";
    let text = argument.text(EXAMPLE)?;
    humantime::parse_duration(text.value().trim())
        .ok()
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| {
            syn::Error::new(
                text.span(),
                format!("this is no time with its unit, such as `{EXAMPLE}`"),
            )
        })
}
