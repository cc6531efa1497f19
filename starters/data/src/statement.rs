//! Statements of our own making: a text, and what is bound to it.

mod pace;
mod slot;

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use diesel::expression::expression_types::Untyped;
use diesel::query_builder::{AstPass, Query, QueryBuilder as _, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::value::{Bind, Value};

pub(crate) use pace::Pace;
use slot::Slot;
pub(crate) use slot::{execute_on_postgres, execute_on_sqlite, load_on_postgres, load_on_sqlite};

/// Which of the two databases speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A statement's text, written once; a clone shares it.
#[derive(Debug, Clone)]
pub struct Sql(Arc<Text>);

#[derive(Debug)]
struct Text {
    dialect: Dialect,
    text: String,
    /// Where its parameters stand in the text.
    parameters: Vec<Range<usize>>,
    /// Whether a connection keeps it prepared.
    kept: bool,
    pace: Pace,
    slot: Slot,
}

impl Sql {
    /// A statement of these pieces; there is one more of them than of values.
    pub fn of(dialect: Dialect, pieces: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut sql = SqlBuilder::new(dialect);
        for (at, piece) in pieces.into_iter().enumerate() {
            if at > 0 {
                sql.bind();
            }
            sql.push(piece.as_ref());
        }
        sql.finish()
    }

    /// A text that is not worth keeping.
    pub(crate) fn once(dialect: Dialect, text: &str) -> Self {
        let mut sql = SqlBuilder::new(dialect);
        sql.push(text);
        sql.finish_once()
    }

    /// The statement with null for each of its values.
    pub(crate) fn with_nulls(&self) -> String {
        let mut text = self.0.text.clone();
        for place in self.0.parameters.iter().rev() {
            text.replace_range(place.clone(), "null");
        }
        text
    }

    /// How many values it binds.
    pub fn binds(&self) -> usize {
        self.0.parameters.len()
    }

    /// The statement as the database reads it, with `?` or `$1` for its values.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// How long it has taken so far.
    pub(crate) fn pace(&self) -> &Pace {
        &self.0.pace
    }
}

/// Writes statements: names are quoted, values are left to be bound.
#[derive(Debug, Clone)]
pub struct SqlBuilder {
    dialect: Dialect,
    text: String,
    parameters: Vec<Range<usize>>,
}

impl SqlBuilder {
    /// An empty statement.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            text: String::with_capacity(128),
            parameters: Vec::new(),
        }
    }

    /// Which database it is for.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Appends text that is part of the program, never a caller's.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.text.push_str(sql);
        self
    }

    /// Appends a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{number}");
        self
    }

    /// Appends a name, quoted.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.text.push('"');
        for character in name.chars() {
            if character == '"' {
                self.text.push('"');
            }
            self.text.push(character);
        }
        self.text.push('"');
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
        let start = self.text.len();
        match self.dialect {
            Dialect::Sqlite => self.text.push('?'),
            Dialect::Postgres => {
                self.text.push('$');
                self.number(self.parameters.len() as u64 + 1);
            }
        }
        self.parameters.push(start..self.text.len());
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

    fn finished(self, kept: bool) -> Sql {
        Sql(Arc::new(Text {
            dialect: self.dialect,
            text: self.text,
            parameters: self.parameters,
            kept,
            pace: Pace::default(),
            slot: Slot::default(),
        }))
    }
}

/// A statement with its values, as diesel runs it.
///
/// diesel keeps no prepared statement of what it did not build itself, nor of updates; most texts
/// here are few and worth keeping.
#[derive(Clone, Copy)]
pub(crate) struct Prepared<'a> {
    pub(crate) sql: &'a Sql,
    pub(crate) values: &'a [Value],
}

impl<DB: Bind> QueryFragment<DB> for Prepared<'_> {
    /// The text at once: it is what a connection finds the statement by, each time.
    fn to_sql(&self, out: &mut DB::QueryBuilder, _: &DB) -> QueryResult<()> {
        out.push_sql(self.sql.text());
        Ok(())
    }

    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let text = self.sql.text();
        let mut from = 0;
        for (place, value) in self.sql.0.parameters.iter().zip(self.values) {
            out.push_sql(&text[from..place.start]);
            DB::bind(&mut out, value)?;
            from = place.end;
        }
        out.push_sql(&text[from..]);
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(self.sql.0.kept)
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
