//! What a function must be to be a command: what each of its parameters is filled with.

mod argument;

use heck::ToKebabCase;
use syn::ext::IdentExt;
use syn::{FnArg, Ident, ItemFn, LitStr, PatType, ReturnType};

pub(super) use argument::{Argument, Kind};

use super::parse::{Needs, Options, arg_options};
use crate::shared::function::{check_signature, name_of, named};
use crate::shared::injection::{Point, Source, is_injectable, source};
use crate::shared::{Errors, first_doc_line};

/// A function that can be a command.
pub(super) struct Command {
    pub(super) function: Ident,
    pub(super) is_async: bool,
    pub(super) output: ReturnType,
    pub(super) name: LitStr,
    pub(super) about: LitStr,
    pub(super) needs: Needs,
    pub(super) parameters: Vec<Parameter>,
}

/// What fills a parameter.
pub(super) enum Parameter {
    /// The container or the configuration.
    Injected(Point),
    /// The command line.
    Given(Argument),
    /// The call itself, to print with: `call: Call<'_>` or `call: &Call<'_>`.
    Call { name: Ident, by_reference: bool },
}

impl Command {
    pub(super) fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Given(argument) => Some(argument),
                Parameter::Injected(_) | Parameter::Call { .. } => None,
            })
    }

    /// Whether the function prints for itself, and so may be asked for `--format json`.
    pub(super) fn prints(&self) -> bool {
        self.parameters
            .iter()
            .any(|parameter| matches!(parameter, Parameter::Call { .. }))
    }

    pub(super) fn points(&self) -> impl Iterator<Item = &Point> {
        self.parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Injected(point) => Some(point),
                Parameter::Given(_) | Parameter::Call { .. } => None,
            })
    }
}

pub(super) fn command(item: &ItemFn, options: Options) -> syn::Result<Command> {
    let mut errors = Errors::default();
    check_signature(item, &mut errors);
    let function = &item.sig.ident;
    let parameters: Vec<_> = item
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => parameter(typed, &mut errors),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let text = |text: &str| LitStr::new(text, function.span());
    let command = Command {
        function: function.clone(),
        is_async: item.sig.asyncness.is_some(),
        output: item.sig.output.clone(),
        name: options
            .name
            .unwrap_or_else(|| text(&function.unraw().to_string().to_kebab_case())),
        about: options
            .about
            .unwrap_or_else(|| text(&first_doc_line(&item.attrs))),
        needs: options
            .needs
            .as_ref()
            .map_or(Needs::Started, |(needs, _)| *needs),
        parameters,
    };
    if let Some((Needs::Discovered, word)) = &options.needs
        && command
            .points()
            .any(|point| matches!(point.source, Source::Container(_)))
    {
        errors.at(
            word,
            "a command that needs only discovery runs before there are components to inject: \
             say `needs = \"ready\"`, or take the components out",
        );
    }
    argument::check(command.arguments(), &mut errors);
    errors.finish(command)
}

fn parameter(parameter: &PatType, errors: &mut Errors) -> Option<Parameter> {
    let name = name_of(parameter, errors)?;
    let ty = (*parameter.ty).clone();
    // Nothing that a command line can say is so called.
    if let Some(by_reference) = named(&ty, "Call") {
        return Some(Parameter::Call { name, by_reference });
    }
    let mut attributes = parameter.attrs.clone();
    let source = source(&mut attributes, &ty, false, errors);
    let arg = arg_options(&attributes, errors);
    let is_asked = attributes.len() < parameter.attrs.len() || is_injectable(&ty);
    if !is_asked {
        let options = arg.map(|(_, options)| options).unwrap_or_default();
        return Some(Parameter::Given(Argument::new(name, ty, options, errors)));
    }
    if let Some((arg, _)) = arg {
        errors.at(
            arg,
            "`#[arg]` is for the command line, and this parameter is injected",
        );
    }
    Some(Parameter::Injected(Point {
        name,
        ty,
        attributes,
        source,
    }))
}
