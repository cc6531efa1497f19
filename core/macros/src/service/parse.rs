//! The options of a component.

use syn::{LitStr, Type};

use crate::shared::injection::check_key;
use crate::shared::{Argument, Errors};

/// What the author says of a component beside its struct.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) provides: Vec<Type>,
    pub(crate) primary: bool,
    pub(crate) qualifier: Option<LitStr>,
    pub(crate) order: i32,
    pub(crate) conditions: Vec<Condition>,
}

/// One condition of `conditional(…)`.
pub(crate) enum Condition {
    Profile(LitStr),
    App(LitStr),
    Property { key: LitStr, equals: Option<LitStr> },
}

impl Options {
    pub(crate) const KNOWN: [&str; 5] =
        ["provides", "primary", "qualifier", "order", "conditional"];
    pub(crate) const REPEATABLE: [&str; 1] = ["conditional"];

    /// The options among the arguments; a macro with options of its own finds those itself.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub(crate) fn new(arguments: &[Argument]) -> syn::Result<Self> {
        let mut options = Self::default();
        let mut errors = Errors::default();
        for argument in arguments {
            errors.keep(options.take(argument));
        }
        errors.finish(options)
    }

    fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.name().as_str() {
            "provides" => self.provides = argument.list("provides(dyn Mailer)")?,
            "primary" => {
                argument.flag()?;
                self.primary = true;
            }
            "qualifier" => self.qualifier = Some(argument.text("qualifier = \"smtp\"")?),
            "order" => self.order = argument.number("order = 10")?,
            "conditional" => self.conditions.push(condition(argument)?),
            _ => {}
        }
        Ok(())
    }
}

const CONDITIONAL: &str = "conditional(property = \"mail.enabled\")";

fn condition(argument: &Argument) -> syn::Result<Condition> {
    let inner = argument.nested(&["profile", "property", "equals", "app"], CONDITIONAL)?;
    let mut kind = None;
    let mut equals = None;
    for one in &inner {
        let name = one.name();
        let example = match name.as_str() {
            "profile" => "profile = \"dev\"",
            "app" => "app = \"mail\"",
            "equals" => "equals = \"smtp\"",
            _ => "property = \"mail.enabled\"",
        };
        let text = one.text(example)?;
        if name == "equals" {
            equals = Some(text);
            continue;
        }
        if kind.is_some() {
            return Err(syn::Error::new(
                one.name.span(),
                "one condition in each `conditional(…)`; several of them must all hold",
            ));
        }
        kind = Some((name, text));
    }
    let misplaced =
        |equals: LitStr| syn::Error::new(equals.span(), "`equals` goes with `property = \"…\"`");
    match (kind, equals) {
        (Some((name, text)), equals) if name == "property" => {
            check_key(&text)?;
            Ok(Condition::Property { key: text, equals })
        }
        (_, Some(equals)) => Err(misplaced(equals)),
        (Some((name, text)), None) if name == "profile" => Ok(Condition::Profile(text)),
        (Some((_, text)), None) => Ok(Condition::App(text)),
        (None, None) => Err(syn::Error::new(
            argument.name.span(),
            format!("`conditional` needs a condition: `{CONDITIONAL}`"),
        )),
    }
}
