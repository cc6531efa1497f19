//! What rows that are there already are to hold, as somebody said.

use std::collections::BTreeMap;

/// Answers to [`Changes::questions`](crate::schema::Changes::questions).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<(String, String), Answer>);

/// What the rows that are there already are to hold in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// One value, as `#[column(default = …)]` takes it: a text with or without quotes, a number,
    /// `true`; each database gets it in its own form.
    Value(String),
    /// An expression of both databases over the row: `lower(title)`.
    Sql(String),
}

impl Answer {
    /// One value.
    pub fn value(text: impl Into<String>) -> Self {
        Self::Value(text.into())
    }

    /// An expression over the row.
    pub fn sql(text: impl Into<String>) -> Self {
        Self::Sql(text.into())
    }
}

impl Answers {
    /// Notes the answer for a column.
    pub fn give(&mut self, table: &str, column: &str, answer: Answer) -> &mut Self {
        self.0.insert((table.to_owned(), column.to_owned()), answer);
        self
    }

    /// The columns that were answered for, each behind its table.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .keys()
            .map(|(table, column)| (table.as_str(), column.as_str()))
    }

    /// The answer for a column.
    pub fn of(&self, table: &str, column: &str) -> Option<&Answer> {
        self.0.get(&(table.to_owned(), column.to_owned()))
    }
}
