//! Statements that connections find by a type.
//!
//! diesel looks a kept statement up by its type, where it knows the type to have one text only, and
//! otherwise by the text, which is copied and hashed on each run: a third of what a small update
//! costs. So the statements that run most get types of their own, as many as there are. PostgreSQL
//! prepares a text for the types of what it binds, which are part of what has a slot.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::Connection as _;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::{Dialect, Prepared, Sql};
use crate::metadata::ColumnKind;
use crate::value::{Bind, Value};

/// A statement under way.
type Cursor<'c, 'q> = <SqliteConnection as LoadConnection<DefaultLoadingMode>>::Cursor<'c, 'q>;
type Execute = fn(&mut SqliteConnection, &Prepared<'_>) -> QueryResult<usize>;
type Load = for<'c, 'q> fn(&'c mut SqliteConnection, Prepared<'q>) -> QueryResult<Cursor<'c, 'q>>;
type PgRow = <AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>;
type PgRows = BoxStream<'static, QueryResult<PgRow>>;
type ExecutePg =
    for<'c> fn(&'c AsyncPgConnection, Prepared<'_>) -> BoxFuture<'c, QueryResult<usize>>;
type LoadPg = for<'c> fn(&'c AsyncPgConnection, Prepared<'_>) -> BoxFuture<'c, QueryResult<PgRows>>;

/// How often a statement runs before it gets a slot, if there is one left.
const OFTEN: u8 = 32;
/// What [`Slot`] holds where none is left.
const NONE: u8 = u8::MAX;

macro_rules! slots {
    ($($at:literal)*) => {
        const EXECUTE: &[Execute] = &[$(execute::<$at>),*];
        const LOAD: &[Load] = &[$(load::<$at>),*];
        const EXECUTE_PG: &[ExecutePg] = &[$(execute_pg::<$at>),*];
        const LOAD_PG: &[LoadPg] = &[$(load_pg::<$at>),*];
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

fn execute_pg<'c, const AT: usize>(
    mut connection: &'c AsyncPgConnection,
    statement: Prepared<'_>,
) -> BoxFuture<'c, QueryResult<usize>> {
    AsyncConnectionCore::execute_returning_count(&mut connection, Slotted::<AT>(statement))
}

fn load_pg<'c, const AT: usize>(
    mut connection: &'c AsyncPgConnection,
    statement: Prepared<'_>,
) -> BoxFuture<'c, QueryResult<PgRows>> {
    AsyncConnectionCore::load(&mut connection, Slotted::<AT>(statement))
}

/// Runs a statement; says how many rows it touched.
pub(crate) fn execute_on_postgres<'c>(
    mut connection: &'c AsyncPgConnection,
    statement: Prepared<'_>,
) -> BoxFuture<'c, QueryResult<usize>> {
    match statement.slot() {
        Some(at) => EXECUTE_PG[at](connection, statement),
        None => AsyncConnectionCore::execute_returning_count(&mut connection, statement),
    }
}

/// Begins to run a statement whose rows are wanted.
pub(crate) fn load_on_postgres<'c>(
    mut connection: &'c AsyncPgConnection,
    statement: Prepared<'_>,
) -> BoxFuture<'c, QueryResult<PgRows>> {
    match statement.slot() {
        Some(at) => LOAD_PG[at](connection, statement),
        None => AsyncConnectionCore::load(&mut connection, statement),
    }
}

/// Runs a statement; says how many rows it touched.
pub(crate) fn execute_on_sqlite(
    connection: &mut SqliteConnection,
    statement: Prepared<'_>,
) -> QueryResult<usize> {
    match statement.slot() {
        Some(at) => EXECUTE[at](connection, &statement),
        None => connection.execute_returning_count(&statement),
    }
}

/// Begins to run a statement whose rows are wanted.
pub(crate) fn load_on_sqlite<'c, 'q>(
    connection: &'c mut SqliteConnection,
    statement: Prepared<'q>,
) -> QueryResult<Cursor<'c, 'q>> {
    match statement.slot() {
        Some(at) => LOAD[at](connection, statement),
        None => LoadConnection::<DefaultLoadingMode>::load(connection, statement),
    }
}

impl Prepared<'_> {
    fn slot(&self) -> Option<usize> {
        self.sql.0.slot.get(self.sql, self.values)
    }
}

/// How often a statement has run, and then its slot.
#[derive(Debug, Default)]
pub(super) struct Slot {
    runs: AtomicU8,
    /// What is bound to the statement that has the slot, where that makes a difference.
    kinds: OnceLock<Vec<ColumnKind>>,
}

