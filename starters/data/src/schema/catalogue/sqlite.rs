//! SQLite's catalogue: `sqlite_schema`, the pragmas, and the text of each `create table`.

mod create_table;
mod script;

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::{Catalogue, Check, Column, ForeignKey, Index, Key, Table, is_extra_table};
use crate::statement::Dialect;
use create_table::CreateTable;
pub(super) use script::of_scripts;

#[derive(QueryableByName)]
struct TableRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

/// A virtual table is its module's, and cannot be looked into without it.
const TABLES: &str = "
    select m.name, m.sql
    from sqlite_schema m
    where m.type = 'table' and m.sql not like 'create virtual table%'";

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    not_null: i64,
    #[diesel(sql_type = Nullable<Text>)]
    default: Option<String>,
    /// Its place in the primary key, from 1.
    #[diesel(sql_type = BigInt)]
    key: i64,
    #[diesel(sql_type = BigInt)]
    hidden: i64,
}

const COLUMNS: &str = "
    select m.name as of, c.name, lower(c.type) as kind, c.\"notnull\" as not_null,
        c.dflt_value as \"default\", c.pk as key, c.hidden
    from sqlite_schema m join pragma_table_xinfo(m.name) c
    where m.type = 'table' and m.sql not like 'create virtual table%'
    order by m.name, c.cid";

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    is_unique: i64,
    /// `c` of an index, `u` of a unique key, `pk` of a primary key.
    #[diesel(sql_type = Text)]
    origin: String,
    #[diesel(sql_type = BigInt)]
    is_partial: i64,
    /// Nothing where it is over an expression.
    #[diesel(sql_type = Nullable<Text>)]
    column: Option<String>,
    #[diesel(sql_type = BigInt)]
    descends: i64,
    #[diesel(sql_type = Nullable<Text>)]
    sql: Option<String>,
}

const INDEXES: &str = "
    select m.name as of, l.name, l.\"unique\" as is_unique, l.origin, l.partial as is_partial,
        i.name as column, i.desc as descends, s.sql
    from sqlite_schema m join pragma_index_list(m.name) l join pragma_index_xinfo(l.name) i
        left join sqlite_schema s on s.type = 'index' and s.name = l.name
    where m.type = 'table' and m.sql not like 'create virtual table%' and i.key = 1
    order by m.name, l.name, i.seqno";

#[derive(QueryableByName)]
struct ForeignKeyRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Text)]
    column: String,
    /// Nothing where it is the target's primary key without a word.
    #[diesel(sql_type = Nullable<Text>)]
    to_column: Option<String>,
    #[diesel(sql_type = Text)]
    on_update: String,
    #[diesel(sql_type = Text)]
    on_delete: String,
}

const FOREIGN_KEYS: &str = "
    select m.name as of, f.id, f.\"table\" as target, f.\"from\" as column, f.\"to\" as to_column,
        lower(f.on_update) as on_update, lower(f.on_delete) as on_delete
    from sqlite_schema m join pragma_foreign_key_list(m.name) f
    where m.type = 'table' and m.sql not like 'create virtual table%'
    order by m.name, f.id, f.seq";

/// What a database of SQLite's holds.
///
/// # Errors
///
/// Where it cannot be read.
pub fn read(connection: &mut SqliteConnection) -> QueryResult<Catalogue> {
    let mut catalogue = Catalogue::empty(Dialect::Sqlite);
    let tables: Vec<TableRow> = sql_query(TABLES).load(connection)?;
    let mut texts: BTreeMap<String, CreateTable> = BTreeMap::new();
    for TableRow { name, sql } in tables.into_iter().filter(|it| !is_extra_table(&it.name)) {
        let text = CreateTable::read(&sql);
        let checks = text.checks.iter().map(|sql| Check {
            name: None,
            sql: sql.clone(),
        });
        let table = Table {
            checks: checks.collect(),
            ..Table::default()
        };
        catalogue.tables.insert(name.clone(), table);
        texts.insert(name, text);
    }
    columns(&mut catalogue, &texts, sql_query(COLUMNS).load(connection)?);
    indexes(&mut catalogue, sql_query(INDEXES).load(connection)?);
    foreign_keys(&mut catalogue, sql_query(FOREIGN_KEYS).load(connection)?);
    Ok(catalogue)
}

