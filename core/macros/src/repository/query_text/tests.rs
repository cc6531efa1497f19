use super::*;

/// The text with its parameters in brackets.
fn marked(text: &str, dialect: Dialect) -> String {
    match read(text, dialect) {
        Err(error) => format!("error: {error}"),
        Ok(QueryText { pieces, names }) => {
            let mut marked = pieces[0].clone();
            for (name, piece) in names.iter().zip(&pieces[1..]) {
                marked.push_str(&format!("[{name}]{piece}"));
            }
            marked
        }
    }
}

#[test]
fn names_behind_a_colon_are_parameters() {
    for (text, found) in [
        ("select 1", "select 1"),
        ("a = :a and b>:b_2", "a = [a] and b>[b_2]"),
        (":a:b", "[a][b]"),
        ("x in (:ids) or x = :ids", "x in ([ids]) or x = [ids]"),
        ("größer > :größe", "größer > [größe]"),
        ("select :a ;\n", "select [a]"),
    ] {
        assert_eq!(marked(text, Dialect::Both), found);
    }
}

#[test]
fn what_is_quoted_or_commented_or_a_cast_is_none() {
    for text in [
        "select ':a'",
        "select 'it''s :a'",
        "select \"co:a\"",
        "select `:a`",
        "select 1 -- :a 'and\n + 2",
        "select 1 -- :a",
        "select /* :a /* :b */ ' :c */ 1",
        "select x::text, y :: int",
        "select 'ü:a'",
        "select f(a := 1)",
        "select a[1:2]",
        "select '12:30'",
    ] {
        assert_eq!(marked(text, Dialect::Both), text);
    }
    for text in [
        "select $$ :a $$",
        "select $tag$ :a $$ :b $tag$",
        "select E'\\' :a'",
        "a like'\\' and b = ':b'",
        "select data ? 'key'",
    ] {
        assert_eq!(marked(text, Dialect::Postgres), text);
    }
    assert_eq!(
        marked("select :a::text, 'x' || :b --:c", Dialect::Both),
        "select [a]::text, 'x' || [b] --:c"
    );
    assert_eq!(
        marked("select '\\' || :a", Dialect::Both),
        "select '\\' || [a]"
    );
}

#[test]
fn what_is_no_statement_with_names_is_told() {
    for (text, error) in [
        ("  ", "the query is empty"),
        (" ; ", "the query is empty"),
        ("select 1; drop table posts", "more than one statement"),
        ("select 'a", "a text does not end: `'a`"),
        ("select \"a", "a name in quotes does not end"),
        ("select /* /* */", "a comment does not end"),
        ("a = ?", "write `:title` instead of `?`"),
        ("a = $1", "write `:title` instead of `$1`"),
    ] {
        let said = marked(text, Dialect::Both);
        assert!(said.contains(error), "{text}: {said}");
    }
    let said = marked("select $$ :a", Dialect::Postgres);
    assert!(said.contains("a text in `$` does not end"), "{said}");
}

#[test]
fn a_statement_says_whether_it_writes_and_whether_it_answers() {
    for (text, writes, rows) in [
        ("select 1", false, true),
        ("-- update\nSELECT 'insert'", false, true),
        ("with a as (select 1) select * from a", false, false),
        ("with a as (select 1) delete from b", true, false),
        ("select * from posts where id = :id for update", true, true),
        ("UPDATE posts set a = :a", true, false),
        ("update posts set a = 'returning'", true, false),
        ("delete from posts where id = :id returning id", true, true),
        ("insert into posts (a) values (:a)", true, false),
        ("(select 1)", false, true),
    ] {
        let query = read(text, Dialect::Both).unwrap();
        assert_eq!(
            (query.writes(), query.returns_rows()),
            (writes, rows),
            "{text}"
        );
    }
}
