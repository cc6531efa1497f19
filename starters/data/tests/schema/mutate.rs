//! What people do to their models, at random.

use std::collections::BTreeMap;

use savia::metadata::OnDelete;
use savia::schema::{DataType, Schema, TableSchema};

use crate::random::{
    COLUMNS, Dice, IDS, TABLES, TYPES, add_check, add_column, add_key, add_pairs, add_reference,
    add_table, check, dress, quoted, schema,
};

/// Two schemas, and what was renamed between them.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) old: Schema,
    pub(crate) new: Schema,
    pub(crate) renames: Vec<String>,
}

pub(crate) fn pair(bytes: &[u8]) -> Pair {
    let dice = &mut Dice::new(bytes);
    let old = schema(dice);
    if dice.chance(20) {
        return Pair {
            new: schema(dice),
            old,
            renames: Vec::new(),
        };
    }
    let mut change = Change {
        tables: old.tables.clone(),
        table_names: BTreeMap::new(),
        column_names: BTreeMap::new(),
    };
    for _ in 0..=dice.below(6) {
        change.once(dice);
    }
    Pair {
        renames: change.renames(&old),
        new: Schema::new(change.tables),
        old,
    }
}

struct Change {
    tables: Vec<TableSchema>,
    /// What was called otherwise, by its new name.
    table_names: BTreeMap<String, String>,
    /// The same of columns, by the new names of the table and the column.
    column_names: BTreeMap<(String, String), String>,
}

impl Change {
    fn once(&mut self, dice: &mut Dice<'_>) {
        if self.tables.is_empty() {
            return add_table(&mut self.tables, dice);
        }
        let at = dice.below(self.tables.len());
        match dice.below(16) {
            0 => self.drop_table(at),
            1 => add_table(&mut self.tables, dice),
            2 => self.rename_table(at, dice),
            3 => self.rename_column(at, dice),
            4 => self.swap(at, dice),
            5 => self.change_id(at, dice),
            6 => add_reference(&mut self.tables, at, dice),
            7 => add_pairs(&mut self.tables, dice),
            8 if self.tables[at].name != "pairs" => add_column(&mut self.tables[at], dice),
            9 => self.drop_column(at, dice),
            10 => add_key(&mut self.tables[at], dice),
            11 => self.drop_key(at, dice),
            12 => {
                let table = &mut self.tables[at];
                match table.checks.is_empty() {
                    true => add_check(table, dice),
                    false => drop(table.checks.remove(0)),
                }
            }
            _ => self.change_column(at, dice),
        }
    }

    fn drop_table(&mut self, at: usize) {
        let gone = self.tables.remove(at).name;
        let refers = |table: &TableSchema| table.references().any(|(_, to)| to.table == gone);
        self.tables.retain(|it| it.name != "pairs" || !refers(it));
        for table in &mut self.tables {
            let columns = table.references().filter(|(_, to)| to.table == gone);
            let columns: Vec<String> = columns.map(|(column, _)| column.name.clone()).collect();
            for column in columns {
                remove_column(table, &column);
            }
        }
    }

    fn rename_table(&mut self, at: usize, dice: &mut Dice<'_>) {
        let to = *dice.pick(&TABLES);
        let from = self.tables[at].name.clone();
        if from != "pairs" && !self.tables.iter().any(|it| it.name == to) {
            self.call(at, to);
        }
    }

    /// Gives a table a name, which nothing else has.
    fn call(&mut self, at: usize, to: &str) {
        let from = std::mem::replace(&mut self.tables[at].name, to.to_owned());
        let first = self
            .table_names
            .remove(&from)
            .unwrap_or_else(|| from.clone());
        self.table_names.insert(to.to_owned(), first);
        let columns = std::mem::take(&mut self.column_names).into_iter();
        let columns = columns.map(|((table, column), old)| match table == from {
            true => ((to.to_owned(), column), old),
            false => ((table, column), old),
        });
        self.column_names = columns.collect();
        for table in &mut self.tables {
            for column in &mut table.columns {
                if let Some(it) = column.references.as_mut().filter(|it| it.table == from) {
                    to.clone_into(&mut it.table);
                }
            }
        }
    }

    fn rename_column(&mut self, at: usize, dice: &mut Dice<'_>) {
        let to = *dice.pick(&COLUMNS);
        let from = dice.pick(&self.tables[at].columns).name.clone();
        if self.tables[at].column(to).is_none() {
            self.call_column(at, &from, to);
        }
    }

    fn call_column(&mut self, at: usize, from: &str, to: &str) {
        let table = &mut self.tables[at];
        let name = table.name.clone();
        let old = self.column_names.remove(&(name.clone(), from.to_owned()));
        let old = old.unwrap_or_else(|| from.to_owned());
        self.column_names.insert((name.clone(), to.to_owned()), old);
        let renamed = |text: &str| text.replace(&quoted(from), &quoted(to));
        for column in &mut table.columns {
            if column.name == from {
                to.clone_into(&mut column.name);
                column.check = column.check.as_deref().map(renamed);
            }
        }
        for check in &mut table.checks {
            *check = renamed(check);
        }
        let keys = [&mut table.primary_key].into_iter();
        for key in keys.chain(&mut table.uniques).chain(&mut table.indexes) {
            for it in key.iter_mut().filter(|it| *it == from) {
                to.clone_into(it);
            }
        }
        for table in &mut self.tables {
            for column in &mut table.columns {
                if let Some(it) = &mut column.references
                    && it.table == name
                    && it.column == from
                {
                    to.clone_into(&mut it.column);
                }
            }
        }
    }

