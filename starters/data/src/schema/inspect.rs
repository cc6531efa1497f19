//! Entities of an existing database.

mod associations;
mod entity;
mod identifiers;
mod types;
mod values;
mod writer;

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Catalogue, Table};
use crate::statement::Dialect;

/// Writes entities from what a database holds: Rust text for an app's `entities.rs`, as rustfmt
/// leaves it.
///
/// It is meant to be read before it is used: a comment stands wherever the database has something
/// that an entity cannot say. On SQLite much is text, and is taken for text, but for columns whose
/// names end in `_at`, which are taken for moments.
pub fn inspect(catalogue: &Catalogue) -> String {
    let inspector = Inspector::new(catalogue);
    let mut text = String::from("//! What the database holds.\n\n");
    let items: Vec<String> = catalogue
        .tables
        .iter()
        .filter_map(|(name, table)| inspector.item(name, table))
        .collect();
    let items = items.join("\n");
    let is_named = |word: &str| {
        let words = items.split(|it: char| !it.is_alphanumeric() && it != '_');
        words.into_iter().any(|it| it == word)
    };
    let more: Vec<&str> = ["NaiveDateTime", "NaiveTime"]
        .into_iter()
        .filter(|it| is_named(it))
        .collect();
    match more.as_slice() {
        [] => {}
        [one] => text.push_str(&format!("use savia::chrono::{one};\n")),
        several => text.push_str(&format!("use savia::chrono::{{{}}};\n", several.join(", "))),
    }
    text.push_str("use savia::prelude::*;\n");
    if !items.is_empty() {
        text.push('\n');
        text.push_str(&items);
    }
    text
}

/// What all tables have to do with each other.
struct Inspector<'a> {
    catalogue: &'a Catalogue,
    /// The structs of tables that can be entities.
    structs: BTreeMap<&'a str, String>,
}

impl<'a> Inspector<'a> {
    fn new(catalogue: &'a Catalogue) -> Self {
        let mut structs = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (name, table) in &catalogue.tables {
            let Some(mut of) = identifiers::structure(name) else {
                continue;
            };
            let is_entity = associations::pairs(catalogue, table).is_none()
                && table
                    .primary_key
                    .as_ref()
                    .is_some_and(|it| it.columns.len() == 1);
            if !is_entity {
                continue;
            }
            while !taken.insert(of.clone()) {
                of.push_str("Row");
            }
            structs.insert(name.as_str(), of);
        }
        Self { catalogue, structs }
    }

    fn dialect(&self) -> Dialect {
        self.catalogue.dialect
    }

    /// The entity of a table, or why it has none; nothing where it is the pairs of others.
    fn item(&self, name: &str, table: &Table) -> Option<String> {
        if let Some(of) = self.structs.get(name) {
            return Some(entity::write(self, name, of, table));
        }
        if associations::pairs(self.catalogue, table).is_some() {
            return None;
        }
        let why = match identifiers::structure(name) {
            None => "its name is no identifier, which an entity's table needs",
            Some(_) => "an entity has a primary key of one column",
        };
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|it| format!("//     {} {}\n", it.name, it.data_type))
            .collect();
        Some(format!(
            "// `{name}` is no entity: {why}.\n{}",
            columns.concat()
        ))
    }
}