impl Slot {
    fn get(&self, sql: &Sql, values: &[Value]) -> Option<usize> {
        match self.runs.load(Ordering::Relaxed) {
            NONE => None,
            // Two at once may count as one.
            runs if runs < OFTEN => {
                self.runs.store(runs + 1, Ordering::Relaxed);
                None
            }
            OFTEN => {
                let kinds = self.kinds.get_or_init(|| kinds(sql, values));
                let taken = taken(sql, kinds);
                let slot = taken.map_or(NONE, |at| OFTEN + 1 + at);
                self.runs.store(slot, Ordering::Relaxed);
                // The next run finds it, if it binds the same.
                None
            }
            at => self.suits(sql, values).then(|| usize::from(at - OFTEN - 1)),
        }
    }

    fn suits(&self, sql: &Sql, values: &[Value]) -> bool {
        if sql.0.dialect == Dialect::Sqlite {
            return true;
        }
        let kinds = self.kinds.get().map(Vec::as_slice).unwrap_or_default();
        kinds.len() == values.len()
            && kinds
                .iter()
                .zip(values)
                .all(|(kind, it)| *kind == it.kind())
    }
}

fn kinds(sql: &Sql, values: &[Value]) -> Vec<ColumnKind> {
    match sql.0.dialect {
        Dialect::Sqlite => Vec::new(),
        Dialect::Postgres => values.iter().map(Value::kind).collect(),
    }
}

/// The slot of this text with these types, which is one for all that hold it.
fn taken(sql: &Sql, kinds: &[ColumnKind]) -> Option<u8> {
    type Texts = HashMap<String, Vec<(Vec<ColumnKind>, u8)>>;
    static TAKEN: OnceLock<Mutex<(Texts, u8)>> = OnceLock::new();
    if !sql.0.kept {
        return None;
    }
    let taken = TAKEN.get_or_init(Mutex::default);
    // Nothing that can panic runs under the lock.
    let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
    let (texts, next) = &mut *taken;
    let known = texts.get(sql.text()).and_then(|of| {
        let mut of = of.iter();
        of.find(|(known, _)| known == kinds).map(|(_, at)| *at)
    });
    if known.is_some() {
        return known;
    }
    let at = *next;
    if usize::from(at) >= EXECUTE.len() {
        return None;
    }
    *next += 1;
    let of = texts.entry(sql.text().to_owned()).or_default();
    of.push((kinds.to_owned(), at));
    Some(at)
}

/// A statement by its slot.
struct Slotted<'a, const AT: usize>(Prepared<'a>);

impl<DB: Bind, const AT: usize> QueryFragment<DB> for Slotted<'_, AT> {
    fn to_sql(&self, out: &mut DB::QueryBuilder, backend: &DB) -> QueryResult<()> {
        QueryFragment::<DB>::to_sql(&self.0, out, backend)
    }

    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
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
                        <i64 as FromSql<diesel::sql_types::BigInt, diesel::sqlite::Sqlite>>::from_nullable_sql(
                            field.value(),
                        )
                        .unwrap()
                    })
                    .collect();
                assert_eq!(found, [n + round]);
            }
        }
        let values = [Value::BigInt(0)];
        let slots = statements
            .iter()
            .filter_map(|sql| sql.0.slot.get(sql, &values));
        let slots: std::collections::HashSet<_> = slots.collect();
        assert!(slots.len() > 1 && slots.len() <= EXECUTE.len());
    }

    #[test]
    fn on_postgres_a_slot_is_of_types_too() {
        let sql = Sql::of(Dialect::Postgres, ["select ", " is null"]);
        let (number, text) = ([Value::BigInt(1)], [Value::Text(String::new())]);
        for _ in 0..=OFTEN {
            assert_eq!(sql.0.slot.get(&sql, &number), None);
        }
        let slot = sql.0.slot.get(&sql, &number);
        assert_eq!(
            slot.is_some(),
            sql.0.slot.runs.load(Ordering::Relaxed) != NONE
        );
        assert_eq!(sql.0.slot.get(&sql, &text), None);
        assert_eq!(
            sql.0.slot.get(&sql, &[Value::Null(ColumnKind::BigInt)]),
            slot
        );
        let again = Sql::of(Dialect::Postgres, ["select ", " is null"]);
        let kinds = [ColumnKind::BigInt];
        assert_eq!(taken(&again, &kinds).map(usize::from), slot);
    }
}
