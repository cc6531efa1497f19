use super::*;

static QUERY: RawQuery = RawQuery {
    name: "PostRepository::of",
    sqlite: RawText::new(
        &[
            "select * from posts where id in (",
            ") and title > ",
            " or title = ",
            "",
        ],
        &[1, 0, 0],
    ),
    postgres: RawText::new(&["select ", ""], &[0]),
    writes: false,
    rows: || None,
};

fn written(ids: &[i64]) -> (String, Vec<Value>) {
    let mut sql = SqlBuilder::new(Dialect::Sqlite);
    let mut values = Vec::new();
    let arguments = [bind("a"), bind_list(ids)];
    QUERY.push(&mut sql, &mut values, &arguments).unwrap();
    let sql = sql.finish();
    assert_eq!(sql.binds(), values.len());
    (sql.text().to_owned(), values)
}

#[test]
fn parameters_are_bound_in_the_order_of_the_text() {
    let (sql, values) = written(&[1, 2, 3]);
    assert_eq!(
        sql,
        "select * from posts where id in (?, ?, ?, ?) and title > ? or title = ?"
    );
    let text = Value::Text("a".to_owned());
    let ids = [1, 2, 3, 3].map(Value::BigInt);
    assert_eq!(values, [&ids[..], &[text.clone(), text]].concat());
}

#[test]
fn an_empty_list_is_a_question_that_finds_nothing() {
    let (sql, _) = written(&[]);
    assert_eq!(
        sql,
        "select * from posts where id in (select cast(null as bigint) where 1 = 0) and title > ? \
         or title = ?"
    );
}

#[test]
fn a_list_that_no_database_takes_is_refused() {
    let ids: Vec<i64> = (0..20_000).collect();
    let mut sql = SqlBuilder::new(Dialect::Sqlite);
    let arguments = [bind("a"), bind_list(&ids)];
    let refused = QUERY
        .push(&mut sql, &mut Vec::new(), &arguments)
        .unwrap_err();
    assert_eq!(refused.kind(), savia_core::ErrorKind::BadRequest);
}
