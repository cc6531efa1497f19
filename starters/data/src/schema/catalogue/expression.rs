//! Expressions that mean the same, in one form.
//!
//! PostgreSQL keeps an expression as a tree, and writes it anew with brackets and casts of its own:
//! `status in ('a', 'b')` comes back as `((status)::text = ANY (ARRAY['a'::text, 'b'::text]))`. What
//! is read here is the part of SQL that checks and defaults are made of; casts are passed over.

mod node;
mod parser;

use parser::parse;

/// The one form of an expression; none where it is none that can be read.
pub(super) fn canonical(sql: &str) -> Option<String> {
    Some(parse(sql)?.text())
}

/// An expression as both databases read it, without the casts and brackets of one; none where it is
/// none that can be read.
pub(in crate::schema) fn plain(sql: &str) -> Option<String> {
    parse(sql)?.sql(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str) {
        let (a, b) = (canonical(one), canonical(other));
        assert!(a.is_some() && a == b, "{one}: {a:?}\n{other}: {b:?}");
    }

    #[test]
    fn what_postgres_writes_is_what_was_written() {
        for (written, read) in [
            ("price >= 0", "(price >= (0)::numeric)"),
            ("price > -1.50", "(price > '-1.5'::numeric)"),
            (
                "status in ('a', 'b''c')",
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[]))",
            ),
            ("status in ('a')", "(status = 'a'::text)"),
            ("n not in (1, 2)", "(n <> ALL (ARRAY[1, 2]))"),
            ("n between 1 and 5", "((n >= 1) AND (n <= 5))"),
            (
                "a > 0 and b > 0 and c > 0",
                "(((a > 0) AND (b > 0)) AND (c > 0))",
            ),
            ("not (a > 0 or b is null)", "(NOT ((a > 0) OR (b IS NULL)))"),
            ("slug like 'a%'", "(slug ~~ 'a%'::text)"),
            (
                "length(\"order\") <= 40",
                "(length((\"order\")::text) <= 40)",
            ),
            ("a != b", "(a <> b)"),
            ("a + b * 2 < 10", "((a + (b * 2)) < 10)"),
            (
                "at > '2026-01-02'",
                "(at > '2026-01-02'::timestamp with time zone)",
            ),
            (
                "case when a then 1 else 0 end = 1",
                "(\nCASE\n    WHEN a THEN 1\n    ELSE 0\nEND = 1)",
            ),
            (
                "now() at time zone 'utc'",
                "(now() AT TIME ZONE 'utc'::text)",
            ),
            ("(posts.a) > 0", "a > 0"),
            ("a is not distinct from b", "(NOT (a IS DISTINCT FROM b))"),
        ] {
            check(written, read);
        }
    }

    #[test]
    fn an_expression_is_written_plainly() {
        for (sql, expected) in [
            ("(price >= (0)::numeric)", "price >= 0"),
            (
                "((a > 0) AND ((b IS NULL) OR (\"order\" <> 'x'::text)))",
                "a > 0 and (b is null or \"order\" <> 'x')",
            ),
            ("(NOT (a IN (1, 2)))", "a not in (1, 2)"),
            ("(a IS NOT NULL)", "a is not null"),
            ("(NOT ((a > 0) OR b))", "not (a > 0 or b)"),
            ("((a - (b - c)) * 2) < 10", "(a - (b - c)) * 2 < 10"),
            ("(length((slug)::text) <= 40)", "length(slug) <= 40"),
            ("(slug !~~ 'a%'::text)", "slug not like 'a%'"),
            ("(a IS DISTINCT FROM b)", "a is distinct from b"),
            ("CURRENT_TIMESTAMP", "current_timestamp"),
            ("(NOT active)", "not active"),
        ] {
            let plain = plain(sql).unwrap();
            assert_eq!(plain, expected);
            assert_eq!(canonical(&plain), canonical(sql));
        }
    }

    #[test]
    fn what_differs_stays_different() {
        for (one, other) in [
            ("a > 0", "a >= 0"),
            ("a in ('x', 'y')", "a in ('x', 'z')"),
            ("a - b - c", "a - (b - c)"),
            ("a or b and c", "(a or b) and c"),
            ("'a'", "a"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one}, {other}");
        }
        for text in ["a >", "a > 0)", "extract(year from a) > 2000", ""] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
