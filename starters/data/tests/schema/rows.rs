//! Rows for schemas at random, as far as there can be any: a migration that makes up an id of a table
//! that has none, or one value for a unique column of two rows, cannot succeed.

use std::collections::{BTreeMap, BTreeSet};

use savia::schema::{ColumnSchema, DataType, Schema, Step, TableSchema};
use savia::statement::Dialect;

use crate::mutate::Pair;

/// What became of tables and columns.
pub(crate) struct Fate<'a> {
    pair: &'a Pair,
    steps: &'a [Step],
    renames: &'a [String],
}

/// A column before and after.
#[derive(Clone, Copy)]
pub(crate) struct Kept<'a> {
    pub(crate) old: &'a ColumnSchema,
    pub(crate) new: &'a ColumnSchema,
}

impl<'a> Fate<'a> {
    pub(crate) fn new(pair: &'a Pair, steps: &'a [Step], renames: &'a [String]) -> Self {
        Self {
            pair,
            steps,
            renames,
        }
    }

    /// What a table of the old schema is now.
    pub(crate) fn table(&self, old: &str) -> Option<&'a TableSchema> {
        let mut said = self.renames.iter().filter_map(|it| it.split_once(':'));
        let renamed = said.find(|(from, _)| *from == old);
        self.pair.new.table(renamed.map_or(old, |(_, to)| to))
    }

    /// What a table of the new schema was.
    fn table_before(&self, new: &str) -> Option<&'a TableSchema> {
        let is = |it: &&TableSchema| self.table(&it.name).is_some_and(|it| it.name == new);
        self.pair.old.tables.iter().find(is)
    }

    /// The columns of a table that keep their values, or what becomes of them.
    pub(crate) fn kept(&self, old: &'a TableSchema) -> Vec<Kept<'a>> {
        let Some(new) = self.table(&old.name) else {
            return Vec::new();
        };
        let recreated: BTreeSet<&str> = self
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::DropColumn { table, column } if *table == new.name => Some(&*column.name),
                _ => None,
            })
            .collect();
        let kept = old.columns.iter().filter_map(|it| {
            let prefix = format!("{}.{}:", new.name, it.name);
            let name = self.renames.iter().find_map(|it| it.strip_prefix(&prefix));
            let name = name.unwrap_or(&it.name);
            let new = new.column(name).filter(|_| !recreated.contains(name))?;
            Some(Kept { old: it, new })
        });
        kept.collect()
    }

    /// How many rows each table of the old schema can have.
    pub(crate) fn rows(&self) -> BTreeMap<&'a str, usize> {
        let tables = self.pair.old.tables.iter();
        let mut rows: BTreeMap<&str, usize> =
            tables.map(|it| (it.name.as_str(), self.most(it))).collect();
        // A table without rows can leave others without, and there are no more pairs than what is
        // paired.
        loop {
            let too_many = self.pair.old.tables.iter().find_map(|it| {
                let all = rows[it.name.as_str()];
                let most = match it.name.as_str() {
                    _ if self.wants_of_empty(it, &rows) => 0,
                    "pairs" => it
                        .references()
                        .map(|(_, to)| rows[to.table.as_str()])
                        .min()?,
                    _ => all,
                };
                (most < all).then_some((it.name.as_str(), most))
            });
            match too_many {
                Some((table, most)) => rows.insert(table, most),
                None => return rows,
            };
        }
    }

    /// The most rows that a table can have by itself.
    fn most(&self, old: &'a TableSchema) -> usize {
        let kept = self.kept(old);
        let is_few = |column: &ColumnSchema| {
            column.values.is_some()
                || column.references.is_some()
                || column.data_type == DataType::Boolean
        };
        let Some(new) = self.table(&old.name) else {
            let tells = |name: &String| !is_few(old.column(name).unwrap());
            let all = old.uniques.iter().all(|key| key.iter().any(tells));
            return if all { 3 } else { 1 };
        };
        if kept.iter().any(|it| self.stops(*it)) {
            return 0;
        }
        let was_kept = |name: &str| kept.iter().any(|it| it.old.name == name);
        let is_kept = |name: &str| kept.iter().any(|it| it.new.name == name);
        // A column that tells rows apart, on the way there and on the way back.
        let tells_old = |name: &String| {
            let column = old.column(name).unwrap();
            let became = kept.iter().find(|it| it.old.name == *name);
            !is_few(column)
                && became.is_none_or(|it| !is_few(it.new))
                && (was_kept(name) || column.default.is_none())
        };
        let tells_new = |name: &String| {
            let column = new.column(name).unwrap();
            let is_null = column.nullable && column.default.is_none();
            !is_few(column) && (is_kept(name) || is_null)
        };
        let of_old = old.uniques.iter().all(|key| key.iter().any(tells_old));
        let of_new = new.uniques.iter().all(|key| key.iter().any(tells_new));
        let key = new
            .primary_key
            .iter()
            .all(|name| is_kept(name) || new.column(name).is_some_and(|it| it.identity));
        let key_before = old.primary_key.iter().all(|it| was_kept(it)) || old.name != "pairs";
        match of_old && of_new && key && key_before {
            true => 3,
            false => 1,
        }
    }

    /// Whether the values of these tests cannot become what the column is to hold.
    fn stops(&self, Kept { old, new }: Kept<'_>) -> bool {
        use DataType::*;
        let target = |column: &ColumnSchema| column.references.as_ref().map(|it| it.table.clone());
        let before = target(old).map(|it| self.table(&it).map(|it| it.name.clone()));
        let refers_elsewhere = before != target(new).map(Some);
        let values = new.values.as_ref().is_some_and(|new| match &old.values {
            Some(old) => !old.iter().all(|it| new.contains(it)),
            None => true,
        });
        let types = match (old.data_type, new.data_type) {
            (Text { .. }, Text { .. }) => false,
            (Text { .. }, Uuid | Timestamp | DateTime | Date | Time | Bytes | Json) => true,
            (Text { .. }, _) => old.values.is_some(),
            (
                Timestamp | DateTime | Uuid,
                Text {
                    length: Some(length),
                },
            ) => length < 40,
            _ => false,
        };
        refers_elsewhere || values || types
    }

    /// Whether one of its columns has to refer to a row, and there is none.
    fn wants_of_empty(&self, old: &'a TableSchema, rows: &BTreeMap<&str, usize>) -> bool {
        let has = |table: Option<&TableSchema>| {
            table.is_some_and(|it| rows.get(it.name.as_str()) > Some(&0))
        };
        let at_first = old
            .references()
            .any(|(column, to)| !column.nullable && !has(self.pair.old.table(&to.table)));
        let kept = self.kept(old);
        let Some(new) = self.table(&old.name) else {
            return at_first;
        };
        let there = new.references().any(|(column, to)| {
            let was = kept.iter().find(|it| it.new.name == column.name);
            let is_filled = !column.nullable && was.is_none_or(|it| it.old.nullable);
            // An answer cannot name an id that the same migration makes.
            let is_new = to.table == new.name && !kept.iter().any(|it| it.new.name == to.column);
            is_filled && (is_new || !has(self.table_before(&to.table)))
        });
        let back = old.references().any(|(column, to)| {
            let is_filled = !column.nullable && !kept.iter().any(|it| it.old.name == column.name);
            is_filled && self.table(&to.table).is_none()
        });
        at_first || there || back
    }

    /// The statements that insert the rows.
    pub(crate) fn inserts(&self, rows: &BTreeMap<&str, usize>, dialect: Dialect) -> Vec<String> {
        let mut inserts = Vec::new();
        let mut done: Vec<&str> = Vec::new();
        let all = &self.pair.old.tables;
        while let Some(table) = all.iter().find(|it| {
            let mut needs = it.references().filter(|(column, _)| !column.nullable);
            !done.contains(&it.name.as_str())
                && needs.all(|(_, to)| done.contains(&to.table.as_str()))
        }) {
            for n in 0..rows.get(table.name.as_str()).copied().unwrap_or_default() {
                inserts.push(insert(&self.pair.old, table, n, rows, &done, dialect));
            }
            done.push(&table.name);
        }
        assert_eq!(done.len(), all.len(), "every table can be filled");
        inserts
    }
}

