//! Statements that SQLite's connections find by a type.
//!
//! diesel looks a kept statement up by its type, where it knows the type to have one text only, and
//! otherwise by the text, which is copied and hashed on each run: a third of what a small update
//! costs. So the statements that run most get types of their own, as many as there are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::Connection as _;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::{Sqlite, SqliteConnection};

use super::{Prepared, Sql};

/// A statement under way.
type Cursor<'c, 'q> = <SqliteConnection as LoadConnection<DefaultLoadingMode>>::Cursor<'c, 'q>;
type Execute = fn(&mut SqliteConnection, &Prepared<'_>) -> QueryResult<usize>;
type Load = for<'c, 'q> fn(&'c mut SqliteConnection, Prepared<'q>) -> QueryResult<Cursor<'c, 'q>>;

/// How often a statement runs before it gets a slot, if there is one left.
const OFTEN: u8 = 32;
/// What [`Slot`] holds where none is left.
const NONE: u8 = u8::MAX;

macro_rules! slots {
    ($($at:literal)*) => {
        const EXECUTE: &[Execute] = &[$(execute::<$at>),*];
        const LOAD: &[Load] = &[$(load::<$at>),*];
    };
}

slots! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
}

fn execute<const AT: usize>(
    connection: &mut SqliteConnection,
    statement: &Prepared<'_>,
) -> QueryResult<usize> {
    connection.execute_returning_count(&Slotted::<AT>(*statement))
}

fn load<'c, 'q, const AT: usize>(
    connection: &'c mut SqliteConnection,
    statement: Prepared<'q>,
) -> QueryResult<Cursor<'c, 'q>> {
    LoadConnection::<DefaultLoadingMode>::load(connection, Slotted::<AT>(statement))
}

/// Runs a statement; says how many rows it touched.
pub(crate) fn execute_on_sqlite(
    connection: &mut SqliteConnection,
    statement: Prepared<'_>,
) -> QueryResult<usize> {
    match statement.sql.slot().get(statement.sql) {
        Some(at) => EXECUTE[at](connection, &statement),
        None => connection.execute_returning_count(&statement),
    }
}

/// Begins to run a statement whose rows are wanted.
pub(crate) fn load_on_sqlite<'c, 'q>(
    connection: &'c mut SqliteConnection,
    statement: Prepared<'q>,
) -> QueryResult<Cursor<'c, 'q>> {
    match statement.sql.slot().get(statement.sql) {
        Some(at) => LOAD[at](connection, statement),
        None => LoadConnection::<DefaultLoadingMode>::load(connection, statement),
    }
}

/// How often a statement has run, and then its slot.
#[derive(Debug, Default)]
pub(super) struct Slot(AtomicU8);

impl Slot {
    fn get(&self, sql: &Sql) -> Option<usize> {
        match self.0.load(Ordering::Relaxed) {
            NONE => None,
            // Two at once may count as one.
            runs if runs < OFTEN => {
                self.0.store(runs + 1, Ordering::Relaxed);
                None
            }
            OFTEN => {
                let taken = taken(sql);
                self.0
                    .store(taken.map_or(NONE, |at| OFTEN + 1 + at), Ordering::Relaxed);
                taken.map(usize::from)
            }
            at => Some(usize::from(at - OFTEN - 1)),
        }
    }
}

/// The slot of this text, which is one for all that hold it.
fn taken(sql: &Sql) -> Option<u8> {
    static TEXTS: OnceLock<Mutex<HashMap<String, u8>>> = OnceLock::new();
    if !sql.0.kept {
        return None;
    }
    let texts = TEXTS.get_or_init(Mutex::default);
    // Nothing that can panic runs under the lock.
    let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = texts.get(sql.text()) {
        return Some(*at);
    }
    let next = texts.len();
    if next >= EXECUTE.len() {
        return None;
    }
    let at = u8::try_from(next).ok()?;
    texts.insert(sql.text().to_owned(), at);
    Some(at)
}

/// A statement by its slot.
struct Slotted<'a, const AT: usize>(Prepared<'a>);

impl<const AT: usize> QueryFragment<Sqlite> for Slotted<'_, AT> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// What has a slot is always of the same text.
struct Tag<const AT: usize>;

impl<const AT: usize> QueryId for Slotted<'_, AT> {
    type QueryId = Tag<AT>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const AT: usize> Query for Slotted<'_, AT> {
    type SqlType = <Prepared<'static> as Query>::SqlType;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Dialect;
    use crate::value::Value;

    #[test]
    fn each_text_has_a_slot_of_its_own_while_there_are_any() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        let statements: Vec<Sql> = (0..80)
            .map(|n| Sql::of(Dialect::Sqlite, [format!("select {n} + "), String::new()]))
            .collect();
        // In between it gets its slot.
        for round in 0..i64::from(OFTEN) + 3 {
            for (n, sql) in (0..).zip(&statements) {
                let values = [Value::BigInt(round)];
                let statement = Prepared {
                    sql,
                    values: &values,
                };
                let rows = load_on_sqlite(&mut connection, statement).unwrap();
                let found: Vec<i64> = rows
                    .map(|row| {
                        use diesel::deserialize::FromSql;
                        use diesel::row::{Field, Row};
                        let row = row.unwrap();
                        let field = row.get(0).unwrap();
                        <i64 as FromSql<diesel::sql_types::BigInt, Sqlite>>::from_nullable_sql(
                            field.value(),
                        )
                        .unwrap()
                    })
                    .collect();
                assert_eq!(found, [n + round]);
            }
        }
        let slots = statements.iter().filter_map(|sql| sql.slot().get(sql));
        let slots: std::collections::HashSet<_> = slots.collect();
        assert!(slots.len() > 1 && slots.len() <= EXECUTE.len());
        let same = Sql::of(Dialect::Sqlite, ["select 0 + ", ""]);
        assert_eq!(
            taken(&same).map(usize::from),
            statements[0].slot().get(&same)
        );
    }
}
