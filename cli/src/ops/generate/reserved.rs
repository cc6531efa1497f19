//! Words that a language keeps for itself.

/// Reserved words of PostgreSQL and SQLite that cannot be a column's or table's name without
/// quotes. The framework quotes, and whoever writes a `#[query]` or a migration by hand forgets to.
///
/// PostgreSQL: appendix C, "reserved" and "reserved (can be function or type)". SQLite: the keywords
/// that its parser has no fallback for.
const SQL: &[&str] = &[
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
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "index",
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
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// Those of them that are things too: their tables have the plural, which nobody has reserved.
const THINGS: &[&str] = &[
    "array",
    "authorization",
    "case",
    "check",
    "collation",
    "constraint",
    "grant",
    "group",
    "index",
    "limit",
    "offset",
    "order",
    "set",
    "transaction",
    "union",
    "update",
    "user",
    "window",
];

/// Better words for fields than the reserved ones.
const INSTEAD: &[(&str, &str)] = &[
    ("type", "kind"),
    ("desc", "description"),
    ("order", "position"),
    ("index", "position"),
    ("from", "origin"),
    ("to", "target"),
    ("end", "ending"),
    ("user", "owner"),
    ("group", "team"),
    ("limit", "maximum"),
    ("use", "usage"),
    ("ref", "reference"),
    ("box", "container"),
    ("move", "movement"),
    ("default", "fallback"),
    ("check", "checked"),
    ("columns", "column_count"),
    ("star", "starred"),
];

/// Whether SQL keeps a word for itself.
pub(super) fn is_sql(word: &str) -> bool {
    SQL.binary_search(&word).is_ok()
}

/// Whether SQL keeps a word for itself and nothing is called so.
pub(super) fn is_sql_alone(word: &str) -> bool {
    is_sql(word) && !THINGS.contains(&word)
}

/// What a field could be called instead.
pub(super) fn instead(word: &str) -> Option<&'static str> {
    let pair = INSTEAD.iter().find(|(reserved, _)| *reserved == word)?;
    Some(pair.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::name::is_keyword;

    #[test]
    fn the_list_is_sorted_as_its_search_needs_it() {
        assert!(SQL.is_sorted());
        assert!(THINGS.iter().all(|word| is_sql(word)));
        assert!(is_sql("select") && !is_sql("title"));
    }

    #[test]
    fn what_is_advised_is_not_reserved_itself() {
        for (_, instead) in INSTEAD {
            assert!(!is_sql(instead) && !is_keyword(instead), "{instead}");
        }
    }
}
