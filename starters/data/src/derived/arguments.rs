//! What a call of a derived method gives.

use savia_core::Result;

use crate::column::{Column, Plain};
use crate::list;
use crate::metadata::ColumnKind;
use crate::value::Value;

/// What a call gives for the conditions of a method's name, in their order.
#[derive(Debug, Clone, Default)]
pub struct Arguments(Vec<Given>);

/// What is given for one place.
#[derive(Debug, Clone)]
pub(super) enum Given {
    One(Value),
    Many(Vec<Value>),
}

impl Arguments {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value.
    #[must_use]
    pub fn one(mut self, value: Value) -> Self {
        self.0.push(Given::One(value));
        self
    }

    /// Adds a list.
    ///
    /// # Errors
    ///
    /// `BadRequest` where it has more than 16,384 values.
    pub fn many(mut self, values: Vec<Value>) -> Result<Self> {
        list::check(values.len())?;
        self.0.push(Given::Many(values));
        Ok(self)
    }

    /// What was given, in the order of the conditions.
    pub(super) fn given(self) -> Remaining {
        Remaining(self.0.into_iter())
    }
}

/// What the conditions have not taken yet.
pub(super) struct Remaining(std::vec::IntoIter<Given>);

impl Remaining {
    /// The next value. The macros give one for each condition; null, for which no comparison holds,
    /// stands for what they would have left out.
    pub(super) fn value(&mut self) -> Value {
        match self.0.next() {
            Some(Given::One(value)) => value,
            _ => Value::Null(ColumnKind::Text),
        }
    }

    /// The next list.
    pub(super) fn list(&mut self) -> Vec<Value> {
        match self.0.next() {
            Some(Given::Many(values)) => values,
            Some(Given::One(value)) => vec![value],
            None => Vec::new(),
        }
    }
}

/// The type of a column that holds text.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no text that could be matched",
    label = "asked for by this name",
    note = "`like`, `containing`, `starting_with`, `ending_with` and `ignore_case` are of columns of type `String`"
)]
pub trait TextColumn {}

impl TextColumn for String {}
impl TextColumn for Option<String> {}

/// A text that is matched with its column.
pub fn text_argument<E, T: TextColumn>(_: Column<E, T, Plain>, text: impl AsRef<str>) -> Value {
    Value::Text(text.as_ref().to_owned())
}
