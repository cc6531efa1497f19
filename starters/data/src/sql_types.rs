//! The SQL types of `diesel::table!` that mean the same on both databases.
//!
//! | Rust | here | PostgreSQL | SQLite |
//! | --- | --- | --- | --- |
//! | `i16`, `i32`, `i64` | `SmallInt`, `Integer`, `BigInt` | the same | integer |
//! | `f32`, `f64` | `Float`, `Double` | `real`, `double precision` | real |
//! | `bool` | `Bool` | `boolean` | integer, 0 or 1 |
//! | `String`, enums | `Text` | `text`, `varchar(n)` | text |
//! | `Vec<u8>` | `Binary` | `bytea` | blob |
//! | `DateTime<Utc>` | [`Timestamptz`] | `timestamptz` | text, RFC 3339 with six fraction digits |
//! | `NaiveDateTime`, `NaiveDate`, `NaiveTime` | `Timestamp`, `Date`, `Time` | the same | text |
//! | `Uuid` | [`Uuid`] | `uuid` | text, hyphenated |
//! | `Decimal` | [`Numeric`] | `numeric(p, s)` | integer: the decimal times 10^s |
//! | JSON | [`Json`] | `jsonb` | text |

/// `As` of a type, of a reference to it and of an `Option`, for a column that is null or not.
macro_rules! as_expression {
    ([$($generics:tt)*] $rust:ty => $sql:ty) => {
        as_expression!(@one [$($generics)*] $rust, $sql, $rust, |it| it);
        as_expression!(@one ['expr, $($generics)*] &'expr $rust, $sql, &'expr $rust, |it| it);
        as_expression!(@one [$($generics)*] $rust, Nullable<$sql>, Option<$rust>, Some);
        as_expression!(@one ['expr, $($generics)*] &'expr $rust, Nullable<$sql>, Option<&'expr $rust>, Some);
        as_expression!(@one [$($generics)*] Option<$rust>, Nullable<$sql>, Option<$rust>, |it| it);
        as_expression!(@one ['expr, $($generics)*] &'expr Option<$rust>, Nullable<$sql>, Option<&'expr $rust>, Option::as_ref);
    };
    (@one [$($generics:tt)*] $rust:ty, $sql:ty, $bound:ty, $turn:expr) => {
        impl<$($generics)*> AsExpression<$sql> for $crate::sql_types::As<$rust> {
            type Expression = Bound<$sql, $bound>;

            fn as_expression(self) -> Self::Expression {
                let turn: fn($rust) -> $bound = $turn;
                Bound::new(turn(self.0))
            }
        }
    };
}

mod json;
mod numeric;
mod timestamptz;
mod uuid;

pub use diesel::sql_types::{
    BigInt, Binary, Bool, Date, Double, Float, Integer, Nullable, SmallInt, Text, Time, Timestamp,
};

/// A value for one of the types that are ours: `posts::created_at.gt(As(since))`.
///
/// diesel's own traits cannot be given to chrono's, uuid's or `rust_decimal`'s types from outside;
/// what it knows itself (numbers, texts, dates) needs no `As`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct As<T>(pub T);

pub use json::{Embedded, EmbeddedRef, Json};
pub use numeric::{DynamicNumeric, Numeric, ScaledDecimal};
pub use timestamptz::Timestamptz;
pub use uuid::Uuid;
