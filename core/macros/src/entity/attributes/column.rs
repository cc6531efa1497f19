//! `#[column(…)]`.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, LitStr, Path};

use super::tokens;
use crate::shared::{Argument, Errors, arguments_noting};

/// `#[column(…)]`.
#[derive(Default)]
pub(in crate::entity) struct ColumnOptions {
    pub(in crate::entity) span: Option<Span>,
    pub(in crate::entity) name: Option<LitStr>,
    pub(in crate::entity) unique: bool,
    pub(in crate::entity) index: bool,
    pub(in crate::entity) default: Option<Expr>,
    pub(in crate::entity) length: Option<Number>,
    pub(in crate::entity) scale: Option<Number>,
    pub(in crate::entity) precision: Option<Number>,
    pub(in crate::entity) check: Option<LitStr>,
    pub(in crate::entity) sql_type: Option<Path>,
}

/// A number, and where it stands.
#[derive(Clone, Copy)]
pub(in crate::entity) struct Number {
    pub(in crate::entity) value: i32,
    pub(in crate::entity) span: Span,
}

const COLUMN: [&str; 9] = [
    "name",
    "unique",
    "index",
    "default",
    "length",
    "scale",
    "precision",
    "check",
    "sql_type",
];

impl ColumnOptions {
    /// Reads it; notes what is wrong with it.
    pub(super) fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Self {
            span: Some(attribute.path().span()),
            ..Self::default()
        };
        let Some(tokens) = tokens(attribute, "#[column(unique, length = 200)]", errors) else {
            return options;
        };
        for argument in arguments_noting(tokens, &COLUMN, &[], errors) {
            let taken = options.take(&argument);
            errors.keep(taken);
        }
        options
    }

    fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        let number = |example: &str| {
            Ok::<_, syn::Error>(Number {
                value: argument.number(example)?,
                span: argument.expression(example)?.span(),
            })
        };
        match argument.name().as_str() {
            "name" => self.name = Some(argument.text("name = \"title\"")?),
            "unique" => {
                argument.flag()?;
                self.unique = true;
            }
            "index" => {
                argument.flag()?;
                self.index = true;
            }
            "default" => self.default = Some(argument.expression("default = 0")?.clone()),
            "length" => self.length = Some(number("length = 200")?),
            "scale" => self.scale = Some(number("scale = 2")?),
            "precision" => self.precision = Some(number("precision = 19")?),
            "check" => self.check = Some(argument.text("check = \"price >= 0\"")?),
            _ => match argument.expression("sql_type = BigInt")? {
                Expr::Path(path) => self.sql_type = Some(path.path.clone()),
                other => {
                    return Err(syn::Error::new_spanned(
                        other,
                        "`sql_type` is one of `savia::data::sql_types`: `sql_type = BigInt`",
                    ));
                }
            },
        }
        Ok(())
    }
}
