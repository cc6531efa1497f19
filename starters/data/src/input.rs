//! How an entity's fields are read from input and written to output where serde alone would not
//! do as the API promises.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// A field that input cannot set: whatever is sent is read and left out, so that what was got can
/// be put again.
///
/// # Errors
///
/// Where the input is no JSON.
pub fn ignored<'de, D: Deserializer<'de>, T: Default>(deserializer: D) -> Result<T, D::Error> {
    IgnoredAny::deserialize(deserializer)?;
    Ok(T::default())
}

/// Decimals are strings in JSON: a number would lose digits in most readers. Numbers are refused.
pub mod decimal_string {
    use rust_decimal::Decimal;
    use serde::{Deserializer, Serialize, Serializer, de::Error};

    /// Writes it.
    ///
    /// # Errors
    ///
    /// The serializer's own.
    pub fn serialize<S: Serializer>(decimal: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        decimal.to_string().serialize(serializer)
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// Where it is no decimal.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        deserializer.deserialize_any(InQuotes)
    }

    /// A text that is a decimal. A number is told how it is to be written.
    struct InQuotes;

    impl InQuotes {
        fn number<E: Error>(number: impl std::fmt::Display) -> Result<Decimal, E> {
            Err(E::custom(format!(
                "decimals are strings: write \"{number}\""
            )))
        }
    }

    impl serde::de::Visitor<'_> for InQuotes {
        type Value = Decimal;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a decimal as a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
            parsed(text)
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
            Self::number(number)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
            Self::number(number)
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
            Self::number(number)
        }
    }

    fn parsed<E: Error>(text: &str) -> Result<Decimal, E> {
        text.parse()
            .map_err(|_| E::custom(format!("{text:?} is no decimal: write `\"12.50\"`")))
    }
}

/// As [`decimal_string`], of decimals that may be missing.
pub mod decimal_string_option {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes it.
    ///
    /// # Errors
    ///
    /// The serializer's own.
    pub fn serialize<S: Serializer>(
        decimal: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        decimal.map(|it| it.to_string()).serialize(serializer)
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// Where it is no decimal.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        #[derive(Deserialize)]
        struct Present(#[serde(with = "super::decimal_string")] Decimal);
        Ok(Option::<Present>::deserialize(deserializer)?.map(|it| it.0))
    }
}
