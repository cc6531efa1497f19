//! The types that a field can be said to have.

use super::field;

/// The type of a field, as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FieldType {
    String,
    Text,
    Int,
    Bigint,
    Float,
    Decimal,
    Bool,
    Date,
    Datetime,
    Uuid,
    Json,
    /// Another entity, as it was written.
    References(String),
}

impl FieldType {
    /// Their names.
    pub(super) const NAMES: [&'static str; 12] = [
        "string",
        "text",
        "int",
        "bigint",
        "float",
        "decimal",
        "bool",
        "date",
        "datetime",
        "uuid",
        "json",
        "references",
    ];

    /// Of `string`, `references:Author`.
    ///
    /// # Errors
    ///
    /// Where it is none, why not.
    pub(super) fn parse(written: &str) -> Result<Self, String> {
        let (name, target) = match written.split_once(':') {
            Some((name, target)) => (name, Some(target)),
            None => (written, None),
        };
        let ty = match (name, target) {
            ("references", Some(target)) if !target.is_empty() => {
                return Ok(Self::References(target.to_owned()));
            }
            ("references", _) => {
                return Err("say what it refers to, such as `references:Author`".to_owned());
            }
            ("string", _) => Self::String,
            ("text", _) => Self::Text,
            ("int", _) => Self::Int,
            ("bigint", _) => Self::Bigint,
            ("float", _) => Self::Float,
            ("decimal", _) => Self::Decimal,
            ("bool", _) => Self::Bool,
            ("date", _) => Self::Date,
            ("datetime", _) => Self::Datetime,
            ("uuid", _) => Self::Uuid,
            ("json", _) => Self::Json,
            (other, _) => {
                let meant = field::meant(other);
                return Err(format!("there is no type `{other}`{meant}"));
            }
        };
        match target {
            None => Ok(ty),
            Some(_) => Err("only `references` says what it refers to".to_owned()),
        }
    }

    /// The type in Rust; none for a reference, whose type is that of the other's id.
    pub(super) fn rust(&self) -> Option<&'static str> {
        Some(match self {
            Self::String | Self::Text => "String",
            Self::Int => "i32",
            Self::Bigint => "i64",
            Self::Float => "f64",
            Self::Decimal => "Decimal",
            Self::Bool => "bool",
            Self::Date => "NaiveDate",
            Self::Datetime => "DateTime<Utc>",
            Self::Uuid => "Uuid",
            Self::Json => "serde_json::Value",
            Self::References(_) => return None,
        })
    }

    /// What `#[column(…)]` says of it.
    pub(super) fn column(&self) -> Option<&'static str> {
        match self {
            Self::String => Some("length = 255"),
            Self::Decimal => Some("precision = 12, scale = 2"),
            _ => None,
        }
    }

    /// What `#[garde(…)]` says of it.
    ///
    /// Characters are counted and not bytes, as the column and the API's description count. The
    /// digits of a decimal are checked by `#[entity]`, which knows how many the column holds.
    pub(super) fn rule(&self) -> Option<&'static str> {
        match self {
            Self::String => Some("length(chars, min = 1, max = 255)"),
            Self::Text => Some("length(chars, max = 65_535)"),
            _ => None,
        }
    }

    /// Why there is no sense in `!`, where there is none.
    pub(super) fn never_unique(&self) -> Option<&'static str> {
        match self {
            Self::Text => {
                Some("a text may be too long to be told from all others (`!`): `string!`")
            }
            Self::Json => {
                Some("JSON is not compared, so there is no saying that no two alike (`!`)")
            }
            Self::Float => {
                Some("a float is rounded, so there is no saying that no two are alike (`!`)")
            }
            Self::Bool => Some("no two alike (`!`) would be two rows at most"),
            _ => None,
        }
    }
}
