//! A new table in the place of the old one.

use super::{Work, table};
use crate::schema::diff::{Path, Step};
use crate::schema::model::{ColumnSchema, TableSchema};
use crate::schema::sql::convert;
use crate::schema::sql::fill::{Fill, Way};
use crate::schema::sql::quote;
use crate::schema::sql::writer::Writer;
use crate::statement::Dialect;

/// What tells the rows of every table apart.
const NUMBER: &str = "rowid";

/// Where a line of columns is broken.
const WIDTH: usize = 100;

/// Creates the new table, copies what was, and puts it in the old one's place.
///
/// The old name is never given to another table, so what refers to it refers to the new one; in
/// legacy mode, `rename to` leaves views alone that name what for a moment is not there.
pub(super) fn write(work: &Work<'_>, path: &Path, way: Way<'_>, writer: &mut Writer) {
    let (before, after) = (work.before, work.after);
    let temporary = format!("savia_new_{}", after.name);
    let (old, new) = (quote::name(&after.name), quote::name(&temporary));
    writer.statement(&table::create(&temporary, after));
    if let Some(sequence) = sequence(before, after, &temporary) {
        writer.and(&sequence);
    }
    let copied: Vec<(String, String)> = after
        .columns
        .iter()
        .filter_map(|column| Some((quote::name(&column.name), copied(work, path, way, column)?)))
        .collect();
    let (columns, values): (Vec<_>, Vec<_>) = copied.into_iter().unzip();
    writer.and(&format!(
        "{}\n{}",
        list(&format!("insert into {new} ("), &columns, ")"),
        list("select ", &values, &format!(" from {old}")),
    ));
    writer.and(&format!("drop table {old}"));
    writer.and("pragma legacy_alter_table = on");
    writer.and(&format!("alter table {new} rename to {old}"));
    writer.and("pragma legacy_alter_table = off");
}

/// What a column of the new table gets from a row of the old one; nothing where its default, or
/// nothing, will do.
fn copied(work: &Work<'_>, path: &Path, way: Way<'_>, to: &ColumnSchema) -> Option<String> {
    let is_new = work
        .steps
        .iter()
        .any(|it| matches!(it, Step::AddColumn { column, .. } if column.name == to.name));
    let fill = || Fill::of(path, way, &work.after.name, to);
    let filled = |fill: Fill| match &fill {
        // The id may be another in the new table.
        Fill::Itself(id) => {
            let id = work
                .after
                .column(&id.column)
                .filter(|id| id.name != to.name);
            let id = id.and_then(|id| copied(work, path, way, id));
            id.unwrap_or_else(|| fill.sql(to, Dialect::Sqlite, NUMBER))
        }
        _ => fill.sql(to, Dialect::Sqlite, NUMBER),
    };
    let from = work.before.column(&to.name).filter(|_| !is_new);
    let Some(from) = from else {
        return match (to.identity, to.nullable || to.default.is_some()) {
            (true, _) => Some(NUMBER.to_owned()),
            (false, true) => None,
            (false, false) => fill().map(filled),
        };
    };
    let value = convert::sqlite(from.data_type, to.data_type, &quote::name(&from.name));
    let fill = (from.nullable && !to.nullable).then(fill).flatten();
    Some(match fill {
        Some(fill) => format!("coalesce({value}, {})", filled(fill)),
        None => value,
    })
}

/// Ids that were given once are not given again, even those of rows that are gone.
fn sequence(before: &TableSchema, after: &TableSchema, temporary: &str) -> Option<String> {
    let counts = |table: &TableSchema| table.columns.iter().any(|it| it.identity);
    (counts(before) && counts(after)).then(|| {
        format!(
            "insert into sqlite_sequence (name, seq)\n\
             select {}, seq from sqlite_sequence where name = {}",
            quote::text(temporary),
            quote::text(&after.name)
        )
    })
}

/// Things in a line, or a line each where they are too long for one; with what follows them.
fn list(open: &str, items: &[String], close: &str) -> String {
    let line = format!("{open}{}{close}", items.join(", "));
    match line.len() <= WIDTH {
        true => line,
        false => {
            let (open, close) = (open.trim_end(), close.trim_start());
            format!("{open}\n    {}\n{close}", items.join(",\n    "))
        }
    }
}