fn columns(catalogue: &mut Catalogue, texts: &BTreeMap<String, CreateTable>, rows: Vec<ColumnRow>) {
    let mut keys: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
    for row in rows {
        let (Some(table), Some(text)) = (catalogue.tables.get_mut(&row.of), texts.get(&row.of))
        else {
            continue;
        };
        if row.key > 0 {
            keys.entry(row.of.clone())
                .or_default()
                .insert(row.key, row.name.clone());
        }
        table.columns.push(Column {
            nullable: row.not_null == 0,
            identity: text.counts && row.key > 0,
            // 2 and 3 are computed columns, 1 is one that a virtual table hides.
            generated: row.hidden > 1,
            name: row.name,
            data_type: row.kind,
            default: row.default,
        });
    }
    for (name, columns) in keys {
        let Some(table) = catalogue.tables.get_mut(&name) else {
            continue;
        };
        let columns: Vec<String> = columns.into_values().collect();
        // A row's own number is never null, though the catalogue does not say so.
        if let [key] = columns.as_slice()
            && let Some(column) = table.columns.iter_mut().find(|it| it.name == *key)
            && column.data_type == "integer"
        {
            column.nullable = false;
        }
        table.primary_key = Some(Key {
            name: None,
            columns,
        });
    }
}

fn indexes(catalogue: &mut Catalogue, rows: Vec<IndexRow>) {
    let mut all: Vec<(String, String, Index)> = Vec::new();
    for row in rows {
        let is_same = all
            .last()
            .is_some_and(|(of, _, index)| *of == row.of && index.name == row.name);
        if !is_same {
            let index = Index {
                name: row.name,
                unique: row.is_unique == 1,
                columns: Vec::new(),
                definition: row.sql.clone().filter(|_| row.is_partial == 1),
            };
            all.push((row.of, row.origin, index));
        }
        if let Some((_, _, index)) = all.last_mut() {
            match row.column {
                Some(column) if row.descends == 0 => index.columns.push(column),
                Some(column) => {
                    index.columns.push(column);
                    index.definition = row.sql;
                }
                None => index.definition = row.sql,
            }
        }
    }
    for (of, origin, index) in all {
        let Some(table) = catalogue.tables.get_mut(&of) else {
            continue;
        };
        match origin.as_str() {
            "pk" => {}
            "u" => table.uniques.push(Key {
                name: None,
                columns: index.columns,
            }),
            _ if index.unique && index.definition.is_none() => table.uniques.push(Key {
                name: Some(index.name),
                columns: index.columns,
            }),
            _ => table.indexes.push(index),
        }
    }
}

fn foreign_keys(catalogue: &mut Catalogue, rows: Vec<ForeignKeyRow>) {
    let mut last = None;
    for row in rows {
        // SQLite reads names in any case, and gives those of a reference as they were written.
        let mut tables = catalogue.tables.iter();
        let target = tables.find(|(name, _)| name.eq_ignore_ascii_case(&row.target));
        let target_name = target.map_or(&row.target, |(name, _)| name).clone();
        let to_column = row.to_column.map(|to| {
            let columns = target.iter().flat_map(|(_, it)| &it.columns);
            let mut names = columns.map(|it| &it.name);
            let found = names.find(|it| it.eq_ignore_ascii_case(&to));
            found.cloned().unwrap_or(to)
        });
        let key = target
            .and_then(|(_, it)| it.primary_key.as_ref())
            .map(|it| it.columns.clone());
        let Some(table) = catalogue.tables.get_mut(&row.of) else {
            continue;
        };
        let this = Some((row.of.clone(), row.id));
        if last != this {
            table.foreign_keys.push(ForeignKey {
                name: None,
                columns: Vec::new(),
                table: target_name,
                to: match to_column {
                    Some(_) => Vec::new(),
                    None => key.unwrap_or_default(),
                },
                on_delete: row.on_delete,
                on_update: row.on_update,
            });
            last = this;
        }
        if let Some(key) = table.foreign_keys.last_mut() {
            key.columns.push(row.column);
            key.to.extend(to_column);
        }
    }
}
