//! Names and texts in SQL.

/// Words that are no names without quotes, on SQLite or on PostgreSQL, by letter
/// (<https://www.sqlite.org/lang_keywords.html>,
/// <https://www.postgresql.org/docs/current/sql-keywords-appendix.html>).
const RESERVED: &[&str] = &[
    "add",
    "all",
    "alter",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "autoincrement",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "glob",
    "grant",
    "group",
    "having",
    "if",
    "ilike",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "match",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
    "overlaps",
    "placing",
    "primary",
    "raise",
    "references",
    "regexp",
    "replace",
    "returning",
    "right",
    "row",
    "rowid",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "temp",
    "temporary",
    "then",
    "to",
    "trailing",
    "transaction",
    "trigger",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "view",
    "virtual",
    "when",
    "where",
    "window",
    "with",
    "without",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlparse",
];

/// A name, in quotes where it would be read as something else.
pub(in crate::schema) fn name(name: &str) -> String {
    let is_plain = name.starts_with(|it: char| it.is_ascii_lowercase() || it == '_')
        && name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    match is_plain && RESERVED.binary_search(&name).is_err() {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// Names with commas between them.
pub(in crate::schema) fn names<'a>(all: impl IntoIterator<Item = &'a String>) -> String {
    let all: Vec<String> = all.into_iter().map(|it| name(it)).collect();
    all.join(", ")
}

/// A text.
pub(in crate::schema) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_have_to_be() {
        assert!(RESERVED.is_sorted());
        for (of, expected) in [
            ("posts", "posts"),
            ("_n2", "_n2"),
            ("order", "\"order\""),
            ("user", "\"user\""),
            ("Posts", "\"Posts\""),
            ("2nd", "\"2nd\""),
            ("a b", "\"a b\""),
            ("größe", "\"größe\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ] {
            assert_eq!(name(of), expected);
        }
        assert_eq!(text("it's"), "'it''s'");
    }
}
