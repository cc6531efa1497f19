//! In what two catalogues differ, in sentences.

use std::collections::BTreeSet;

use super::expression::canonical;
use super::{Catalogue, Check, Column, ForeignKey, Index, Key, Table};
use crate::schema::sql::literal;
use crate::schema::tokens::{TokenKind, same, tokens};
use crate::statement::Dialect;

pub(super) fn of(is: &Catalogue, expected: &Catalogue) -> Vec<String> {
    let mut found = Vec::new();
    let names: BTreeSet<&String> = is.tables.keys().chain(expected.tables.keys()).collect();
    for name in names {
        match (is.tables.get(name), expected.tables.get(name)) {
            (Some(is), Some(wanted)) => table(name, is, wanted, expected.dialect, &mut found),
            (Some(_), None) => found.push(format!("there is a table `{name}` too many")),
            (None, _) => found.push(format!("there is no table `{name}`")),
        }
    }
    found
}

fn table(name: &str, is: &Table, wanted: &Table, dialect: Dialect, found: &mut Vec<String>) {
    for column in &wanted.columns {
        match is.column(&column.name) {
            Some(is) => self::column(name, is, column, found),
            None => found.push(format!("there is no column `{name}.{}`", column.name)),
        }
    }
    for column in &is.columns {
        if wanted.column(&column.name).is_none() {
            found.push(format!(
                "there is a column `{name}.{}` too many",
                column.name
            ));
        }
    }
    compare(
        name,
        &keys(&is.primary_key),
        &keys(&wanted.primary_key),
        found,
        |key| format!("the primary key {}", named(key.name.as_ref(), &key.columns)),
    );
    compare(name, &is.uniques, &wanted.uniques, found, |key| {
        let place = match (&key.name, dialect) {
            (None, Dialect::Sqlite) => " (part of the table, and no index)",
            _ => "",
        };
        format!(
            "the unique key {}{place}",
            named(key.name.as_ref(), &key.columns)
        )
    });
    compare(
        name,
        &is.indexes,
        &wanted.indexes,
        found,
        |index: &Index| {
            let of = named(Some(&index.name), &index.columns);
            match &index.definition {
                Some(definition) => format!("the index {of}, `{definition}`"),
                None => format!("the index {of}"),
            }
        },
    );
    compare(
        name,
        &is.foreign_keys,
        &wanted.foreign_keys,
        found,
        |key: &ForeignKey| {
            format!(
                "the foreign key {} to `{}` ({}), on delete {}, on update {}",
                named(key.name.as_ref(), &key.columns),
                key.table,
                key.to.join(", "),
                key.on_delete,
                key.on_update
            )
        },
    );
    checks(name, is, wanted, found);
}

fn keys(key: &Option<Key>) -> Vec<Key> {
    key.iter().cloned().collect()
}

fn named(name: Option<&String>, columns: &[String]) -> String {
    let columns = columns.join(", ");
    match name {
        Some(name) => format!("`{name}` ({columns})"),
        None => format!("({columns})"),
    }
}

/// What is on one side only.
fn compare<T: PartialEq>(
    table: &str,
    is: &[T],
    wanted: &[T],
    found: &mut Vec<String>,
    describe: impl Fn(&T) -> String,
) {
    for one in wanted.iter().filter(|it| !is.contains(it)) {
        found.push(format!("`{table}` has not {}", describe(one)));
    }
    for one in is.iter().filter(|it| !wanted.contains(it)) {
        found.push(format!("`{table}` has {} too many", describe(one)));
    }
}

fn column(table: &str, is: &Column, wanted: &Column, found: &mut Vec<String>) {
    let name = format!("`{table}.{}`", is.name);
    let mut push = |what: &str, is: &str, wanted: &str| {
        if is != wanted {
            found.push(format!("the {what} of {name} is {is} instead of {wanted}"));
        }
    };
    push("type", &is.data_type, &wanted.data_type);
    let null = |it: bool| if it { "null" } else { "not null" };
    push("rule", null(is.nullable), null(wanted.nullable));
    let counted = |it: bool| if it { "the database" } else { "nobody" };
    push("counter", counted(is.identity), counted(wanted.identity));
    let computed = |it: bool| if it { "computed" } else { "stored" };
    push("value", computed(is.generated), computed(wanted.generated));
    let default = |column: &Column| default(column).unwrap_or_else(|| "nothing".to_owned());
    push("default", &default(is), &default(wanted));
}

