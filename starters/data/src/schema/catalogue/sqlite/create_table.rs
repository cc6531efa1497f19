//! What only the text of a `create table` says: its checks, and whether it counts.

use crate::schema::tokens::{Token, tokens};

/// What is read from the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CreateTable {
    pub(super) checks: Vec<String>,
    /// Whether its number is never given twice: `autoincrement`.
    pub(super) counts: bool,
}

impl CreateTable {
    pub(super) fn read(sql: &str) -> Self {
        let all = tokens(sql);
        let mut found = Self::default();
        let mut depth = 0_usize;
        let mut skip_to = 0;
        for (at, token) in all.iter().enumerate() {
            if token.is_symbol("(") {
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
            }
            // What stands deeper belongs to an expression.
            if depth != 1 || at < skip_to {
                continue;
            }
            found.counts |= token.is_word("autoincrement");
            if token.is_word("check")
                && let Some(close) = closing(&all, at + 1)
            {
                found.checks.extend(between(sql, &all, at + 1, close));
                skip_to = close;
            }
        }
        found
    }
}

/// The place of the bracket that closes the one at `open`.
fn closing(all: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in all.iter().enumerate().skip(open) {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth -= 1;
        }
        if depth == 0 {
            return (at > open).then_some(at);
        }
    }
    None
}

fn between(sql: &str, all: &[Token<'_>], open: usize, close: usize) -> Option<String> {
    let inside = sql.get(all.get(open)?.end()..all.get(close)?.start)?;
    Some(inside.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_found_in_the_text() {
        let read = CreateTable::read(
            "create table \"check\" ( -- check (no)
                id integer primary key autoincrement, name text check (length(name) <= 40),
                \"check\" text default ('check (x)'), price bigint,
                constraint positive check ((price > 0) and name <> ')'))",
        );
        assert_eq!(
            read.checks,
            ["length(name) <= 40", "(price > 0) and name <> ')'"]
        );
        assert!(read.counts);
        assert!(!CreateTable::read("create table t (id integer primary key)").counts);
    }
}
