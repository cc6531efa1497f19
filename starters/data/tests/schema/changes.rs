//! Typical migrations as people read them, their warnings, and what is asked.

use savia::schema::{
    Answer, Answers, Changes, Renames, RiskKind, Schema, SchemaError, diff, rename_candidates,
};
use savia::statement::Dialect;

use crate::databases::Database;

/// A schema of tables, each a name and lines of JSON: columns, then what else there is.
fn schema(tables: &[(&str, &[&str], &str)]) -> Schema {
    let tables = tables.iter().map(|(name, columns, rest)| {
        let rest = match rest.contains("primary_key") {
            true => (*rest).to_owned(),
            false => format!(r#""primary_key": ["id"]{rest}"#),
        };
        let columns = columns.join(",");
        format!(r#"{{"name": "{name}", "columns": [{columns}], {rest}}}"#)
    });
    let tables: Vec<String> = tables.collect();
    Schema::from_json(&format!(r#"{{"tables": [{}]}}"#, tables.join(","))).unwrap()
}

const ID: &str = r#"{"name": "id", "type": "bigint", "identity": true}"#;
const TITLE: &str = r#"{"name": "title", "type": "text(80)"}"#;
const AUTHOR: &str = r#"{"name": "author_id", "type": "bigint",
    "references": {"table": "users", "column": "id", "on_delete": "cascade"}}"#;

/// A table of posts with a column more.
fn posts(column: &str) -> Schema {
    schema(&[("posts", &[ID, column], "")])
}

fn changes(old: &Schema, new: &Schema, renames: &[&str]) -> Changes {
    let renames = Renames::parse(old, new, renames).unwrap();
    diff(old, new, &renames).unwrap()
}

/// Both databases' scripts, as they are read.
fn scripts(changes: &Changes, answers: &Answers) -> String {
    let mut text = String::new();
    for (name, dialect) in [("sqlite", Dialect::Sqlite), ("postgres", Dialect::Postgres)] {
        let script = changes.sql(dialect, answers).unwrap();
        for (file, sql) in [("up", script.up), ("down", script.down)] {
            text.push_str(&format!("===== {file}.{name}.sql\n{sql}"));
        }
    }
    text
}

fn check(name: &str, changes: &Changes, answers: &Answers) {
    insta::assert_snapshot!(name, scripts(changes, answers));
}

#[test]
fn tables_are_created() {
    let new = schema(&[
        (
            "users",
            &[ID, r#"{"name": "email", "type": "text(120)"}"#],
            r#", "uniques": [["email"]]"#,
        ),
        (
            "posts",
            &[
                ID,
                TITLE,
                r#"{"name": "status", "type": "text", "default": "'draft'", "values": ["draft", "live"]}"#,
                r#"{"name": "price", "type": "decimal(12, 2)", "default": "1.5", "check": "price < 99.5"}"#,
                r#"{"name": "order", "type": "integer", "nullable": true}"#,
                r#"{"name": "seen", "type": "boolean", "default": "false"}"#,
                r#"{"name": "created_at", "type": "timestamp", "default": "current_timestamp"}"#,
                AUTHOR,
            ],
            r#", "indexes": [["author_id"], ["author_id", "created_at"]],
               "checks": ["price >= 0 or status = 'draft'"]"#,
        ),
        (
            "post_tags",
            &[
                r#"{"name": "post_id", "type": "bigint",
                    "references": {"table": "posts", "column": "id", "on_delete": "cascade"}}"#,
                r#"{"name": "tag_id", "type": "uuid",
                    "references": {"table": "tags", "column": "id", "on_delete": "cascade"}}"#,
            ],
            r#""primary_key": ["post_id", "tag_id"], "indexes": [["tag_id"]]"#,
        ),
        ("tags", &[r#"{"name": "id", "type": "uuid"}"#], ""),
    ]);
    let changes = changes(&Schema::default(), &new, &[]);
    assert_eq!(
        changes.summary(),
        "create_post_tags_and_posts_and_tags_and_users"
    );
    assert!(changes.risks().is_empty() && changes.questions().is_empty());
    check("created", &changes, &Answers::default());
}

#[test]
fn a_column_comes() {
    let old = schema(&[("posts", &[ID, TITLE], ""), ("users", &[ID], "")]);
    let author = AUTHOR.replace("\"bigint\"", "\"bigint\", \"nullable\": true");
    let new = schema(&[
        (
            "posts",
            &[
                ID,
                TITLE,
                &author,
                r#"{"name": "rating", "type": "integer", "default": "0"}"#,
            ],
            r#", "indexes": [["author_id"]]"#,
        ),
        ("users", &[ID], ""),
    ]);
    let changes = changes(&old, &new, &[]);
    assert_eq!(changes.summary(), "change_posts");
    assert!(changes.risks().is_empty() && changes.questions().is_empty());
    check("column_added", &changes, &Answers::default());
}

#[test]
fn a_column_that_is_not_null_asks_for_its_value() {
    let old = schema(&[("posts", &[ID, TITLE], "")]);
    let new = schema(&[(
        "posts",
        &[
            ID,
            TITLE,
            r#"{"name": "rating", "type": "decimal(5, 1)"}"#,
            r#"{"name": "slug", "type": "text"}"#,
        ],
        r#", "uniques": [["slug"]]"#,
    )]);
    let changes = changes(&old, &new, &[]);
    let questions: Vec<_> = changes
        .questions()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        questions,
        [
            "`posts.rating` (decimal(5, 1)) is not null and has no default: rows that are there \
             need a value",
            "`posts.slug` (text) is not null and has no default: rows that are there need a value, \
             each its own",
        ]
    );
    let suggestions: Vec<_> = changes
        .questions()
        .into_iter()
        .map(|it| it.suggestion)
        .collect();
    assert_eq!(suggestions, ["0", "''"]);

    let mut answers = Answers::default();
    answers.give("posts", "rating", Answer::value("2.5"));
    let error = changes.sql(Dialect::Sqlite, &answers).unwrap_err();
    assert!(matches!(&error, SchemaError::Unanswered(open) if open.len() == 1));
    assert!(
        error
            .to_string()
            .starts_with("`posts.slug` (text) is not null"),
        "{error}"
    );
    answers.give("posts", "slug", Answer::sql("lower(title)"));
    check("column_asked_for", &changes, &answers);
}

#[test]
fn a_column_becomes_another() {
    let with = |column: &str| {
        schema(&[
            (
                "posts",
                &[ID, column, AUTHOR],
                r#", "indexes": [["author_id"]]"#,
            ),
            ("users", &[ID], ""),
        ])
    };
    let old = with(
        r#"{"name": "status", "type": "text", "nullable": true, "values": ["draft", "live"]}"#,
    );
    let new = with(
        r#"{"name": "status", "type": "text(20)", "default": "'draft'",
            "values": ["draft", "live", "gone"], "check": "status <> ''"}"#,
    );
    let changes = changes(&old, &new, &[]);
    assert_eq!(changes.summary(), "change_status_of_posts");
    check("column_altered", &changes, &Answers::default());
}

#[test]
fn tables_and_columns_are_renamed() {
    let old = schema(&[
        (
            "posts",
            &[ID, TITLE, AUTHOR],
            r#", "indexes": [["author_id"]], "checks": ["title <> ''"]"#,
        ),
        ("users", &[ID], ""),
    ]);
    let people = AUTHOR
        .replace("users", "people")
        .replace("author_id", "writer_id");
    let headline = TITLE.replace("title", "headline");
    let new = schema(&[
        (
            "articles",
            &[ID, &headline, &people],
            r#", "indexes": [["writer_id"]], "checks": ["headline <> ''"]"#,
        ),
        ("people", &[ID], ""),
    ]);
    let candidates = rename_candidates(&old, &new, &Renames::default());
    let asked: Vec<_> = candidates.iter().map(ToString::to_string).collect();
    assert_eq!(asked, ["was the table `users` renamed to `people`?"]);
    let said = [
        "posts:articles",
        "users:people",
        "articles.title:headline",
        "author_id:writer_id",
    ];
    let changes = changes(&old, &new, &said);
    assert!(changes.risks().is_empty());
    check("renamed", &changes, &Answers::default());
}

#[test]
fn names_are_swapped() {
    let of = |one: &str, other: &str| {
        schema(&[
            (one, &[ID, TITLE], r#", "uniques": [["title"]]"#),
            (
                other,
                &[ID, r#"{"name": "n", "type": "integer"}"#],
                r#", "indexes": [["n"]]"#,
            ),
        ])
    };
    let changes = changes(
        &of("drafts", "posts"),
        &of("posts", "drafts"),
        &["drafts:posts", "posts:drafts"],
    );
    check("swapped", &changes, &Answers::default());
}

#[test]
fn tables_refer_to_each_other() {
    let leader = r#"{"name": "leader_id", "type": "bigint", "nullable": true,
        "references": {"table": "users", "column": "id", "on_delete": "set_null"}}"#;
    let team = r#"{"name": "team_id", "type": "bigint",
        "references": {"table": "teams", "column": "id", "on_delete": "restrict"}}"#;
    let new = schema(&[("teams", &[ID, leader], ""), ("users", &[ID, team], "")]);
    check(
        "circular",
        &changes(&Schema::default(), &new, &[]),
        &Answers::default(),
    );
}

#[test]
fn an_id_becomes_another_and_what_refers_follows() {
    let of = |data_type: &str, identity: bool| {
        let id = format!(r#"{{"name": "id", "type": "{data_type}", "identity": {identity}}}"#);
        let author = AUTHOR.replace("bigint", data_type);
        schema(&[("posts", &[ID, &author], ""), ("users", &[&id], "")])
    };
    let changes = changes(&of("integer", true), &of("text(40)", false), &[]);
    check("id_altered", &changes, &Answers::default());
}

#[test]
fn what_goes_is_said_to_lose_data() {
    let old = schema(&[("posts", &[ID, TITLE, AUTHOR], ""), ("users", &[ID], "")]);
    let new = schema(&[("posts", &[ID], "")]);
    let changes = changes(&old, &new, &[]);
    let risks: Vec<_> = changes.risks().iter().map(ToString::to_string).collect();
    assert_eq!(
        risks,
        [
            "the table `users` goes with all its rows",
            "`posts.title` goes with what it held",
            "`posts.author_id` goes with what it held",
        ]
    );
    check("dropped", &changes, &Answers::default());
}

/// The risks of one change.
fn risks(old: &Schema, new: &Schema, expected: &[(RiskKind, &str)]) {
    let risks = changes(old, new, &[]).risks();
    assert_eq!(risks.len(), expected.len(), "{risks:?}");
    for (risk, (kind, part)) in risks.iter().zip(expected) {
        assert_eq!(risk.kind, *kind, "{risk}");
        assert!(risk.text.contains(part), "{risk}");
    }
}

#[test]
fn each_risk_is_a_sentence() {
    use RiskKind::{LosesData, MayFail};
    let column = |rest: &str| posts(&format!(r#"{{"name": "it", {rest}}}"#));
    for (old, new, expected) in [
        (
            r#""type": "bigint""#,
            r#""type": "integer""#,
            (
                MayFail,
                "`posts.it` held bigint and will hold integer: a number that is out of",
            ),
        ),
        (
            r#""type": "text(80)""#,
            r#""type": "text(40)""#,
            (
                MayFail,
                "will hold text(40): a longer text stops the migration",
            ),
        ),
        (
            r#""type": "decimal(10, 2)""#,
            r#""type": "decimal(10, 1)""#,
            (LosesData, "digits after the point are rounded away"),
        ),
        (
            r#""type": "timestamp""#,
            r#""type": "date""#,
            (LosesData, "the time of day is lost"),
        ),
        (
            r#""type": "bigint", "nullable": true"#,
            r#""type": "bigint""#,
            (
                MayFail,
                "`posts.it` may no more be null: a row without it stops the migration",
            ),
        ),
        (
            r#""type": "text", "values": ["a", "b"]"#,
            r#""type": "text", "values": ["a", "c"]"#,
            (
                MayFail,
                "rows that hold `b` in `posts.it` stop the migration",
            ),
        ),
        (
            r#""type": "text""#,
            r#""type": "text", "values": ["a"]"#,
            (
                MayFail,
                "rows that hold something else than `a` in `posts.it`",
            ),
        ),
        (
            r#""type": "bigint""#,
            r#""type": "bigint", "check": "it > 0""#,
            (
                MayFail,
                "rows of `posts` for which `it > 0` does not hold stop the migration",
            ),
        ),
        (
            r#""type": "bigint""#,
            r#""type": "uuid", "default": "gen_random_uuid()""#,
            (
                LosesData,
                "held bigint and will hold uuid: there is no way from one to the other",
            ),
        ),
    ] {
        risks(&column(old), &column(new), &[expected]);
    }
    // What widens, and what has a default, is none.
    for (old, new) in [
        (r#""type": "integer""#, r#""type": "bigint""#),
        (
            r#""type": "integer", "nullable": true"#,
            r#""type": "integer", "default": "0""#,
        ),
        (
            r#""type": "text", "values": ["a"]"#,
            r#""type": "text", "values": ["a", "b"]"#,
        ),
        (r#""type": "text""#, r#""type": "text", "nullable": true"#),
    ] {
        risks(&column(old), &column(new), &[]);
    }
    let with = |rest| schema(&[("posts", &[ID, TITLE], rest)]);
    risks(
        &with(""),
        &with(
            r#", "uniques": [["title"]], "checks": ["id > 0 or title > ''"], "indexes": [["title", "id"]]"#,
        ),
        &[
            (
                MayFail,
                "rows of `posts` that hold the same in `title` stop the migration",
            ),
            (
                MayFail,
                "rows of `posts` for which `id > 0 or title > ''` does not hold",
            ),
        ],
    );
    let author = r#"{"name": "author_id", "type": "bigint"}"#;
    risks(
        &schema(&[("posts", &[ID, author], ""), ("users", &[ID], "")]),
        &schema(&[("posts", &[ID, AUTHOR], ""), ("users", &[ID], "")]),
        &[(
            MayFail,
            "rows of `posts` whose `author_id` is no `id` of `users` stop the migration",
        )],
    );
    let key = |key: &str| {
        let id = r#"{"name": "id", "type": "bigint"}"#;
        schema(&[("posts", &[id, TITLE], &format!("\"primary_key\": [{key}]"))])
    };
    risks(
        &key(r#""title""#),
        &key(r#""id", "title""#),
        &[(
            MayFail,
            "rows of `posts` that hold the same in `id`, `title`, or nothing, stop",
        )],
    );
}

/// The order of columns and keys is no matter of a database.
#[test]
fn what_the_database_does_not_see_is_no_change() {
    let old = schema(&[(
        "posts",
        &[ID, TITLE],
        r#", "uniques": [["id", "title"], ["title"]]"#,
    )]);
    let new = schema(&[(
        "posts",
        &[TITLE, ID],
        r#", "uniques": [["title"], ["id", "title"]]"#,
    )]);
    let changes = changes(&old, &new, &[]);
    assert!(changes.is_empty() && changes.steps().is_empty());
    let script = changes.sql(Dialect::Sqlite, &Answers::default()).unwrap();
    assert_eq!((script.up.as_str(), script.down.as_str()), ("", ""));
}

/// A table that is built anew keeps those that refer to it, also where its app does not know them,
/// the ids that were given, and views.
#[test]
fn a_table_is_built_anew_around_its_rows() {
    let old = schema(&[("users", &[ID, TITLE], "")]);
    let new = schema(&[("users", &[ID, &TITLE.replace("80", "90")], "")]);
    let none = Answers::default();
    let mut database = Database::sqlite();
    let created = changes(&Schema::default(), &old, &[])
        .sql(Dialect::Sqlite, &none)
        .unwrap();
    database.run(&created.up).unwrap();
    database
        .run(
            "create table letters (user_id bigint references users (id) on delete cascade);
             create view titles as select title from users;
             insert into users (title) values ('a'), ('b'), ('c');
             insert into letters values (1), (2);
             delete from users where title = 'c';",
        )
        .unwrap();
    let script = changes(&old, &new, &[])
        .sql(Dialect::Sqlite, &none)
        .unwrap();
    for sql in [&script.up, &script.down] {
        database.run(sql).unwrap();
        assert_eq!(
            database
                .lines("select user_id || '' as line from letters order by 1")
                .unwrap(),
            ["1", "2"]
        );
        assert_eq!(
            database.lines("select title as line from titles").unwrap(),
            ["a", "b"]
        );
    }
    database
        .run("insert into users (title) values ('d')")
        .unwrap();
    assert_eq!(
        database
            .lines("select id || '' as line from users where title = 'd'")
            .unwrap(),
        ["4"],
        "an id is not given twice"
    );
    let references = database.run("insert into letters values (9)").unwrap_err();
    assert!(references.contains("FOREIGN KEY"), "{references}");
}
