//! Two schemas that were changed from a third, brought together.

use std::collections::BTreeMap;

use crate::schema::{ColumnSchema, Schema, TableSchema};

/// The schema with what both changed.
///
/// # Errors
///
/// What both changed, and not alike: a sentence each.
pub(super) fn merge(base: &Schema, one: &Schema, other: &Schema) -> Result<Schema, Vec<String>> {
    let mut faults = Vec::new();
    let tables = by_name([base, one, other].map(|schema| &schema.tables[..]), |it| {
        &it.name
    });
    let mut merged = Vec::new();
    for (name, [base, one, other]) in tables {
        match (base, one, other) {
            // Both have it, and may have changed it.
            (base, Some(one), Some(other)) if one != other => {
                let empty = empty(one);
                merged.push(table(base.unwrap_or(&empty), one, other, &mut faults));
            }
            (base, one, other) => {
                let what = format!("the table `{name}`");
                merged.extend(chosen(base, one, other, what, &mut faults).cloned());
            }
        }
    }
    match faults.is_empty() {
        true => Ok(Schema::new(merged)),
        false => Err(faults),
    }
}

fn empty(like: &TableSchema) -> TableSchema {
    TableSchema {
        name: like.name.clone(),
        columns: Vec::new(),
        primary_key: like.primary_key.clone(),
        uniques: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
    }
}

fn table(
    base: &TableSchema,
    one: &TableSchema,
    other: &TableSchema,
    faults: &mut Vec<String>,
) -> TableSchema {
    let name = &one.name;
    let sides = [base, one, other];
    let columns = by_name(sides.map(|it| &it.columns[..]), |it: &ColumnSchema| {
        &it.name
    });
    // In the order of the one, what the other added behind it.
    let order = one.columns.iter().chain(&other.columns).map(|it| &it.name);
    let mut kept: Vec<ColumnSchema> = Vec::new();
    for column in order {
        if kept.iter().any(|it| it.name == *column) {
            continue;
        }
        let Some([base, one, other]) = columns.get(column.as_str()) else {
            continue;
        };
        let what = format!("the column `{name}.{column}`");
        kept.extend(chosen(*base, *one, *other, what, faults).cloned());
    }
    let key = sides.map(|it| Some(&it.primary_key));
    let what = format!("the primary key of `{name}`");
    let primary_key = chosen(key[0], key[1], key[2], what, faults);
    TableSchema {
        name: name.clone(),
        columns: kept,
        primary_key: primary_key.cloned().unwrap_or_default(),
        uniques: set(sides.map(|it| &it.uniques[..])),
        indexes: set(sides.map(|it| &it.indexes[..])),
        checks: set(sides.map(|it| &it.checks[..])),
    }
}

/// What is left of a thing that one side, the other or both changed.
fn chosen<'a, T: PartialEq>(
    base: Option<&'a T>,
    one: Option<&'a T>,
    other: Option<&'a T>,
    what: String,
    faults: &mut Vec<String>,
) -> Option<&'a T> {
    if one == other || other == base {
        return one;
    }
    if one == base {
        return other;
    }
    faults.push(what);
    one
}

/// What neither took away, and what either added.
fn set<T: PartialEq + Clone>([base, one, other]: [&[T]; 3]) -> Vec<T> {
    let stays = |it: &&T| one.contains(it) && other.contains(it) || !base.contains(it);
    let mut kept: Vec<T> = Vec::new();
    for it in one.iter().chain(other).filter(stays) {
        if !kept.contains(it) {
            kept.push(it.clone());
        }
    }
    kept
}

/// Each name with what every side has of it.
fn by_name<'a, T>(
    sides: [&'a [T]; 3],
    name: impl Fn(&'a T) -> &'a String,
) -> BTreeMap<&'a str, [Option<&'a T>; 3]> {
    let mut all: BTreeMap<&str, [Option<&T>; 3]> = BTreeMap::new();
    for (side, things) in sides.into_iter().enumerate() {
        for thing in things {
            all.entry(name(thing)).or_default()[side] = Some(thing);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(columns: &[(&str, &str)]) -> Schema {
        let columns: Vec<_> = columns
            .iter()
            .map(|(name, of)| serde_json::json!({ "name": name, "type": of }))
            .collect();
        let table = serde_json::json!({
            "name": "posts", "columns": columns, "primary_key": ["id"]
        });
        Schema::from_json(&serde_json::json!({ "tables": [table] }).to_string()).unwrap()
    }

    #[test]
    fn what_either_side_did_is_done() {
        let base = schema(&[("id", "bigint"), ("title", "text"), ("old", "text")]);
        let one = schema(&[("id", "bigint"), ("title", "text(80)"), ("old", "text")]);
        let other = schema(&[("id", "bigint"), ("title", "text"), ("rating", "integer")]);
        let both = schema(&[
            ("id", "bigint"),
            ("title", "text(80)"),
            ("rating", "integer"),
        ]);
        assert_eq!(merge(&base, &one, &other).unwrap(), both);
        assert_eq!(merge(&base, &base, &other).unwrap(), other);
        assert_eq!(
            merge(&Schema::default(), &Schema::default(), &one).unwrap(),
            one
        );
    }

    #[test]
    fn what_both_did_differently_is_told() {
        let base = schema(&[("id", "bigint"), ("title", "text")]);
        let one = schema(&[("id", "bigint"), ("title", "text(80)")]);
        let other = schema(&[("id", "bigint"), ("title", "text(90)")]);
        let told = merge(&base, &one, &other).unwrap_err();
        assert_eq!(told, ["the column `posts.title`"]);
    }
}