/// A default in one form: both sides speak of the same type, where they are the same.
fn default(column: &Column) -> Option<String> {
    let text = column.default.as_ref()?;
    let plain = canonical(text).unwrap_or_else(|| text.clone());
    let all = tokens(&plain);
    let Some(inner) = (match all.as_slice() {
        [one] if one.kind == TokenKind::Text => Some(literal::unquoted(one)),
        _ => None,
    }) else {
        return Some(plain);
    };
    let of_type = match column.data_type.as_str() {
        "timestamp with time zone" => literal::moment(&inner).map(|it| it.to_rfc3339()),
        "timestamp without time zone" => literal::naive(&inner).map(|it| it.to_string()),
        "time without time zone" => inner
            .parse::<chrono::NaiveTime>()
            .ok()
            .map(|it| it.to_string()),
        "jsonb" => serde_json::from_str::<serde_json::Value>(&inner)
            .ok()
            .map(|it| it.to_string()),
        of if of.starts_with("numeric") => canonical(&inner),
        _ => None,
    };
    Some(of_type.unwrap_or(plain))
}

/// Checks are compared by what they say. PostgreSQL writes them anew: where that cannot be read, the
/// name has to do.
fn checks(table: &str, is: &Table, wanted: &Table, found: &mut Vec<String>) {
    let says_same = |one: &Check, other: &Check| {
        let canon = (canonical(&one.sql), canonical(&other.sql));
        match canon {
            (Some(one), Some(other)) => one == other,
            _ => one.name.is_some() || same(&one.sql, &other.sql),
        }
    };
    let mut left: Vec<&Check> = is.checks.iter().collect();
    for check in &wanted.checks {
        let like = left
            .iter()
            .position(|it| it.name == check.name && says_same(it, check));
        match like {
            Some(at) => drop(left.remove(at)),
            None => found.push(format!("`{table}` has not the check {}", described(check))),
        }
    }
    for check in left {
        found.push(format!(
            "`{table}` has the check {} too many",
            described(check)
        ));
    }
}

fn described(check: &Check) -> String {
    match &check.name {
        Some(name) => format!("`{name}`: {}", check.sql),
        None => check.sql.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::model::Schema;

    fn catalogue(name: &str, column: &str) -> Catalogue {
        let text = format!(
            r#"{{"tables": [{{"name": "{name}", "primary_key": ["id"], "indexes": [["title"]],
                "columns": [{{"name": "id", "type": "bigint"}}, {column}]}}]}}"#
        );
        Catalogue::expected(&Schema::from_json(&text).unwrap(), Dialect::Postgres)
    }

    #[test]
    fn differences_are_sentences() {
        let is = catalogue(
            "posts",
            r#"{"name": "title", "type": "text", "default": "'a'"}"#,
        );
        let wanted = catalogue(
            "posts",
            r#"{"name": "title", "type": "text(40)", "nullable": true, "values": ["a"]}"#,
        );
        assert!(is.differences(&is).is_empty());
        assert_eq!(
            is.differences(&wanted),
            [
                "the type of `posts.title` is text instead of character varying(40)",
                "the rule of `posts.title` is not null instead of null",
                "the default of `posts.title` is 'a' instead of nothing",
                "`posts` has not the check `posts_title_values`: title in ('a')",
            ]
        );
        let other = catalogue("pages", r#"{"name": "title", "type": "text"}"#);
        assert_eq!(
            is.differences(&other),
            [
                "there is no table `pages`",
                "there is a table `posts` too many"
            ]
        );
    }
}
