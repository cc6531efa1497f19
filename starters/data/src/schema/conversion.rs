//! What becomes of values when a column's type changes.

use super::data_type::DataType;

/// What a change of type does to values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conversion {
    /// Every value stays what it is.
    Safe,
    /// A value that does not fit stops the migration.
    MayFail(&'static str),
    /// Values lose something.
    Loses(&'static str),
    /// There is no way from one to the other: the column goes and another comes.
    Impossible,
}

const RANGE: &str = "a number that is out of the new range stops the migration on PostgreSQL, and \
                     cannot be read on SQLite";
const ROUNDED: &str = "digits after the point are rounded away";
const INEXACT: &str = "a number of many digits is rounded";
const LONGER: &str = "a longer text stops the migration";
const UNREADABLE: &str = "a text that is no such value stops the migration on PostgreSQL, and on \
                          SQLite becomes nought or cannot be read";

impl Conversion {
    /// From one type to another.
    pub(super) fn of(from: DataType, to: DataType) -> Self {
        use DataType::*;
        match (from, to) {
            (from, to) if from == to => Self::Safe,
            (Text { length: from }, Text { length: to }) => match (from, to) {
                (_, None) => Self::Safe,
                (Some(from), Some(to)) if from <= to => Self::Safe,
                _ => Self::MayFail(LONGER),
            },
            (_, Text { length }) => match (length, longest(from)) {
                (None, _) => Self::Safe,
                (Some(length), Some(longest)) if length >= longest => Self::Safe,
                _ => Self::MayFail(LONGER),
            },
            (Text { .. }, Boolean) => {
                Self::Loses("a text other than `true`, `t`, `yes`, `y`, `on` and `1` becomes false")
            }
            (Text { .. }, Decimal { .. }) => Self::MayFail(UNREADABLE),
            (Text { .. }, _) => Self::MayFail(UNREADABLE),
            (Boolean, SmallInt | Integer | BigInt) => Self::Safe,
            (SmallInt | Integer | BigInt, Boolean) => {
                Self::Loses("every number but 0 becomes true")
            }
            (SmallInt, Real | Double) | (Integer, Double) | (Real, Double) => Self::Safe,
            (Integer | BigInt, Real) | (BigInt, Double) | (Double, Real) => Self::Loses(INEXACT),
            (Real | Double, SmallInt | Integer | BigInt) => Self::Loses(ROUNDED),
            (Decimal { .. }, Real | Double) | (Real | Double, Decimal { .. }) => {
                Self::Loses(INEXACT)
            }
            (Decimal { .. }, Decimal { .. })
            | (Decimal { .. }, SmallInt | Integer | BigInt)
            | (SmallInt | Integer | BigInt, Decimal { .. }) => Self::of_digits(from, to),
            (SmallInt | Integer | BigInt, SmallInt | Integer | BigInt) => Self::of_digits(from, to),
            (Timestamp, DateTime) | (DateTime, Timestamp) | (Date, Timestamp | DateTime) => {
                Self::Safe
            }
            (Timestamp | DateTime, Date) => Self::Loses("the time of day is lost"),
            (Timestamp | DateTime, Time) => Self::Loses("the date is lost"),
            _ => Self::Impossible,
        }
    }

    /// Between numbers of whole digits before and after the point.
    fn of_digits(from: DataType, to: DataType) -> Self {
        let digits = |of: DataType| match of {
            DataType::Decimal { precision, scale } => {
                (u32::from(precision).saturating_sub(scale), scale)
            }
            of => (of.integer_digits().unwrap_or_default(), 0),
        };
        let ((before, after), (new_before, new_after)) = (digits(from), digits(to));
        let whole_to_whole = from.is_integer() && to.is_integer();
        // The largest number of a type of whole numbers does not use its first digit up.
        let fits = match to.is_integer() && !whole_to_whole {
            true => before < new_before,
            false => before <= new_before,
        };
        if after > new_after {
            Self::Loses(ROUNDED)
        } else if !fits {
            Self::MayFail(RANGE)
        } else {
            Self::Safe
        }
    }
}

/// The most characters that a value has as text, where that is known.
fn longest(of: DataType) -> Option<u32> {
    Some(match of {
        DataType::SmallInt => 6,
        DataType::Integer => 11,
        DataType::BigInt => 20,
        DataType::Boolean => 5,
        DataType::Timestamp => 27,
        DataType::DateTime => 26,
        DataType::Date => 10,
        DataType::Time => 15,
        DataType::Uuid => 36,
        // The sign, the point and a zero before it.
        DataType::Decimal { precision, .. } => u32::from(precision) + 3,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expected: &str) {
        let found = Conversion::of(from.parse().unwrap(), to.parse().unwrap());
        assert!(
            format!("{found:?}").starts_with(expected),
            "{from} to {to}: {found:?}"
        );
    }

    #[test]
    fn a_wider_type_is_safe_and_a_narrower_is_not() {
        check("integer", "bigint", "Safe");
        check("bigint", "integer", "MayFail");
        check("text(80)", "text", "Safe");
        check("text(80)", "text(40)", "MayFail(\"a longer text");
        check("text", "text(40)", "MayFail");
        check("decimal(10, 2)", "decimal(12, 3)", "Safe");
        check("decimal(10, 2)", "decimal(10, 3)", "MayFail");
        check("decimal(10, 2)", "decimal(10, 1)", "Loses");
        check("integer", "decimal(12, 2)", "Safe");
        check("bigint", "decimal(12, 2)", "MayFail");
        check("decimal(9, 0)", "integer", "Safe");
        check("decimal(10, 0)", "integer", "MayFail");
        check("uuid", "text(36)", "Safe");
        check("uuid", "text(35)", "MayFail");
        check("timestamp", "date", "Loses");
        check("uuid", "boolean", "Impossible");
        check("json", "bytes", "Impossible");
        check("text", "json", "MayFail");
    }
}
