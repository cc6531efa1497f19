//! What a method must be to run the text of its `#[query]`.

use quote::ToTokens;
use syn::{LitStr, Type};

use crate::projection::decimal;
use crate::repository::parameters::{Parameter, Role};
use crate::repository::parse::{self, Method};
use crate::repository::query_text::{self, Dialect, QueryText};
use crate::repository::returns::{Returns, is};
use crate::shared::{Errors, unknown};

/// A method that runs a text.
pub(in crate::repository) struct Query {
    pub(in crate::repository) sqlite: QueryText,
    pub(in crate::repository) postgres: QueryText,
    /// Whether it changes something.
    pub(in crate::repository) writes: bool,
    pub(in crate::repository) answer: Answer,
    /// What stands for a name.
    pub(in crate::repository) values: Vec<Parameter>,
    pub(in crate::repository) page: Option<Parameter>,
}

/// What becomes of the statement's answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::repository) enum Answer {
    /// Rows.
    Rows,
    /// How many rows were changed.
    Affected,
}

pub(super) fn query(
    method: &Method,
    written: &parse::Query,
    parameters: &[Parameter],
    returns: &Returns,
) -> syn::Result<Query> {
    let mut errors = Errors::default();
    let texts = texts(written, &mut errors);
    errors.finish(())?;
    let Some((sqlite, postgres)) = texts else {
        return Err(syn::Error::new_spanned(&method.signature, "no query"));
    };
    let mut errors = Errors::default();
    let mut values = Vec::new();
    let mut page = None;
    for parameter in parameters {
        match parameter.role {
            Role::Value => {
                if parameter.scale.is_none() && decimal::is_decimal(&parameter.ty) {
                    errors.at(
                        &parameter.ty,
                        format!(
                            "a decimal is bound with the digits after the point that its column \
                             keeps: `{} {}: …`",
                            decimal::EXAMPLE,
                            parameter.name
                        ),
                    );
                }
                values.push(parameter.clone());
            }
            Role::Page => page = Some(parameter.clone()),
            Role::Cursor | Role::Sort => errors.at(
                &parameter.ty,
                "the query's own text says the order; beside its parameters it may take a \
                 `PageRequest`",
            ),
        }
    }
    check_names(written, [&sqlite, &postgres], &values, &mut errors);
    let writes = sqlite.writes() || postgres.writes() || written.modifying.is_some();
    let answers = sqlite.returns_rows() || postgres.returns_rows();
    let answer = match returns {
        Returns::Count(Type::Tuple(_)) => Answer::Affected,
        Returns::Count(_) if writes && !answers => Answer::Affected,
        _ => Answer::Rows,
    };
    check_returns(returns, page.as_ref(), writes, &mut errors);
    check_associations(method, returns, &mut errors);
    errors.finish(Query {
        sqlite,
        postgres,
        writes,
        answer,
        values,
        page,
    })
}

/// The text for SQLite and that for PostgreSQL, with their parameters found.
fn texts(written: &parse::Query, errors: &mut Errors) -> Option<(QueryText, QueryText)> {
    let mut text = |literal: &LitStr, dialect| {
        let read = query_text::read(&literal.value(), dialect);
        errors.keep(read.map_err(|message| syn::Error::new(literal.span(), message)))
    };
    if let (Some(both), None, None) = (&written.both, &written.sqlite, &written.postgres) {
        let both = text(both, Dialect::Both)?;
        return Some((both.clone(), both));
    }
    let both = written.both.as_ref();
    let sqlite = text(written.sqlite.as_ref().or(both)?, Dialect::Sqlite);
    let postgres = text(written.postgres.as_ref().or(both)?, Dialect::Postgres);
    sqlite.zip(postgres)
}

/// Every name is a parameter, and every parameter is named.
fn check_names(
    written: &parse::Query,
    texts: [&QueryText; 2],
    values: &[Parameter],
    errors: &mut Errors,
) {
    let known: Vec<String> = values.iter().map(name_of).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let literals = [
        written.sqlite.as_ref().or(written.both.as_ref()),
        written.postgres.as_ref().or(written.both.as_ref()),
    ];
    let mut told: Vec<&str> = Vec::new();
    for (text, literal) in texts.iter().zip(literals) {
        for name in &text.names {
            if !known.contains(&name.as_str()) && !told.contains(&name.as_str()) {
                told.push(name);
                let span = literal.map_or_else(proc_macro2::Span::call_site, LitStr::span);
                errors.push(unknown("parameter", name, &known, span));
            }
        }
    }
    for value in values {
        let name = name_of(value);
        if texts.iter().all(|text| !text.names.contains(&name)) {
            errors.at(
                &value.name,
                format!("the query does not use `{name}`: write `:{name}` where it belongs"),
            );
        }
    }
}

/// The name of a parameter as the text has it.
fn name_of(parameter: &Parameter) -> String {
    syn::ext::IdentExt::unraw(&parameter.name).to_string()
}

fn check_returns(returns: &Returns, page: Option<&Parameter>, writes: bool, errors: &mut Errors) {
    let ty = returns.of();
    match (returns, page) {
        (Returns::Page(_), None) => errors.at(
            ty,
            "a `Page` answers a `PageRequest`: take one, `page: PageRequest`",
        ),
        (Returns::Page(_), Some(_)) if writes => {
            errors.at(ty, "what a statement changed is no page: return a `Vec`");
        }
        (Returns::Page(_), Some(_)) | (_, None) => {}
        (_, Some(page)) => errors.at(&page.ty, "a `PageRequest` is answered by a `Page<…>`"),
    }
    match returns {
        Returns::Slice(_) => errors.at(
            ty,
            "a query of one's own cannot be cut at a cursor: return a `Vec<…>` or a `Page<…>`",
        ),
        Returns::Count(Type::Tuple(_)) if !writes => errors.at(
            ty,
            "a query that answers nothing changes something: say `#[query(\"…\", modifying)]`",
        ),
        _ => {}
    }
}

/// Associations belong to entities; whether these are ones, the compiler knows.
fn check_associations(method: &Method, returns: &Returns, errors: &mut Errors) {
    let Some(association) = method.with.first() else {
        return;
    };
    let of_rows =
        !matches!(returns, Returns::Count(_) | Returns::Slice(_)) && !is(returns.of(), "String");
    if !of_rows {
        errors.at(
            association,
            format!(
                "associations are loaded with entities, and this method returns `{}`",
                returns.of().to_token_stream()
            ),
        );
    }
}
