//! What a column holds, as a snapshot says it.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::metadata::ColumnKind;

/// What a column holds, with its size: [`ColumnKind`] and the length of a text.
///
/// In JSON it is one text: `"bigint"`, `"text(80)"`, `"decimal(12, 2)"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DataType {
    /// 16 bits.
    SmallInt,
    /// 32 bits.
    Integer,
    /// 64 bits.
    BigInt,
    /// 32 bits, floating.
    Real,
    /// 64 bits, floating.
    Double,
    /// True or false.
    Boolean,
    /// Text.
    Text {
        /// The most characters it may have.
        length: Option<u32>,
    },
    /// Bytes.
    Bytes,
    /// A moment.
    Timestamp,
    /// A date and time of no zone.
    DateTime,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A UUID.
    Uuid,
    /// A decimal.
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the point.
        scale: u32,
    },
    /// JSON.
    Json,
}

/// The words of types that have no size.
const WORDS: [(&str, DataType); 13] = [
    ("smallint", DataType::SmallInt),
    ("integer", DataType::Integer),
    ("bigint", DataType::BigInt),
    ("real", DataType::Real),
    ("double", DataType::Double),
    ("boolean", DataType::Boolean),
    ("bytes", DataType::Bytes),
    ("timestamp", DataType::Timestamp),
    ("datetime", DataType::DateTime),
    ("date", DataType::Date),
    ("time", DataType::Time),
    ("uuid", DataType::Uuid),
    ("json", DataType::Json),
];

impl DataType {
    /// Of a column of this kind.
    pub fn of(kind: ColumnKind, length: Option<u32>) -> Self {
        match kind {
            ColumnKind::SmallInt => Self::SmallInt,
            ColumnKind::Integer => Self::Integer,
            ColumnKind::BigInt => Self::BigInt,
            ColumnKind::Real => Self::Real,
            ColumnKind::Double => Self::Double,
            ColumnKind::Boolean => Self::Boolean,
            ColumnKind::Text => Self::Text { length },
            ColumnKind::Bytes => Self::Bytes,
            ColumnKind::Timestamp => Self::Timestamp,
            ColumnKind::DateTime => Self::DateTime,
            ColumnKind::Date => Self::Date,
            ColumnKind::Time => Self::Time,
            ColumnKind::Uuid => Self::Uuid,
            ColumnKind::Decimal { precision, scale } => Self::Decimal { precision, scale },
            ColumnKind::Json => Self::Json,
        }
    }

    /// Whether it is text of whatever length.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    /// Whether it is a whole number.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::SmallInt | Self::Integer | Self::BigInt)
    }

    /// The digits that every number of it has room for, where it is a whole number.
    pub(super) fn integer_digits(&self) -> Option<u32> {
        match self {
            Self::SmallInt => Some(5),
            Self::Integer => Some(10),
            Self::BigInt => Some(19),
            _ => None,
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { length: None } => f.write_str("text"),
            Self::Text {
                length: Some(length),
            } => write!(f, "text({length})"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            other => {
                let word = WORDS.iter().find(|(_, it)| it == other);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

impl FromStr for DataType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || format!("{text:?} is no type of a column");
        let Some((word, size)) = text.split_once('(') else {
            let found = WORDS.iter().find(|(word, _)| *word == text);
            return match found {
                Some((_, found)) => Ok(*found),
                None if text == "text" => Ok(Self::Text { length: None }),
                None => Err(unknown()),
            };
        };
        let size = size.strip_suffix(')').ok_or_else(unknown)?;
        match (word, size.split_once(',')) {
            ("text", None) => Ok(Self::Text {
                length: Some(size.parse().map_err(|_| unknown())?),
            }),
            ("decimal", Some((precision, scale))) => Ok(Self::Decimal {
                precision: precision.trim().parse().map_err(|_| unknown())?,
                scale: scale.trim().parse().map_err(|_| unknown())?,
            }),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for DataType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DataType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_one_text() {
        let all = WORDS.iter().map(|(_, it)| *it).chain([
            DataType::Text { length: None },
            DataType::Text { length: Some(80) },
            DataType::Decimal {
                precision: 12,
                scale: 2,
            },
        ]);
        for data_type in all {
            assert_eq!(data_type.to_string().parse(), Ok(data_type));
        }
        for text in ["", "number", "text(", "text(x)", "decimal(3)", "uuid(4)"] {
            let error = DataType::from_str(text).unwrap_err();
            assert!(error.contains("is no type of a column"), "{error}");
        }
    }
}
