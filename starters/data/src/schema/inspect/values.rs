//! Defaults and checks, as attributes say them.

use super::super::catalogue::{Column, Table, plain};
use super::super::sql::literal::unquoted;
use super::super::tokens::{Token, TokenKind, mentions, tokens};
use super::types::RustType;

/// A column's default as `#[column(default = …)]` has it; nothing where there is none.
///
/// # Errors
///
/// A default that the attribute cannot say.
pub(super) fn default(column: &Column, of: &RustType) -> Result<Option<String>, String> {
    let Some(text) = &column.default else {
        return Ok(None);
    };
    let plain = plain(text).unwrap_or_else(|| text.clone());
    let all = tokens(&plain);
    let kinds: Vec<TokenKind> = all.iter().map(|it| it.kind).collect();
    let is_moment = of.name == "DateTime<Utc>" && plain.starts_with("strftime(");
    Ok(Some(match (all.as_slice(), kinds.as_slice()) {
        // A sequence counts, as an identity does.
        ([word, ..], _) if word.is_word("nextval") || word.is_word("null") => return Ok(None),
        ([text], [TokenKind::Text]) if of.is_text => literal(&unquoted(text)),
        ([text], [TokenKind::Text]) => literal(text.text),
        ([number], [TokenKind::Number]) if of.name == "bool" => (number.text != "0").to_string(),
        (_, [TokenKind::Number] | [TokenKind::Symbol, TokenKind::Number]) if !of.is_text => plain,
        ([word], _) if of.name == "bool" && (word.is_word("true") || word.is_word("false")) => {
            plain
        }
        _ if of.is_text => {
            return Err(format!(
                "its default is the expression `{plain}`, and a text's is a text"
            ));
        }
        _ if is_moment => literal("current_timestamp"),
        _ => literal(&plain),
    }))
}

/// A text as Rust has it.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// What the checks of a table come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// The most characters of a column.
    pub(super) lengths: Vec<(String, String)>,
    /// The only texts of a column.
    pub(super) values: Vec<(String, Vec<String>)>,
    /// What holds of one column, once for each.
    pub(super) columns: Vec<(String, String)>,
    /// What holds of several.
    pub(super) table: Vec<String>,
}

/// Reads the checks of a table.
pub(super) fn rules(table: &Table) -> Rules {
    let mut rules = Rules::default();
    for check in &table.checks {
        let sql = plain(&check.sql).unwrap_or_else(|| check.sql.clone());
        let all = tokens(&sql);
        if let Some(length) = length(&all) {
            rules.lengths.push(length);
            continue;
        }
        if let Some(values) = values(&all) {
            rules.values.push(values);
            continue;
        }
        let of: Vec<&Column> = table
            .columns
            .iter()
            .filter(|it| mentions(&sql, &it.name))
            .collect();
        match of.as_slice() {
            [one] if !rules.columns.iter().any(|(name, _)| *name == one.name) => {
                rules.columns.push((one.name.clone(), sql));
            }
            _ => rules.table.push(sql),
        }
    }
    rules
}

/// `length(title) <= 40`
fn length(all: &[Token<'_>]) -> Option<(String, String)> {
    match all {
        [function, open, column, close, operator, number]
            if function.is_word("length")
                && open.is_symbol("(")
                && close.is_symbol(")")
                && operator.is_symbol("<=")
                && number.kind == TokenKind::Number =>
        {
            Some((column.name()?, number.text.to_owned()))
        }
        _ => None,
    }
}

/// `status in ('draft', 'live')`
fn values(all: &[Token<'_>]) -> Option<(String, Vec<String>)> {
    match all {
        [column, word, open, list @ .., close]
            if word.is_word("in") && open.is_symbol("(") && close.is_symbol(")") =>
        {
            let (texts, commas): (Vec<&Token<'_>>, Vec<&Token<'_>>) =
                list.iter().partition(|it| it.kind == TokenKind::Text);
            let is_list = commas.iter().all(|it| it.is_symbol(","));
            let texts = texts.into_iter().map(unquoted).collect();
            is_list.then_some((column.name()?, texts))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::catalogue::Check;
    use crate::schema::inspect::types;
    use crate::statement::Dialect;

    fn column(data_type: &str, default: &str) -> Column {
        Column {
            name: "it".to_owned(),
            data_type: data_type.to_owned(),
            nullable: false,
            default: Some(default.to_owned()),
            identity: false,
            generated: false,
        }
    }

    #[test]
    fn a_default_is_said_as_the_attribute_takes_it() {
        for (data_type, text, expected) in [
            ("integer", "5", Some("5")),
            ("integer", "'-1'::integer", Some("-1")),
            ("bigint", "nextval('posts_id_seq'::regclass)", None),
            ("boolean", "true", Some("true")),
            ("text", "'it''s'::text", Some("\"it's\"")),
            ("jsonb", "'{}'::jsonb", Some("\"'{}'\"")),
            (
                "timestamp with time zone",
                "CURRENT_TIMESTAMP",
                Some("\"current_timestamp\""),
            ),
        ] {
            let of = types::of(data_type, "it", Dialect::Postgres).unwrap();
            let found = default(&column(data_type, text), &of);
            assert_eq!(found, Ok(expected.map(str::to_owned)), "{text}");
        }
        let of = types::of("text", "it", Dialect::Postgres).unwrap();
        let error = default(&column("text", "lower('A'::text)"), &of).unwrap_err();
        assert!(error.contains("the expression `lower('A')`"), "{error}");
    }

    #[test]
    fn checks_are_lengths_values_and_the_rest() {
        let check = |sql: &str| Check {
            name: None,
            sql: sql.to_owned(),
        };
        let table = Table {
            columns: vec![column("text", "''")],
            checks: [
                "length(it) <= 40",
                "((it)::text = ANY (ARRAY['a'::text, 'b'::text]))",
                "(it <> 'c'::text)",
                "(it <> 'd'::text)",
            ]
            .map(check)
            .to_vec(),
            ..Table::default()
        };
        let it = || "it".to_owned();
        assert_eq!(
            rules(&table),
            Rules {
                lengths: vec![(it(), "40".to_owned())],
                values: vec![(it(), vec!["a".to_owned(), "b".to_owned()])],
                columns: vec![(it(), "it <> 'c'".to_owned())],
                table: vec!["it <> 'd'".to_owned()],
            }
        );
    }
}
