//! Values: one text for both databases, in the form that each stores.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_decimal::Decimal;

use super::quote;
use crate::schema::data_type::DataType;
use crate::schema::tokens::{Token, TokenKind, tokens};
use crate::statement::Dialect;

/// A value in the words of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::schema) struct Rendered {
    pub(in crate::schema) sql: String,
    /// Whether it is the same whenever it is asked for.
    pub(in crate::schema) constant: bool,
}

/// What a text is in SQL.
#[derive(Debug, PartialEq, Eq)]
enum Literal {
    /// With its sign.
    Number(String),
    Text(String),
    /// In hexadecimal.
    Bytes(String),
    Bool(bool),
    Null,
    /// `current_timestamp`, `now()`.
    Now,
    /// `gen_random_uuid()`.
    RandomUuid,
    Other,
}

/// A column's value or default as a database stores it.
pub(in crate::schema) fn render(of: DataType, text: &str, dialect: Dialect) -> Rendered {
    let literal = literal(text);
    let constant = |sql: String| Rendered {
        sql,
        constant: true,
    };
    let sql = match (&literal, dialect) {
        (Literal::Null, _) => return constant("null".to_owned()),
        (Literal::Number(number), _) => match of {
            DataType::Decimal { scale, .. } if dialect == Dialect::Sqlite => {
                scaled(number, scale).unwrap_or_else(|| text.to_owned())
            }
            DataType::Boolean => (!number.trim_start_matches(['0', '.']).is_empty()).to_string(),
            _ => number.clone(),
        },
        (Literal::Bool(it), _) => it.to_string(),
        (Literal::Text(inner), _) => {
            let number = match (of, dialect) {
                (DataType::Decimal { scale, .. }, Dialect::Sqlite) => scaled(inner, scale),
                _ => None,
            };
            number.unwrap_or_else(|| quote::text(&stored(of, inner)))
        }
        (Literal::Bytes(hex), Dialect::Postgres) => format!("'\\x{hex}'::bytea"),
        (Literal::Bytes(hex), Dialect::Sqlite) => format!("x'{hex}'"),
        _ => {
            return Rendered {
                sql: expression(of, &literal, text, dialect),
                constant: false,
            };
        }
    };
    constant(sql)
}

/// What is no literal: SQLite takes it for a default in brackets only.
fn expression(of: DataType, literal: &Literal, text: &str, dialect: Dialect) -> String {
    match (dialect, literal, of) {
        // The form of a moment on SQLite, which knows thousandths of a second.
        (Dialect::Sqlite, Literal::Now, DataType::Timestamp) => {
            "(strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))".to_owned()
        }
        (Dialect::Sqlite, Literal::Now, DataType::Date) => "current_date".to_owned(),
        (Dialect::Sqlite, Literal::Now, DataType::Time) => "current_time".to_owned(),
        (Dialect::Sqlite, Literal::Now, _) => "current_timestamp".to_owned(),
        // As on SQLite, which knows no zone but UTC.
        (Dialect::Postgres, Literal::Now, DataType::DateTime) => {
            "(now() at time zone 'utc')".to_owned()
        }
        (Dialect::Sqlite, Literal::RandomUuid, _) => {
            "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || \
             substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || \
             hex(randomblob(6))))"
                .to_owned()
        }
        (Dialect::Sqlite, _, DataType::Decimal { scale, .. }) if scale > 0 => {
            format!("(cast(round(({text}) * {}) as integer))", power(scale))
        }
        (Dialect::Sqlite, _, _) => match is_word(text) || is_enclosed(text) {
            true => text.to_owned(),
            false => format!("({text})"),
        },
        (Dialect::Postgres, _, _) => text.to_owned(),
    }
}

fn literal(text: &str) -> Literal {
    let all = tokens(text);
    match all.as_slice() {
        [one] => match one.kind {
            TokenKind::Number => Literal::Number(one.text.to_owned()),
            TokenKind::Text => Literal::Text(unquoted(one)),
            TokenKind::Blob => {
                let hex = one.text.get(2..one.text.len().saturating_sub(1));
                Literal::Bytes(hex.unwrap_or_default().to_ascii_lowercase())
            }
            TokenKind::Word if one.is_word("true") => Literal::Bool(true),
            TokenKind::Word if one.is_word("false") => Literal::Bool(false),
            TokenKind::Word if one.is_word("null") => Literal::Null,
            TokenKind::Word if one.is_word("current_timestamp") => Literal::Now,
            _ => Literal::Other,
        },
        [sign, number] if number.kind == TokenKind::Number => match sign.text {
            "-" => Literal::Number(format!("-{}", number.text)),
            "+" => Literal::Number(number.text.to_owned()),
            _ => Literal::Other,
        },
        [word, open, close] if open.is_symbol("(") && close.is_symbol(")") => {
            if word.is_word("now") {
                Literal::Now
            } else if word.is_word("gen_random_uuid") {
                Literal::RandomUuid
            } else {
                Literal::Other
            }
        }
        _ => Literal::Other,
    }
}

