//! There and back: pairs of schemas at random, with rows, on both databases.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use savia::schema::{
    Answer, Answers, Catalogue, Changes, DataType, Renames, Schema, SchemaError, TableSchema, diff,
};
use savia::statement::Dialect;

use crate::databases::Database;
use crate::mutate::{Pair, pair};
use crate::rows::{Fate, Kept};

/// How many pairs there are.
const PAIRS: u32 = 160;

/// What of a case was there to be seen, so that the test cannot be content with nothing.
#[derive(Debug, Default)]
struct Seen {
    pairs: usize,
    with_rows: usize,
    with_renames: usize,
    columns_kept: usize,
}

fn all(mut database: Database) {
    let config = Config {
        cases: PAIRS,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    // The same pairs every time.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let seen = std::cell::RefCell::new(Seen::default());
    let outcome = {
        let database = std::cell::RefCell::new(&mut database);
        runner.run(&vec(any::<u8>(), 300), |bytes| {
            let mut database = database.borrow_mut();
            let pair = pair(&bytes);
            one(&mut database, &pair, &mut seen.borrow_mut())
        })
    };
    database.drop();
    if let Err(error) = outcome {
        match error {
            TestError::Fail(reason, bytes) => panic!("{reason}\n{}", told(&pair(&bytes))),
            TestError::Abort(reason) => panic!("{reason}"),
        }
    }
    let seen = seen.into_inner();
    eprintln!("{seen:?}");
    assert!(seen.pairs >= 150, "{seen:?}");
    assert!(seen.with_rows >= 100 && seen.with_renames >= 30, "{seen:?}");
    assert!(seen.columns_kept >= 500, "{seen:?}");
}

/// What is needed to see a failure.
fn told(pair: &Pair) -> String {
    let (old, new) = (pair.old.to_json(), pair.new.to_json());
    format!("old {old}\nnew {new}\nrenames {:?}", pair.renames)
}

#[test]
fn on_sqlite_a_schema_becomes_another_and_is_itself_again() {
    all(Database::sqlite());
}

#[test]
fn on_postgres_a_schema_becomes_another_and_is_itself_again() {
    if let Some(database) = Database::postgres() {
        all(database);
    }
}

fn one(database: &mut Database, pair: &Pair, seen: &mut Seen) -> Result<(), TestCaseError> {
    let said: Vec<&str> = pair.renames.iter().map(String::as_str).collect();
    // Some of what was renamed took a name that something had which is gone: it is not to be said.
    let (renames, said) = match Renames::parse(&pair.old, &pair.new, &said) {
        Ok(renames) => (renames, pair.renames.as_slice()),
        Err(_) => (Renames::default(), &[][..]),
    };
    let changes = match diff(&pair.old, &pair.new, &renames) {
        Ok(changes) => changes,
        // Two names that would be the same.
        Err(SchemaError::Faults(_)) => return Ok(()),
        Err(error) => return Err(TestCaseError::fail(error.to_string())),
    };
    let dialect = database.dialect();
    let script = changes.sql(dialect, &answers(&changes)).unwrap();
    let fate = Fate::new(pair, changes.steps(), said);
    let rows = fate.rows();
    let inserts = fate.inserts(&rows, dialect);

    database.clear();
    let create = created(&pair.old, dialect);
    run(database, "create", &create)?;
    run(database, "insert", &inserts.join(";\n"))?;
    holds(database, &pair.old, "before", &create)?;
    let before = Values::of(database, &fate, &rows, pair, Side::Old)?;

    run(database, "up", &script.up)?;
    holds(database, &pair.new, "up", &script.up)?;
    let there = Values::of(database, &fate, &rows, pair, Side::New)?;
    before.same(&there, "up", &script.up)?;

    run(database, "down", &script.down)?;
    holds(database, &pair.old, "down", &script.down)?;
    let back = Values::of(database, &fate, &rows, pair, Side::Old)?;
    before.same(&back, "down", &script.down)?;
    before.same_reversed(&back, &script)?;

    // Nothing stayed behind that would be in the way.
    run(database, "up again", &script.up)?;
    holds(database, &pair.new, "up again", &script.up)?;

    seen.pairs += 1;
    seen.with_rows += usize::from(before.kept.values().any(|(_, lines)| !lines.is_empty()));
    seen.with_renames += usize::from(!renames.is_empty());
    seen.columns_kept += before.kept.len();
    Ok(())
}

fn run(database: &mut Database, what: &str, script: &str) -> Result<(), TestCaseError> {
    let ran = database.run(script);
    ran.map_err(|error| TestCaseError::fail(format!("{what}: {error}\n{script}")))
}

/// The script that creates a schema.
fn created(schema: &Schema, dialect: Dialect) -> String {
    let changes = diff(&Schema::default(), schema, &Renames::default()).unwrap();
    changes.sql(dialect, &Answers::default()).unwrap().up
}

fn answers(changes: &Changes) -> Answers {
    let mut answers = Answers::default();
    for question in changes.questions() {
        let answer = match &question.references {
            Some(table) => Answer::sql(first_id(changes, table)),
            None => Answer::value(&question.suggestion),
        };
        answers.give(&question.table, &question.column, answer);
    }
    answers
}

/// Any id of a table, as an answer has to say it.
fn first_id(changes: &Changes, table: &str) -> String {
    let id = changes.steps().iter().find_map(|step| match step {
        savia::schema::Step::AddForeignKey { references, .. } if references.table == table => {
            Some(references.column.clone())
        }
        _ => None,
    });
    let id = id.unwrap_or_else(|| "id".to_owned());
    format!("(select \"{id}\" from \"{table}\" order by 1 limit 1)")
}

/// Whether the database holds a schema, as its own catalogue says.
fn holds(
    database: &mut Database,
    schema: &Schema,
    when: &str,
    script: &str,
) -> Result<(), TestCaseError> {
    let expected = Catalogue::expected(schema, database.dialect());
    let differences = database.catalogue().differences(&expected);
    match differences.is_empty() {
        true => Ok(()),
        false => Err(TestCaseError::fail(format!(
            "{when}: {}\n{script}",
            differences.join("\n")
        ))),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Old,
    New,
}

/// What the rows hold, by table and column of the old schema.
#[derive(Default)]
struct Values {
    /// In columns that nothing happens to.
    kept: BTreeMap<(String, String), (String, Vec<String>)>,
    /// In columns whose type changes to one that has room for all.
    converted: BTreeMap<(String, String), Vec<String>>,
}

impl Values {
    fn of(
        database: &mut Database,
        fate: &Fate<'_>,
        rows: &BTreeMap<&str, usize>,
        pair: &Pair,
        side: Side,
    ) -> Result<Self, TestCaseError> {
        let mut values = Self::default();
        for old in &pair.old.tables {
            let Some(new) = fate.table(&old.name) else {
                continue;
            };
            let table = if side == Side::Old { old } else { new };
            for Kept { old: from, new: to } in fate.kept(old) {
                let column = if side == Side::Old { from } else { to };
                let key = (old.name.clone(), from.name.clone());
                let becomes_full = from.nullable && !to.nullable;
                if from.data_type == to.data_type && !becomes_full {
                    let lines = lines(database, table, &column.name)?;
                    assert!(lines.len() == rows[old.name.as_str()], "{key:?}: {lines:?}");
                    values.kept.insert(key, (to.name.clone(), lines));
                } else if side == Side::Old
                    && is_wider(from.data_type, to.data_type)
                    && !becomes_full
                {
                    values
                        .converted
                        .insert(key, lines(database, table, &column.name)?);
                }
            }
        }
        Ok(values)
    }

    fn same(&self, other: &Self, when: &str, script: &str) -> Result<(), TestCaseError> {
        for (key, before) in &self.kept {
            let after = &other.kept[key];
            if before != after {
                return Err(TestCaseError::fail(format!(
                    "{when}: {key:?} held {before:?} and holds {after:?}\n{script}"
                )));
            }
        }
        Ok(())
    }

    fn same_reversed(
        &self,
        back: &Self,
        script: &savia::schema::SqlScript,
    ) -> Result<(), TestCaseError> {
        for (key, before) in &self.converted {
            let after = &back.converted[key];
            if before != after {
                return Err(TestCaseError::fail(format!(
                    "there and back: {key:?} held {before:?} and holds {after:?}\n{}\n\n{}",
                    script.up, script.down
                )));
            }
        }
        Ok(())
    }
}

/// What a column holds, row by row.
fn lines(
    database: &mut Database,
    table: &TableSchema,
    column: &str,
) -> Result<Vec<String>, TestCaseError> {
    let text = match database.dialect() {
        Dialect::Sqlite => format!("quote(\"{column}\")"),
        Dialect::Postgres => format!("coalesce(\"{column}\"::text, 'null')"),
    };
    let sql = format!("select {text} as line from \"{}\" order by 1", table.name);
    database.lines(&sql).map_err(TestCaseError::fail)
}

/// Whether every value of the one type is one of the other, and comes back the same.
fn is_wider(from: DataType, to: DataType) -> bool {
    use DataType::*;
    match (from, to) {
        (_, Text { length }) => !from.is_text() && length.is_none_or(|it| it >= 40),
        (SmallInt, Integer | BigInt | Double) | (Integer, BigInt | Double) => true,
        (Boolean, SmallInt | Integer | BigInt) | (Real, Double) => true,
        (Date, Timestamp | DateTime) | (Timestamp, DateTime) | (DateTime, Timestamp) => true,
        (SmallInt | Integer | BigInt, Decimal { precision: 19, .. }) => true,
        (Decimal { scale, .. }, Decimal { scale: wider, .. }) => scale <= wider,
        _ => false,
    }
}
