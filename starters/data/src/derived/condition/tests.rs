use super::*;
use crate::derived::Order;
use crate::metadata::{ColumnKind, ColumnMetadata, ColumnRole};

const fn column(name: &'static str, kind: ColumnKind) -> ColumnMetadata {
    ColumnMetadata {
        name,
        field: name,
        kind,
        nullable: true,
        default: None,
        unique: false,
        indexed: false,
        length: None,
        check: None,
        values: None,
        references: None,
        role: ColumnRole::Plain,
        read_only: false,
        write_only: false,
    }
}

static POSTS: EntityMetadata = EntityMetadata {
    name: "Post",
    table: "posts",
    columns: &[
        column("title", ColumnKind::Text),
        column("rank", ColumnKind::Integer),
    ],
    indexes: &[],
    checks: &[],
    associations: &[],
    location: savia_core::component::Location {
        file: "posts.rs",
        line: 1,
    },
};

const TITLE: Term = term(0, Operator::Equals);
const RANK: Term = term(1, Operator::Equals);

const fn term(column: usize, operator: Operator) -> Term {
    Term {
        column,
        operator,
        negated: false,
        ignore_case: false,
    }
}

/// The condition of a plan with these groups, and how many values it binds.
fn written(
    dialect: Dialect,
    groups: &'static [&'static [Term]],
    arguments: Arguments,
) -> (String, Vec<Value>) {
    const NO_ORDER: &[Order] = &[];
    let plan = Derived {
        name: "PostRepository::find",
        groups,
        order: NO_ORDER,
        limit: None,
    };
    let mut sql = SqlBuilder::new(dialect);
    let mut values = Vec::new();
    plan.push_condition(&mut sql, &mut values, &POSTS, arguments);
    let sql = sql.finish();
    assert_eq!(sql.binds(), values.len());
    (sql.text().to_owned(), values)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn ranks(ranks: impl IntoIterator<Item = i32>) -> Vec<Value> {
    ranks.into_iter().map(Value::Integer).collect()
}

#[test]
fn groups_stand_in_parentheses_where_more_may_follow() {
    let arguments = || Arguments::new().one(text("a")).one(Value::Integer(1));
    let (sql, _) = written(Dialect::Sqlite, &[&[TITLE, RANK]], arguments());
    assert_eq!(sql, r#""title" = ? and "rank" = ?"#);
    let (sql, _) = written(Dialect::Sqlite, &[&[TITLE], &[RANK]], arguments());
    assert_eq!(sql, r#"("title" = ? or "rank" = ?)"#);
    let (sql, _) = written(Dialect::Sqlite, &[], Arguments::new());
    assert_eq!(sql, "1 = 1");
}

#[test]
fn lists_are_filled_up_so_that_few_statements_serve_all() {
    const IN: &[&[Term]] = &[&[term(1, Operator::In)]];
    let list = |length: i32| {
        let arguments = Arguments::new().many(ranks(0..length)).unwrap();
        written(Dialect::Postgres, IN, arguments)
    };
    assert_eq!(list(0).0, "1 = 0");
    assert_eq!(list(1).0, r#""rank" in ($1)"#);
    let (sql, values) = list(3);
    assert_eq!(sql, r#""rank" in ($1, $2, $3, $4)"#);
    assert_eq!(values, ranks([0, 1, 2, 2]));
    assert_eq!(list(5).0, list(8).0);
}

#[test]
fn a_null_is_asked_for_by_its_name() {
    const IN: &[&[Term]] = &[&[term(1, Operator::In)]];
    let null = || Value::Null(ColumnKind::Integer);
    let (sql, _) = written(Dialect::Sqlite, &[&[RANK]], Arguments::new().one(null()));
    assert_eq!(sql, r#""rank" is null"#);
    let list = Arguments::new()
        .many(vec![null(), Value::Integer(1)])
        .unwrap();
    let (sql, _) = written(Dialect::Sqlite, IN, list);
    assert_eq!(sql, r#"("rank" in (?) or "rank" is null)"#);
}

#[test]
fn each_database_is_asked_in_its_own_words() {
    const STARTING: &[&[Term]] = &[&[term(0, Operator::StartingWith)]];
    const IGNORING: &[&[Term]] = &[&[Term {
        ignore_case: true,
        negated: true,
        ..term(0, Operator::Containing)
    }]];
    let given = || Arguments::new().one(text("50%"));
    assert_eq!(
        written(Dialect::Sqlite, STARTING, given()),
        (
            r#"("title" >= ? and "title" < ?)"#.to_owned(),
            vec![text("50%"), text("50&")]
        )
    );
    assert_eq!(
        written(Dialect::Postgres, STARTING, given()),
        (
            r#""title" like $1 escape '\'"#.to_owned(),
            vec![text(r"50\%%")]
        )
    );
    assert_eq!(
        written(Dialect::Sqlite, IGNORING, given()).0,
        r#"instr(lower("title"), lower(?)) = 0"#
    );
    assert_eq!(
        written(Dialect::Postgres, IGNORING, given()),
        (
            r#"lower("title") not like lower($1) escape '\'"#.to_owned(),
            vec![text(r"%50\%%")]
        )
    );
}
