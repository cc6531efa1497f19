//! Statements of our own making: text in pieces, with a value between each two.

use std::fmt::Write as _;

use diesel::expression::expression_types::Untyped;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::value::{Bind, Value};

/// Which of the two databases speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A statement's text: between each two pieces a value is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    pieces: Vec<String>,
    /// Whether a connection keeps it prepared.
    kept: bool,
}

impl Sql {
    /// A statement of these pieces; there is one more of them than of values.
    pub fn of(pieces: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            pieces: pieces.into_iter().map(Into::into).collect(),
            kept: true,
        }
    }

    /// How many values it binds.
    pub fn binds(&self) -> usize {
        self.pieces.len().saturating_sub(1)
    }

    /// The statement with numbered parameters: `?1` or `$1`, as the sign says.
    pub(crate) fn numbered(&self, sign: &str) -> String {
        let mut text = String::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            if at > 0 {
                // Writing to a string cannot fail.
                let _ = write!(text, "{sign}{at}");
            }
            text.push_str(piece);
        }
        text
    }

    /// The statement with `?` for its values, for the log.
    pub fn text(&self) -> String {
        self.pieces.join("?")
    }
}

/// Writes statements: names are quoted, values are left to be bound.
#[derive(Debug, Clone)]
pub struct SqlBuilder {
    dialect: Dialect,
    pieces: Vec<String>,
    last: String,
}

impl SqlBuilder {
    /// An empty statement.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            pieces: Vec::new(),
            last: String::new(),
        }
    }

    /// Which database it is for.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Appends text that is part of the program, never a caller's.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.last.push_str(sql);
        self
    }

    /// Appends a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        // Writing to a string cannot fail.
        let _ = write!(self.last, "{number}");
        self
    }

    /// Appends a name, quoted.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.last.push('"');
        for character in name.chars() {
            if character == '"' {
                self.last.push('"');
            }
            self.last.push(character);
        }
        self.last.push('"');
        self
    }

    /// Appends names with commas between them.
    pub fn names<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for (at, name) in names.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.name(name);
        }
        self
    }

    /// Leaves room for a value.
    pub fn bind(&mut self) -> &mut Self {
        self.pieces.push(std::mem::take(&mut self.last));
        self
    }

    /// Leaves room for values with commas between them.
    pub fn binds(&mut self, count: usize) -> &mut Self {
        for at in 0..count {
            if at > 0 {
                self.push(", ");
            }
            self.bind();
        }
        self
    }

    /// The statement, to be kept prepared: its text is one of few.
    pub fn finish(self) -> Sql {
        self.finished(true)
    }

    /// A statement whose text is one of many: no connection is to keep it.
    pub fn finish_once(self) -> Sql {
        self.finished(false)
    }

    fn finished(mut self, kept: bool) -> Sql {
        self.pieces.push(self.last);
        Sql {
            pieces: self.pieces,
            kept,
        }
    }
}

/// A statement with its values, as diesel runs it.
///
/// diesel keeps no prepared statement of what it did not build itself, nor of updates; most texts
/// here are few and worth keeping.
pub(crate) struct Prepared<'a> {
    pub(crate) sql: &'a Sql,
    pub(crate) values: &'a [Value],
}

impl<DB: Bind> QueryFragment<DB> for Prepared<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for (at, piece) in self.sql.pieces.iter().enumerate() {
            if at > 0
                && let Some(value) = values.next()
            {
                DB::bind(&mut out, value)?;
            }
            out.push_sql(piece);
        }
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(self.sql.kept)
    }
}

impl QueryId for Prepared<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Prepared<'_> {
    type SqlType = Untyped;
}

impl<C> diesel::query_dsl::RunQueryDsl<C> for Prepared<'_> {}
