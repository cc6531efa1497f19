//! The arguments of an attribute: `primary, order = 10, provides(dyn Mailer)`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Token, UnOp, parenthesized, token};

use super::Errors;

/// One argument.
pub(crate) struct Argument {
    /// Its name.
    pub(crate) name: Ident,
    /// What was given with it.
    pub(crate) given: Given,
}

/// What was given with an argument.
pub(crate) enum Given {
    /// `primary`.
    Nothing,
    /// `order = 10`.
    Value(Expr),
    /// `provides(dyn Mailer)`.
    List(TokenStream),
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let given = if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            Given::List(content.parse()?)
        } else if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Given::Value(input.parse()?)
        } else {
            Given::Nothing
        };
        Ok(Self { name, given })
    }
}

impl ToTokens for Argument {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
        match &self.given {
            Given::Nothing => {}
            Given::Value(value) => {
                <Token![=]>::default().to_tokens(tokens);
                value.to_tokens(tokens);
            }
            Given::List(list) => token::Paren::default().surround(tokens, |inner| {
                list.to_tokens(inner);
            }),
        }
    }
}

impl Argument {
    /// The name as it was written.
    pub(crate) fn name(&self) -> String {
        self.name.unraw().to_string()
    }

    /// A flag: nothing may be given with it.
    ///
    /// # Errors
    ///
    /// Something was.
    pub(crate) fn flag(&self) -> syn::Result<()> {
        match &self.given {
            Given::Nothing => Ok(()),
            Given::Value(value) => Err(self.misuse(value, "takes no value")),
            Given::List(_) => Err(self.misuse(&self.name, "takes nothing in parentheses")),
        }
    }

    /// The expression behind `=`.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) fn expression(&self, example: &str) -> syn::Result<&Expr> {
        match &self.given {
            Given::Value(value) => Ok(value),
            _ => Err(self.misuse(&self.name, &format!("needs a value: `{example}`"))),
        }
    }

    /// The text behind `=`.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) fn text(&self, example: &str) -> syn::Result<LitStr> {
        match self.expression(example)? {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Ok(text.clone()),
            other => Err(self.misuse(other, &format!("is a text in quotes: `{example}`"))),
        }
    }

    /// The whole number behind `=`, with its sign.
    ///
    /// # Errors
    ///
    /// There is none, or it does not fit.
    pub(crate) fn number(&self, example: &str) -> syn::Result<i32> {
        let value = self.expression(example)?;
        let (negative, digits) = match value {
            Expr::Unary(ExprUnary {
                op: UnOp::Neg(_),
                expr,
                ..
            }) => (true, &**expr),
            other => (false, other),
        };
        match digits {
            Expr::Lit(ExprLit {
                lit: Lit::Int(number),
                ..
            }) => {
                let number: i64 = number.base10_parse()?;
                i32::try_from(if negative { -number } else { number })
                    .map_err(|_| self.misuse(value, "is a 32-bit number"))
            }
            _ => Err(self.misuse(value, &format!("is a whole number: `{example}`"))),
        }
    }

    /// What stands in the parentheses, separated by commas.
    ///
    /// # Errors
    ///
    /// There are none, or something else stands there.
    pub(crate) fn list<T: Parse>(&self, example: &str) -> syn::Result<Vec<T>> {
        match &self.given {
            Given::List(list) if !list.is_empty() => {
                let items = Punctuated::<T, Token![,]>::parse_terminated.parse2(list.clone())?;
                Ok(items.into_iter().collect())
            }
            _ => Err(self.misuse(&self.name, &format!("is written `{example}`"))),
        }
    }

    /// The arguments that stand in the parentheses, each of them known and given once.
    ///
    /// # Errors
    ///
    /// There are none, or something is wrong with one of them.
    pub(crate) fn nested(&self, known: &[&str], example: &str) -> syn::Result<Vec<Argument>> {
        match &self.given {
            Given::List(list) if !list.is_empty() => arguments(list.clone(), known, &[]),
            _ => Err(self.misuse(&self.name, &format!("is written `{example}`"))),
        }
    }

    fn misuse(&self, at: impl ToTokens, what: &str) -> syn::Error {
        syn::Error::new_spanned(at, format!("`{}` {what}", self.name()))
    }
}

