//! Derived queries: what `#[repository]` makes of a method's name, and how it becomes SQL.
//!
//! A name is read when the crate is compiled; a [`Derived`] is what is left of it, in a `static`.
//! Both databases answer the same:
//!
//! - A value that is `None` is compared as `is null`; other comparisons with null hold for no row,
//!   as SQL has it. So does `not`: rows whose column is null are not among those "not equal to".
//! - `in` of an empty list holds for no row, `not in` of one for every row. Lists are filled up with
//!   their last value to a power of two, so that few statements serve all lengths.
//! - `like`, `containing`, `starting_with` and `ending_with` mind the case of letters, and
//!   `ignore_case` does not, by the database's `lower`: SQLite's knows the letters of ASCII only.
//!   In `like`, `%` stands for anything, `_` for one character and `\` takes the next one as it is;
//!   in the others every character stands for itself.
//!
//! The last rule is why SQLite is asked with `glob` and `instr`: its own `like` never minds the case
//! of ASCII letters, and the pragma that changes it is deprecated and would change the meaning of
//! the author's own SQL too.

mod arguments;
mod condition;
mod count;
mod pattern;

pub use arguments::{Arguments, TextColumn, text_argument};
pub use count::{Count, unsigned};

/// A query that a method's name says.
#[derive(Debug)]
pub struct Derived {
    /// The trait and the method, for logs: `PostRepository::find_by_title`.
    pub name: &'static str,
    /// Groups of which one must hold; in a group, all must. None: every row.
    pub groups: &'static [&'static [Term]],
    /// The order that the name asks for.
    pub order: &'static [Order],
    /// At most so many rows: `find_first3_by_…`.
    pub limit: Option<u32>,
}

/// One condition.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// The column's place.
    pub column: usize,
    /// How it is compared.
    pub operator: Operator,
    /// Whether it must not hold.
    pub negated: bool,
    /// Whether the case of letters is of no account.
    pub ignore_case: bool,
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal to a value; to `None`: null.
    Equals,
    /// Null.
    IsNull,
    /// Among the values of a list.
    In,
    /// From one value to another, both included.
    Between,
    /// Less than a value.
    LessThan,
    /// Less than a value or equal to it.
    LessThanEqual,
    /// Greater than a value.
    GreaterThan,
    /// Greater than a value or equal to it.
    GreaterThanEqual,
    /// Of a pattern.
    Like,
    /// With a text in it.
    Containing,
    /// With a text at its start.
    StartingWith,
    /// With a text at its end.
    EndingWith,
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column's place.
    pub column: usize,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Holds at compile time that a field named by `#[with(…)]` is an association.
pub fn is_association<T>(_: &crate::Loaded<T>) {}
