//! Names that follow from what they name: of keys, indexes and checks.
//!
//! They are those that PostgreSQL gives by itself, where it gives one.

use std::collections::{BTreeMap, BTreeSet};

use super::error::SchemaError;
use super::model::{Schema, TableSchema};
use super::tokens::tokens;

/// The longest name that PostgreSQL keeps whole (its `NAMEDATALEN` less the closing zero), in bytes.
const LONGEST: usize = 63;

/// The name of a table's primary key.
pub(super) fn primary_key(table: &str) -> String {
    fit(table, "_pkey")
}

/// The name of a unique key.
pub(super) fn unique(table: &str, columns: &[String]) -> String {
    fit(&format!("{table}_{}", columns.join("_")), "_key")
}

/// The name of an index.
pub(super) fn index(table: &str, columns: &[String]) -> String {
    fit(&format!("{table}_{}", columns.join("_")), "_idx")
}

/// The name of a foreign key.
pub(super) fn foreign_key(table: &str, column: &str) -> String {
    fit(&format!("{table}_{column}"), "_fkey")
}

/// The name of a column's own check.
pub(super) fn column_check(table: &str, column: &str) -> String {
    fit(&format!("{table}_{column}"), "_check")
}

/// The name of the check that a column holds one of its enum's texts.
pub(super) fn values(table: &str, column: &str) -> String {
    fit(&format!("{table}_{column}"), "_values")
}

/// The name of a check over several columns: it has none but its text.
pub(super) fn table_check(table: &str, text: &str) -> String {
    // However it is broken into lines.
    let words: Vec<&str> = tokens(text).iter().map(|it| it.text).collect();
    fit(table, &format!("_check_{:08x}", hash(&words.join(" "))))
}

/// A name that something has while its own is given to something else.
pub(super) fn between(name: &str) -> String {
    fit(&format!("savia_old_{name}"), "")
}

/// A name that PostgreSQL keeps whole: a longer one is cut, and what it was shows in a number.
pub(super) fn fit(stem: &str, suffix: &str) -> String {
    if stem.len() + suffix.len() <= LONGEST {
        return format!("{stem}{suffix}");
    }
    let mark = format!("_{:08x}", hash(stem));
    let mut end = LONGEST.saturating_sub(suffix.len() + mark.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{mark}{suffix}", stem.get(..end).unwrap_or_default())
}

/// FNV-1a (RFC 9923), folded into 32 bits.
fn hash(text: &str) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let folded = (hash >> 32) ^ (hash & 0xffff_ffff);
    u32::try_from(folded).unwrap_or_default()
}

/// The names of a table's keys and indexes, which are a database's own: no two tables may have the
/// same.
pub(super) fn relations(table: &TableSchema) -> Vec<String> {
    let uniques = table.uniques.iter().map(|it| unique(&table.name, it));
    let indexes = table.indexes.iter().map(|it| index(&table.name, it));
    [primary_key(&table.name)]
        .into_iter()
        .chain(uniques)
        .chain(indexes)
        .collect()
}

/// Sees that no name is taken twice, and that every name is one of something.
///
/// # Errors
///
/// [`SchemaError::Faults`].
pub(super) fn check(schema: &Schema) -> Result<(), SchemaError> {
    let mut faults = Vec::new();
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for table in &schema.tables {
        let name = &table.name;
        if taken.insert(name.clone(), name).is_some() {
            faults.push(format!("there are two tables `{name}`"));
        }
    }
    for table in &schema.tables {
        let name = &table.name;
        too_long("table", name, &mut faults);
        let mut columns = BTreeSet::new();
        for column in &table.columns {
            too_long("column", &column.name, &mut faults);
            if !columns.insert(column.name.as_str()) {
                faults.push(format!(
                    "the table `{name}` has two columns `{}`",
                    column.name
                ));
            }
        }
        let counted = table.columns.iter().filter(|it| it.identity);
        let is_key = |column: &str| matches!(&*table.primary_key, [key] if key == column);
        for column in counted.filter(|it| !is_key(&it.name)) {
            faults.push(format!(
                "the database counts `{name}.{}`, so it is the primary key, and alone",
                column.name
            ));
        }
        let keys = [&table.primary_key];
        for key in keys.into_iter().chain(&table.uniques).chain(&table.indexes) {
            let missing = key.iter().filter(|it| !columns.contains(it.as_str()));
            faults.extend(missing.map(|it| format!("the table `{name}` has no column `{it}`")));
        }
        if table.primary_key.is_empty() {
            faults.push(format!("the table `{name}` has no primary key"));
        }
        for relation in relations(table) {
            if let Some(other) = taken.insert(relation.clone(), name) {
                faults.push(format!(
                    "a key or index of `{name}` and one of `{other}` would both be called \
                     `{relation}`: name one of the tables or columns otherwise"
                ));
            }
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(SchemaError::Faults(faults)),
    }
}

fn too_long(what: &str, name: &str, faults: &mut Vec<String>) {
    if name.len() > LONGEST {
        faults.push(format!(
            "the name of the {what} `{name}` has {} bytes, and PostgreSQL cuts it after {LONGEST}",
            name.len()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_stays_its_own() {
        let long = "a".repeat(60);
        let columns = |last: &str| vec![long.clone(), last.to_owned()];
        let (one, other) = (unique("t", &columns("b")), unique("t", &columns("c")));
        assert_eq!((one.len(), other.len()), (LONGEST, LONGEST));
        assert_ne!(one, other);
        assert!(one.starts_with("t_aaa") && one.ends_with("_key"), "{one}");
        assert_eq!(fit(&"é".repeat(40), "_pkey").len(), LONGEST - 1);
        assert_eq!(foreign_key("posts", "author_id"), "posts_author_id_fkey");
    }

    #[test]
    fn two_keys_of_one_name_are_told() {
        let table = |name: &str, column: &str| {
            format!(
                r#"{{"name": "{name}", "primary_key": ["id"], "indexes": [["{column}"]], "columns": [
                    {{"name": "id", "type": "bigint"}}, {{"name": "{column}", "type": "text"}}]}}"#
            )
        };
        let text = format!(
            r#"{{"tables": [{}, {}]}}"#,
            table("user", "role_name"),
            table("user_role", "name")
        );
        let error = Schema::from_json(&text).unwrap_err().to_string();
        assert!(
            error.contains("would both be called `user_role_name_idx`"),
            "{error}"
        );
    }
}