/// What a text in quotes says.
pub(in crate::schema) fn unquoted(token: &Token<'_>) -> String {
    let inner = token.text.get(1..token.text.len().saturating_sub(1));
    inner.unwrap_or_default().replace("''", "'")
}

/// A text as it is stored: of a moment in the one form whose order is the order in time.
pub(in crate::schema) fn stored(of: DataType, text: &str) -> String {
    let stored = match of {
        DataType::Timestamp => {
            moment(text).map(|it| it.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
        }
        DataType::DateTime => naive(text).map(|it| it.format("%F %T%.f").to_string()),
        DataType::Uuid => Some(text.to_ascii_lowercase()),
        _ => None,
    };
    stored.unwrap_or_else(|| text.to_owned())
}

/// A moment, however it is written.
pub(in crate::schema) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"));
    match zoned {
        Ok(moment) => Some(moment.to_utc()),
        Err(_) => naive(text).map(|it| it.and_utc()),
    }
}

/// A date and time, however it is written; a zone is passed over, as PostgreSQL does.
pub(in crate::schema) fn naive(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim_end_matches('Z');
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| NaiveDate::from_str(text).ok()?.and_hms_opt(0, 0, 0))
}

/// A decimal in the smallest unit of its column.
fn scaled(number: &str, scale: u32) -> Option<String> {
    let mut decimal = Decimal::from_str(number)
        .or_else(|_| Decimal::from_scientific(number))
        .ok()?;
    decimal.rescale(scale);
    (decimal.scale() == scale).then(|| decimal.mantissa().to_string())
}

/// 10 to the power of a scale.
pub(in crate::schema) fn power(scale: u32) -> u64 {
    10_u64.saturating_pow(scale)
}

/// Whether it is one of the few words that SQLite takes for a default.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 3] = ["current_date", "current_time", "current_timestamp"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether one pair of brackets holds all of it.
fn is_enclosed(text: &str) -> bool {
    let all = tokens(text);
    let mut depth = 0_usize;
    for (at, token) in all.iter().enumerate() {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return at > 0 && at + 1 == all.len();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(of: &str, text: &str, sqlite: &str, postgres: &str) {
        let of = of.parse().unwrap();
        assert_eq!(render(of, text, Dialect::Sqlite).sql, sqlite);
        assert_eq!(render(of, text, Dialect::Postgres).sql, postgres);
    }

    #[test]
    fn a_value_has_the_form_that_the_database_stores() {
        check("bigint", "-7", "-7", "-7");
        check("decimal(10, 2)", "1.5", "150", "1.5");
        check("decimal(10, 2)", "-0.05", "-5", "-0.05");
        check("decimal(10, 2)", "'2'", "200", "'2'");
        check("boolean", "1", "true", "true");
        check("boolean", "false", "false", "false");
        check("text", "'it''s'", "'it''s'", "'it''s'");
        check("bytes", "x'00FF'", "x'00ff'", "'\\x00ff'::bytea");
        check(
            "timestamp",
            "'2026-01-02 03:04:05'",
            "'2026-01-02T03:04:05.000000Z'",
            "'2026-01-02T03:04:05.000000Z'",
        );
        check(
            "datetime",
            "'2026-01-02T03:04:05.5'",
            "'2026-01-02 03:04:05.500'",
            "'2026-01-02 03:04:05.500'",
        );
        check("json", "'{}'", "'{}'", "'{}'");
        check("text", "null", "null", "null");
    }

    #[test]
    fn an_expression_stands_in_brackets_on_sqlite() {
        check(
            "timestamp",
            "current_timestamp",
            "(strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))",
            "current_timestamp",
        );
        check(
            "datetime",
            "now()",
            "current_timestamp",
            "(now() at time zone 'utc')",
        );
        check("date", "current_date", "current_date", "current_date");
        check("text", "lower('A')", "(lower('A'))", "lower('A')");
        check("text", "('a' || 'b')", "('a' || 'b')", "('a' || 'b')");
        check("bigint", "(1) + (2)", "((1) + (2))", "(1) + (2)");
        check(
            "decimal(10, 2)",
            "1 + 1",
            "(cast(round((1 + 1) * 100) as integer))",
            "1 + 1",
        );
        assert!(!render(DataType::Date, "current_date", Dialect::Sqlite).constant);
    }
}
