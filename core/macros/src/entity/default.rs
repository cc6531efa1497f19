//! `#[column(default = …)]` as SQL.

use syn::{Error, Expr, ExprLit, ExprUnary, Lit, Result, Type, UnOp};

use super::types;

/// The default as SQL.
///
/// Of a column of texts (a `String`, an enum) a text is the default itself, with or without SQL's
/// quotes; of every other column it is SQL: `"current_timestamp"`.
pub(super) fn sql(default: &Expr, ty: &Type) -> Result<String> {
    match default {
        Expr::Lit(ExprLit { lit, .. }) => literal(lit, ty),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => match &**expr {
            Expr::Lit(ExprLit {
                lit: lit @ (Lit::Int(_) | Lit::Float(_)),
                ..
            }) => Ok(format!("-{}", literal(lit, ty)?)),
            _ => Err(none(default)),
        },
        _ => Err(none(default)),
    }
}

fn literal(literal: &Lit, ty: &Type) -> Result<String> {
    match literal {
        Lit::Int(number) => Ok(number.base10_digits().to_owned()),
        Lit::Float(number) => Ok(number.base10_digits().to_owned()),
        Lit::Bool(it) => Ok(it.value.to_string()),
        Lit::Str(text) => {
            let text = text.value();
            let is_quoted = text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
            let holds_text = match types::named(ty) {
                types::Named::Sql(sql) => sql == "Text",
                types::Named::Other => true,
                types::Named::Own(_) | types::Named::Decimal | types::Named::Unstored(_) => false,
            };
            Ok(match holds_text && !is_quoted {
                true => format!("'{}'", text.replace('\'', "''")),
                false => text,
            })
        }
        other => Err(none(other)),
    }
}

fn none(at: impl quote::ToTokens) -> Error {
    Error::new_spanned(
        at,
        "a default is a number, `true`, `false` or a text: `default = 0`, `default = \"draft\"`, \
         `default = \"current_timestamp\"`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn a_default_is_sql() {
        let of = |default: Expr, ty: Type| sql(&default, &ty).map_err(|error| error.to_string());
        for (default, ty, expected) in [
            (parse_quote!(0), parse_quote!(i64), "0"),
            (parse_quote!(-1_000), parse_quote!(i64), "-1000"),
            (parse_quote!(0.5), parse_quote!(f64), "0.5"),
            (parse_quote!(true), parse_quote!(bool), "true"),
            (parse_quote!("draft"), parse_quote!(Status), "'draft'"),
            (parse_quote!("it's"), parse_quote!(String), "'it''s'"),
            (parse_quote!("'x'"), parse_quote!(String), "'x'"),
            (parse_quote!(""), parse_quote!(String), "''"),
            (
                parse_quote!("current_timestamp"),
                parse_quote!(DateTime<Utc>),
                "current_timestamp",
            ),
            (parse_quote!("0.50"), parse_quote!(Decimal), "0.50"),
        ] {
            assert_eq!(of(default, ty).as_deref(), Ok(expected));
        }
        assert!(of(parse_quote!(now()), parse_quote!(i64)).is_err());
        assert!(of(parse_quote!('a'), parse_quote!(String)).is_err());
    }
}
