//! Checks in the words of a database.

use super::literal::power;
use super::quote;
use crate::schema::data_type::DataType;
use crate::schema::model::{ColumnSchema, TableSchema};
use crate::schema::names;
use crate::schema::tokens::{TokenKind, replace_names, tokens};
use crate::statement::Dialect;

/// A check with the name that PostgreSQL knows it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::schema) struct NamedCheck {
    pub(in crate::schema) name: String,
    pub(in crate::schema) sql: String,
}

/// What holds of one column. SQLite does not hold to the size of a type, so checks do.
pub(in crate::schema) fn of_column(
    table: &TableSchema,
    column: &ColumnSchema,
    dialect: Dialect,
) -> Vec<NamedCheck> {
    let name = quote::name(&column.name);
    let mut checks = Vec::new();
    let mut push = |name: String, sql: String| checks.push(NamedCheck { name, sql });
    if dialect == Dialect::Sqlite {
        match column.data_type {
            DataType::Text {
                length: Some(length),
            } => push(String::new(), format!("length({name}) <= {length}")),
            // The digits of a 64-bit integer are no more than that.
            DataType::Decimal { precision, .. } if precision < 19 => push(
                String::new(),
                format!("abs({name}) < {}", power(u32::from(precision))),
            ),
            _ => {}
        }
    }
    if let Some(values) = &column.values {
        let values: Vec<String> = values.iter().map(|it| quote::text(it)).collect();
        push(
            names::values(&table.name, &column.name),
            format!("{name} in ({})", values.join(", ")),
        );
    }
    if let Some(check) = &column.check {
        push(
            names::column_check(&table.name, &column.name),
            in_units(table, check, dialect),
        );
    }
    checks
}

/// A check over several columns.
pub(in crate::schema) fn of_table(
    table: &TableSchema,
    check: &str,
    dialect: Dialect,
) -> NamedCheck {
    NamedCheck {
        name: names::table_check(&table.name, check),
        sql: in_units(table, check, dialect),
    }
}

/// A check as its author means it: SQLite holds a decimal in its smallest unit, so that what is
/// compared with anything but its like or 0 is brought back.
fn in_units(table: &TableSchema, check: &str, dialect: Dialect) -> String {
    if dialect == Dialect::Postgres {
        return check.to_owned();
    }
    let scale_of = |name: &str| match table.column(name)?.data_type {
        DataType::Decimal { scale, .. } if scale > 0 => Some(scale),
        _ => None,
    };
    let all = tokens(check);
    let names = || all.iter().filter_map(|token| token.name());
    let mut scales: Vec<u32> = names().filter_map(|name| scale_of(&name)).collect();
    scales.dedup();
    let is_plain = all.iter().all(|token| match token.kind {
        TokenKind::Number => token.text.chars().all(|it| matches!(it, '0' | '.')),
        TokenKind::Symbol => !matches!(token.text, "*" | "/" | "%"),
        TokenKind::Word | TokenKind::Quoted => token
            .name()
            .is_none_or(|name| scale_of(&name).is_some() || table.column(&name).is_none()),
        TokenKind::Text | TokenKind::Blob => true,
    });
    if scales.is_empty() || (is_plain && scales.len() == 1) {
        return check.to_owned();
    }
    replace_names(check, |name| {
        let unit = power(scale_of(name)?);
        Some(format!("({} / {unit}.0)", quote::name(name)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::model::Schema;

    #[test]
    fn a_decimal_is_compared_in_its_own_unit() {
        let schema = Schema::from_json(
            r#"{"tables": [{"name": "t", "primary_key": ["a"], "columns": [
                {"name": "a", "type": "decimal(10, 2)"}, {"name": "b", "type": "decimal(10, 2)"},
                {"name": "c", "type": "decimal(10, 3)"}, {"name": "n", "type": "integer"}]}]}"#,
        );
        let schema = schema.unwrap();
        for (check, expected) in [
            ("a >= 0", "a >= 0"),
            ("a >= b", "a >= b"),
            ("n > 5", "n > 5"),
            ("a >= 1.5", "(a / 100.0) >= 1.5"),
            ("a >= c", "(a / 100.0) >= (c / 1000.0)"),
            ("a > n", "(a / 100.0) > n"),
            ("a * b > 0", "(a / 100.0) * (b / 100.0) > 0"),
        ] {
            let table = &schema.tables[0];
            assert_eq!(of_table(table, check, Dialect::Sqlite).sql, expected);
            assert_eq!(of_table(table, check, Dialect::Postgres).sql, check);
        }
    }
}
