//! The options of a command, and those of its arguments.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, ExprLit, Lit, LitChar, LitStr, Meta};

use crate::shared::{Argument, Errors, Given, arguments_noting, unknown};

/// `name = "create-admin", about = "…", needs = "ready"`.
#[derive(Default)]
pub(super) struct Options {
    pub(super) name: Option<LitStr>,
    pub(super) about: Option<LitStr>,
    pub(super) needs: Option<(Needs, LitStr)>,
}

/// How far the application must have come; the variants are those of the core's `Needs`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Discovered,
    Ready,
    Started,
}

pub(super) fn options(args: TokenStream) -> syn::Result<Options> {
    let mut options = Options::default();
    let mut errors = Errors::default();
    for option in arguments_noting(args, &["name", "about", "needs"], &[], &mut errors) {
        match option.name().as_str() {
            "name" => options.name = errors.keep(command_name(&option)),
            "about" => options.about = errors.keep(option.text("about = \"Makes an admin\"")),
            _ => options.needs = errors.keep(needs(&option)),
        }
    }
    errors.finish(options)
}

fn command_name(option: &Argument) -> syn::Result<LitStr> {
    let name = option.text("name = \"create-admin\"")?;
    check_word(&name, "a command's name", "create-admin")?;
    Ok(name)
}

/// A word that can be written on a command line without quotes and is not taken for an option.
fn check_word(word: &LitStr, what: &str, example: &str) -> syn::Result<()> {
    let text = word.value();
    let fits = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|it| {
            it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, '-' | '_' | ':')
        });
    if fits {
        return Ok(());
    }
    Err(syn::Error::new(
        word.span(),
        format!("{text:?} is no name: {what} is written in kebab-case, such as `{example:?}`"),
    ))
}

fn needs(option: &Argument) -> syn::Result<(Needs, LitStr)> {
    const WORDS: [(&str, Needs); 3] = [
        ("discovered", Needs::Discovered),
        ("ready", Needs::Ready),
        ("started", Needs::Started),
    ];
    let word = option.text("needs = \"ready\"")?;
    match WORDS.iter().find(|(known, _)| *known == word.value()) {
        Some((_, needs)) => Ok((*needs, word)),
        None => Err(unknown(
            "need",
            &word.value(),
            &WORDS.map(|(known, _)| known),
            word.span(),
        )),
    }
}

/// `#[arg(short = 'f', long, help = "…", default = "…")]`.
#[derive(Default)]
pub(super) struct ArgOptions {
    pub(super) short: Option<LitChar>,
    pub(super) long: Option<Long>,
    pub(super) help: Option<LitStr>,
    pub(super) default: Option<LitStr>,
}

/// `long` or `long = "dry-run"`.
pub(super) enum Long {
    /// The parameter's own name.
    Own,
    Named(LitStr),
}

/// What `#[arg(…)]` says of a parameter, if it is there.
pub(super) fn arg_options(
    attributes: &[Attribute],
    errors: &mut Errors,
) -> Option<(Attribute, ArgOptions)> {
    let mut found = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("arg"))
    {
        if found.is_some() {
            errors.at(attribute, "`#[arg]` is given twice");
            continue;
        }
        let tokens = match &attribute.meta {
            Meta::List(list) => list.tokens.clone(),
            other => {
                errors.at(
                    other,
                    "`#[arg]` is written `#[arg(short = 'f', help = \"…\")]`",
                );
                continue;
            }
        };
        if let Some(options) = errors.keep(parse_arg(tokens)) {
            found = Some((attribute.clone(), options));
        }
    }
    found
}

fn parse_arg(tokens: TokenStream) -> syn::Result<ArgOptions> {
    let mut options = ArgOptions::default();
    let mut errors = Errors::default();
    let known = ["short", "long", "help", "default"];
    for option in arguments_noting(tokens, &known, &[], &mut errors) {
        match option.name().as_str() {
            "short" => options.short = errors.keep(short(&option)),
            "long" => options.long = errors.keep(long(&option)),
            "help" => options.help = errors.keep(option.text("help = \"Who it is for\"")),
            _ => options.default = errors.keep(option.text("default = \"10\"")),
        }
    }
    errors.finish(options)
}

fn short(option: &Argument) -> syn::Result<LitChar> {
    match option.expression("short = 'f'")? {
        Expr::Lit(ExprLit {
            lit: Lit::Char(letter),
            ..
        }) if letter.value() == 'h' => Err(syn::Error::new(
            letter.span(),
            "`-h` is help: take another letter",
        )),
        Expr::Lit(ExprLit {
            lit: Lit::Char(letter),
            ..
        }) if letter.value().is_ascii_alphanumeric() => Ok(letter.clone()),
        other => Err(syn::Error::new_spanned(
            other,
            "`short` is one letter or digit: `short = 'f'`",
        )),
    }
}

fn long(option: &Argument) -> syn::Result<Long> {
    if matches!(option.given, Given::Nothing) {
        return Ok(Long::Own);
    }
    let name = option.text("long = \"dry-run\"")?;
    check_word(&name, "an option's name", "dry-run")?;
    Ok(Long::Named(name))
}
