//! What can be bound to a statement of the author's.

use crate::column::{Codec, ColumnType};
use crate::metadata::ColumnKind;
use crate::value::Value;

/// What is given for a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// A value.
    One(Value),
    /// The values of a list, which belong to a column of this kind.
    Many(ColumnKind, Vec<Value>),
}

/// A type that can be bound: that of a column, or a reference to what one holds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a statement",
    label = "not a type that both databases store",
    note = "a decimal says its digits after the point: `#[column(scale = 2)] price: Decimal`",
    note = "what is stored as JSON is bound as a `serde_json::Value`"
)]
pub trait Bind {
    /// What a column of it holds.
    const KIND: ColumnKind;

    /// As it is bound.
    fn to_bound(&self) -> Value;
}

impl<T: ColumnType> Bind for T {
    const KIND: ColumnKind = T::KIND;

    fn to_bound(&self) -> Value {
        self.to_value()
    }
}

impl Bind for str {
    const KIND: ColumnKind = ColumnKind::Text;

    fn to_bound(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Bind for &str {
    const KIND: ColumnKind = ColumnKind::Text;

    fn to_bound(&self) -> Value {
        Value::Text((*self).to_owned())
    }
}

impl Bind for Option<&str> {
    const KIND: ColumnKind = ColumnKind::Text;

    fn to_bound(&self) -> Value {
        self.map_or(Value::Null(ColumnKind::Text), |text| text.to_bound())
    }
}

impl Bind for [u8] {
    const KIND: ColumnKind = ColumnKind::Bytes;

    fn to_bound(&self) -> Value {
        Value::Bytes(self.to_owned())
    }
}

/// A value.
pub fn bind<T: Bind + ?Sized>(value: &T) -> Bound {
    Bound::One(value.to_bound())
}

/// A value that is bound as a column of this codec stores it.
pub fn bind_as<T, C: Codec<T>>(value: &T) -> Bound {
    Bound::One(C::to_value(value))
}

/// A list.
pub fn bind_list<T: Bind>(list: &[T]) -> Bound {
    Bound::Many(T::KIND, list.iter().map(Bind::to_bound).collect())
}

/// A list that is bound as columns of this codec store its values.
pub fn bind_list_as<T, C: Codec<T>>(list: &[T]) -> Bound {
    Bound::Many(C::KIND, list.iter().map(C::to_value).collect())
}
