//! What the tests of the macros look at: the code as a person would write it, and the errors.

use proc_macro2::TokenStream;
use syn::visit_mut::{VisitMut, visit_item_mut, visit_stmt_mut};
use syn::{Expr, Item, Macro, Stmt, parse_quote};

/// An expansion, laid out. What is submitted is laid out too, behind `submit!`.
pub(crate) fn pretty(expansion: syn::Result<TokenStream>) -> String {
    let mut file = expansion.and_then(syn::parse2).expect("the input is right");
    Submitted.visit_file_mut(&mut file);
    prettyplease::unparse(&file).replace("const SUBMIT: () =", "submit!")
}

/// Every error of an expansion.
pub(crate) fn errors(expansion: syn::Result<TokenStream>) -> Vec<String> {
    let error = expansion.expect_err("the input is wrong");
    error.into_iter().map(|error| error.to_string()).collect()
}

/// An expansion fails with one error that says this.
pub(crate) fn refused(expansion: syn::Result<TokenStream>, expected: &str) {
    let found = errors(expansion);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(expected), "{found:?}");
}

/// The layout leaves the arguments of a macro as they are, so for it they become a constant.
struct Submitted;

impl Submitted {
    fn constant(submit: &Macro) -> Option<Item> {
        if submit.path.segments.last()?.ident != "submit" {
            return None;
        }
        let registration: Expr = submit.parse_body().ok()?;
        Some(parse_quote!(const SUBMIT: () = #registration;))
    }
}

impl VisitMut for Submitted {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Macro(submit) = item
            && let Some(constant) = Self::constant(&submit.mac)
        {
            *item = constant;
        }
        visit_item_mut(self, item);
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        if let Stmt::Macro(submit) = statement
            && let Some(constant) = Self::constant(&submit.mac)
        {
            *statement = Stmt::Item(constant);
        }
        visit_stmt_mut(self, statement);
    }
}
