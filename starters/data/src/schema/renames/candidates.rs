//! What may have been renamed: worth a question, and no more.

use std::collections::BTreeSet;
use std::fmt;

use super::Renames;
use crate::schema::model::{ColumnSchema, Schema, TableSchema};

/// Something that went, and something like it that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidate {
    /// A table.
    Table {
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A column.
    Column {
        /// The table's new name.
        table: String,
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
    },
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { from, to } => write!(f, "was the table `{from}` renamed to `{to}`?"),
            Self::Column { table, from, to } => {
                write!(f, "was the column `{table}.{from}` renamed to `{to}`?")
            }
        }
    }
}

/// Renames that are plausible and were not said: a table went and one with the same columns came; a
/// column went and one of the same type came in its table. The likelier are before the others.
///
/// A table that is taken for renamed may bring its columns: ask again after each yes.
pub fn rename_candidates(old: &Schema, new: &Schema, renames: &Renames) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let taken: BTreeSet<&str> = renames.tables.values().map(String::as_str).collect();
    let came = |table: &&TableSchema| {
        old.table(&table.name).is_none() && !taken.contains(table.name.as_str())
    };
    for went in &old.tables {
        if new.table(&went.name).is_some() || renames.tables.contains_key(&went.name) {
            continue;
        }
        let like = new.tables.iter().filter(came);
        candidates.extend(
            like.filter(|it| shape(it) == shape(went))
                .map(|it| Candidate::Table {
                    from: went.name.clone(),
                    to: it.name.clone(),
                }),
        );
    }
    for before in &old.tables {
        if let Some(after) = new.table(renames.table(&before.name)) {
            columns(before, after, renames, &mut candidates);
        }
    }
    candidates
}

/// What tables are compared by: the columns and their types, in any order.
fn shape(table: &TableSchema) -> BTreeSet<(&str, String)> {
    let columns = table.columns.iter();
    columns
        .map(|it| (it.name.as_str(), it.data_type.to_string()))
        .collect()
}

fn columns(
    before: &TableSchema,
    after: &TableSchema,
    renames: &Renames,
    candidates: &mut Vec<Candidate>,
) {
    let said = renames.columns.get(&after.name);
    let is_said = |from: &str| said.is_some_and(|it| it.contains_key(from));
    let is_taken = |to: &str| said.is_some_and(|it| it.values().any(|it| it == to));
    let went = before.columns.iter().enumerate().filter(|(_, it)| {
        !is_said(&it.name) && (after.column(&it.name).is_none() || is_taken(&it.name))
    });
    for (place, from) in went {
        let came = after.columns.iter().enumerate().filter(|(_, it)| {
            before.column(&it.name).is_none()
                && !is_taken(&it.name)
                && it.data_type == from.data_type
        });
        let mut came: Vec<_> = came.collect();
        came.sort_by_key(|(at, to)| (unlike(from, to), at.abs_diff(place)));
        candidates.extend(came.into_iter().map(|(_, to)| Candidate::Column {
            table: after.name.clone(),
            from: from.name.clone(),
            to: to.name.clone(),
        }));
    }
}

/// In how many ways the columns differ beside their names.
fn unlike(from: &ColumnSchema, to: &ColumnSchema) -> usize {
    [
        from.nullable != to.nullable,
        from.default != to.default,
        from.values != to.values,
        from.references != to.references,
    ]
    .into_iter()
    .filter(|it| *it)
    .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(table: &str, columns: &[(&str, &str)]) -> Schema {
        let columns = columns
            .iter()
            .map(|(name, of)| format!(r#"{{"name": "{name}", "type": "{of}"}}"#));
        let columns: Vec<String> = columns.collect();
        let text = format!(
            r#"{{"tables": [{{"name": "{table}", "primary_key": ["id"], "columns": [{}]}}]}}"#,
            columns.join(",")
        );
        Schema::from_json(&text).unwrap()
    }

    fn asked(old: &Schema, new: &Schema, renames: &Renames) -> Vec<String> {
        let candidates = rename_candidates(old, new, renames);
        candidates.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_went_and_what_came_like_it_is_asked_for() {
        let old = schema(
            "posts",
            &[("id", "bigint"), ("title", "text"), ("n", "integer")],
        );
        let columns = [
            ("id", "bigint"),
            ("size", "integer"),
            ("headline", "text"),
            ("lead", "text"),
        ];
        let new = schema("posts", &columns);
        let mut renames = Renames::default();
        assert_eq!(
            asked(&old, &new, &renames),
            [
                "was the column `posts.title` renamed to `headline`?",
                "was the column `posts.title` renamed to `lead`?",
                "was the column `posts.n` renamed to `size`?",
            ]
        );
        renames.accept(&rename_candidates(&old, &new, &renames)[0]);
        assert_eq!(
            asked(&old, &new, &renames),
            ["was the column `posts.n` renamed to `size`?"]
        );
    }

    #[test]
    fn a_table_with_the_same_columns_is_asked_for() {
        let columns = [("id", "bigint"), ("title", "text")];
        let old = schema("posts", &columns);
        let none = Renames::default();
        assert_eq!(
            asked(&old, &schema("articles", &columns), &none),
            ["was the table `posts` renamed to `articles`?"]
        );
        assert!(asked(&old, &schema("articles", &columns[..1]), &none).is_empty());
        assert!(asked(&old, &old, &none).is_empty());
    }
}