    /// Two tables, or two columns, take each other's name.
    fn swap(&mut self, at: usize, dice: &mut Dice<'_>) {
        let other = dice.below(self.tables.len());
        let (one, two) = (
            self.tables[at].name.clone(),
            self.tables[other].name.clone(),
        );
        if one != two && one != "pairs" && two != "pairs" {
            self.call(at, "between");
            self.call(other, &one);
            self.call(at, &two);
            return;
        }
        let columns = &self.tables[at].columns;
        let (one, two) = (
            dice.pick(columns).name.clone(),
            dice.pick(columns).name.clone(),
        );
        let is_plain = |name: &str| COLUMNS.contains(&name);
        if one != two && is_plain(&one) && is_plain(&two) {
            // Names that no check has, so that its text can be replaced.
            self.call_column(at, &one, "between_names");
            self.call_column(at, &two, &one);
            self.call_column(at, "between_names", &two);
        }
    }

    /// Another type of id, which what refers to it takes too.
    fn change_id(&mut self, at: usize, dice: &mut Dice<'_>) {
        let [id] = self.tables[at]
            .primary_key
            .clone()
            .try_into()
            .unwrap_or_default();
        let name = self.tables[at].name.clone();
        let (data_type, identity) = *dice.pick(&IDS);
        for table in &mut self.tables {
            let is_own = table.name == name;
            for column in &mut table.columns {
                let refers = column
                    .references
                    .as_ref()
                    .is_some_and(|it| it.table == name);
                if (is_own && column.name == id) || refers {
                    column.data_type = data_type;
                    column.check = None;
                    column.default = None;
                }
                if is_own && column.name == id {
                    column.identity = identity;
                }
            }
        }
    }

    fn drop_column(&mut self, at: usize, dice: &mut Dice<'_>) {
        let table = &mut self.tables[at];
        let name = dice.pick(&table.columns).name.clone();
        if !table.primary_key.contains(&name) {
            remove_column(table, &name);
        }
    }

    fn drop_key(&mut self, at: usize, dice: &mut Dice<'_>) {
        let table = &mut self.tables[at];
        let keys = match dice.chance(50) {
            true => &mut table.uniques,
            false => &mut table.indexes,
        };
        keys.pop();
    }

    fn change_column(&mut self, at: usize, dice: &mut Dice<'_>) {
        let table = &mut self.tables[at];
        let name = dice.pick(&table.columns).name.clone();
        if table.primary_key.contains(&name) {
            return;
        }
        let in_checks = table.checks.iter().any(|it| it.contains(&quoted(&name)));
        let column = table.columns.iter_mut().find(|it| it.name == name).unwrap();
        match (dice.below(4), &mut column.references) {
            (0, Some(to)) => {
                let nullable = column.nullable;
                to.on_delete = match dice.below(3) {
                    0 => OnDelete::Cascade,
                    1 if nullable => OnDelete::SetNull,
                    _ => OnDelete::Restrict,
                };
            }
            (0 | 1, to) => {
                column.nullable = !column.nullable;
                if let Some(to) = to {
                    to.on_delete = OnDelete::Cascade;
                }
            }
            (2, None) => dress(column, dice),
            (_, None) if !in_checks => {
                column.data_type = *dice.pick(&TYPES);
                dress(column, dice);
            }
            (_, None) if is_number(column.data_type) => {
                column.data_type = DataType::BigInt;
                column.default = None;
                column.check = check(column);
            }
            _ => {}
        }
    }

    /// As `--rename` takes them.
    fn renames(&self, old: &Schema) -> Vec<String> {
        let mut said = Vec::new();
        for (new, first) in self.table_names.iter().filter(|(new, first)| new != first) {
            if self.tables.iter().any(|it| it.name == *new) && old.table(first).is_some() {
                said.push(format!("{first}:{new}"));
            }
        }
        for ((table, new), first) in self.column_names.iter().filter(|((_, new), it)| new != *it) {
            let before = self.table_names.get(table).unwrap_or(table);
            let was = old
                .table(before)
                .is_some_and(|it| it.column(first).is_some());
            let is = self.tables.iter().find(|it| it.name == *table);
            if was && is.is_some_and(|it| it.column(new).is_some()) {
                said.push(format!("{table}.{first}:{new}"));
            }
        }
        said
    }
}

fn is_number(of: DataType) -> bool {
    of.is_integer() || matches!(of, DataType::Decimal { .. })
}

/// Takes a column away, and what stands on it.
fn remove_column(table: &mut TableSchema, name: &str) {
    table.columns.retain(|it| it.name != name);
    table.uniques.retain(|it| !it.iter().any(|it| it == name));
    table.indexes.retain(|it| !it.iter().any(|it| it == name));
    table.checks.retain(|it| !it.contains(&quoted(name)));
}
