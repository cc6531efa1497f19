//! The options of an entity: `#[entity(table = "posts", unique(author_id, slug))]`.

use proc_macro2::TokenStream;
use syn::{Expr, ExprLit, Ident, Lit, LitStr};

use crate::shared::{Argument, Errors, arguments_noting};

/// What stands in `#[entity(…)]`.
pub(super) struct Options {
    pub(super) table: Option<LitStr>,
    /// Whether diesel's table and traits are made.
    pub(super) schema: bool,
    pub(super) indexes: Vec<Index>,
    pub(super) checks: Vec<LitStr>,
}

/// `index(author_id, created_at)`, `unique(author_id, slug)`.
pub(super) struct Index {
    pub(super) fields: Vec<Ident>,
    pub(super) unique: bool,
}

const KNOWN: [&str; 5] = ["table", "index", "unique", "schema", "check"];

/// Reads the options; notes what is wrong with them.
pub(super) fn read(args: TokenStream, errors: &mut Errors) -> Options {
    let mut options = Options {
        table: None,
        schema: true,
        indexes: Vec::new(),
        checks: Vec::new(),
    };
    for argument in arguments_noting(args, &KNOWN, &["index", "unique", "check"], errors) {
        let taken = options.take(&argument);
        errors.keep(taken);
    }
    options
}

impl Options {
    fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.name().as_str() {
            "table" => self.table = Some(argument.text("table = \"posts\"")?),
            "schema" => self.schema = boolean(argument, "schema = false")?,
            "check" => self
                .checks
                .push(argument.text("check = \"starts_at < ends_at\"")?),
            name => self.indexes.push(Index {
                fields: argument.list(&format!("{name}(author_id, created_at)"))?,
                unique: name == "unique",
            }),
        }
        Ok(())
    }
}

fn boolean(argument: &Argument, example: &str) -> syn::Result<bool> {
    match argument.expression(example)? {
        Expr::Lit(ExprLit {
            lit: Lit::Bool(it), ..
        }) => Ok(it.value),
        other => Err(syn::Error::new_spanned(
            other,
            format!("`{}` is `true` or `false`: `{example}`", argument.name()),
        )),
    }
}