/// The arguments of an attribute, of which each is known and, unless it is in `repeatable`, stands
/// once.
///
/// # Errors
///
/// All that are unknown or repeated, and what is no list of arguments.
pub(crate) fn arguments(
    tokens: TokenStream,
    known: &[&str],
    repeatable: &[&str],
) -> syn::Result<Vec<Argument>> {
    let mut errors = Errors::default();
    let kept = arguments_noting(tokens, known, repeatable, &mut errors);
    errors.finish(kept)
}

/// As [`arguments`]; notes what is wrong, so that the others are looked at too.
pub(crate) fn arguments_noting(
    tokens: TokenStream,
    known: &[&str],
    repeatable: &[&str],
    errors: &mut Errors,
) -> Vec<Argument> {
    let parsed = Punctuated::<Argument, Token![,]>::parse_terminated.parse2(tokens);
    let mut kept: Vec<Argument> = Vec::new();
    for argument in errors.keep(parsed).unwrap_or_default() {
        let name = argument.name();
        if !known.contains(&name.as_str()) {
            errors.push(unknown("option", &name, known, argument.name.span()));
        } else if !repeatable.contains(&name.as_str())
            && kept.iter().any(|earlier| earlier.name == argument.name)
        {
            errors.at(&argument.name, format!("`{name}` is given twice"));
        } else {
            kept.push(argument);
        }
    }
    kept
}

/// The error that a name is not known: what was probably meant, or what there is.
pub(crate) fn unknown(kind: &str, written: &str, known: &[&str], span: Span) -> syn::Error {
    // 0.7 lets a typing slip through and keeps unrelated words out, as clap's own limit does.
    let near = known
        .iter()
        .map(|candidate| (strsim::jaro(written, candidate), candidate))
        .filter(|(near, _)| *near > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let meant = near
        .map(|(_, name)| format!(", did you mean `{name}`?"))
        .unwrap_or_default();
    let list: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    let there_is = if list.is_empty() {
        format!("there are no {kind}s here")
    } else {
        format!("known {kind}s: {}", list.join(", "))
    };
    syn::Error::new(
        span,
        format!("unknown {kind} `{written}`{meant}\n{there_is}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn errors(tokens: TokenStream) -> Vec<String> {
        match arguments(tokens, &["primary", "order", "provides"], &[]) {
            Ok(_) => Vec::new(),
            Err(error) => error.into_iter().map(|error| error.to_string()).collect(),
        }
    }

    #[test]
    fn every_unknown_and_repeated_argument_is_told() {
        assert_eq!(
            errors(quote!(primry, order = 1, order = 2, x)),
            [
                "unknown option `primry`, did you mean `primary`?\n\
                 known options: `primary`, `order`, `provides`",
                "`order` is given twice",
                "unknown option `x`\nknown options: `primary`, `order`, `provides`",
            ]
        );
    }

    #[test]
    fn what_was_given_is_read_as_what_was_asked() {
        let all = arguments(
            quote!(primary, order = -3, provides(A, B)),
            &["primary", "order", "provides"],
            &[],
        )
        .unwrap();
        assert!(all[0].flag().is_ok());
        assert_eq!(all[1].number("order = 10").unwrap(), -3);
        let types: Vec<syn::Type> = all[2].list("provides(dyn Mailer)").unwrap();
        assert_eq!(types.len(), 2);
        let refused = all[0].text("primary = \"x\"").err().unwrap();
        assert_eq!(
            refused.to_string(),
            "`primary` needs a value: `primary = \"x\"`"
        );
    }
}