fn insert(
    schema: &Schema,
    table: &TableSchema,
    n: usize,
    rows: &BTreeMap<&str, usize>,
    done: &[&str],
    dialect: Dialect,
) -> String {
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|it| format!("\"{}\"", it.name))
        .collect();
    let values = table.columns.iter().map(|column| {
        let Some(to) = &column.references else {
            return match column.nullable && n == 1 {
                true => "null".to_owned(),
                false => value(column, n, dialect),
            };
        };
        let target = schema.table(&to.table).unwrap();
        let id = target.column(&to.column).unwrap();
        let there = rows.get(to.table.as_str()).copied().unwrap_or_default();
        if to.table == table.name && n > 0 {
            value(id, n - 1, dialect)
        } else if done.contains(&to.table.as_str()) && there > 0 {
            value(id, n.min(there - 1), dialect)
        } else {
            "null".to_owned()
        }
    });
    let values: Vec<String> = values.collect();
    format!(
        "insert into \"{}\" ({}) values ({})",
        table.name,
        names.join(", "),
        values.join(", ")
    )
}

/// A value of a row, another one in each.
fn value(column: &ColumnSchema, n: usize, dialect: Dialect) -> String {
    if let Some(values) = &column.values {
        return format!("'{}'", values[n % values.len()].replace('\'', "''"));
    }
    match (column.data_type, dialect) {
        (DataType::Real | DataType::Double, _) => format!("{}.5", n * 10),
        (DataType::Boolean, _) => (n % 2 == 1).to_string(),
        (DataType::Text { .. }, _) => format!("'{}'", n + 10),
        (DataType::Bytes, Dialect::Sqlite) => format!("x'0{n}'"),
        (DataType::Bytes, Dialect::Postgres) => format!("'\\x0{n}'"),
        (DataType::Timestamp, _) => format!("'2026-01-0{}T0{n}:00:00.12{n}000Z'", n + 1),
        (DataType::DateTime, _) => format!("'2026-01-0{} 0{n}:00:00.12{n}'", n + 1),
        (DataType::Date, _) => format!("'2026-01-0{}'", n + 1),
        (DataType::Time, _) => format!("'0{n}:00:00.500'"),
        (DataType::Uuid, _) => format!("'01234567-89ab-cdef-0123-00000000000{n}'"),
        (DataType::Json, _) => format!("'{{\"n\": {n}}}'"),
        (DataType::Decimal { scale, .. }, Dialect::Sqlite) => {
            let unit = 10_usize.pow(scale);
            (n * 10 * unit + unit / 4).to_string()
        }
        (DataType::Decimal { scale: 0, .. }, _) => (n * 10).to_string(),
        (DataType::Decimal { .. }, _) => format!("{}.25", n * 10),
        _ => (n + 10).to_string(),
    }
}
