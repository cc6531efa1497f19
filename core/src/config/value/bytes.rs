//! Amounts of memory.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::{ConfigError, ConfigValue, Input, Shape};

/// A number of bytes, written `512`, `64KiB`, `10MiB` or `1GB`.
///
/// `KiB`, `MiB`, `GiB` and `TiB` are powers of 1024; `kB`, `MB`, `GB` and `TB` powers of 1000
/// (IEC 80000-13).
///
/// ```
/// use savia_core::config::ByteSize;
///
/// let limit: ByteSize = "10MiB".parse()?;
/// assert_eq!(limit.bytes(), 10 * 1024 * 1024);
/// assert_eq!(limit.to_string(), "10MiB");
/// # Ok::<(), savia_core::config::ByteSizeError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

/// A text is no amount of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a size such as `512`, `64KiB` or `10MiB`")]
pub struct ByteSizeError;

const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

impl ByteSize {
    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many times 1024 bytes.
    pub const fn kib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 10))
    }

    /// So many times 1024² bytes.
    pub const fn mib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 20))
    }

    /// So many times 1024³ bytes.
    pub const fn gib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 30))
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The number of bytes as a length in memory, at most what the machine can address.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl FromStr for ByteSize {
    type Err = ByteSizeError;

    fn from_str(text: &str) -> Result<Self, ByteSizeError> {
        let text = text.trim();
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '_')
            .unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let count: u64 = digits.replace('_', "").parse().map_err(|_| ByteSizeError)?;
        let unit = unit.trim();
        let factor = if unit.is_empty() {
            1
        } else {
            UNITS
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(unit))
                .ok_or(ByteSizeError)?
                .1
        };
        count.checked_mul(factor).map(Self).ok_or(ByteSizeError)
    }
}

impl fmt::Display for ByteSize {
    /// In the greatest unit that leaves no rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match UNITS
            .iter()
            .find(|(_, factor)| self.0 > 0 && self.0.is_multiple_of(*factor))
        {
            Some((unit, factor)) => write!(f, "{}{unit}", self.0 / factor),
            None => f.write_str("0B"),
        }
    }
}

impl ConfigValue for ByteSize {
    fn shape() -> Shape {
        Shape::text(
            "a size, such as `512`, `64KiB`, `10MiB` or `1GB`",
            json!({
                "anyOf": [
                    { "type": "integer", "minimum": 0 },
                    { "type": "string", "pattern": r"^[\d_]+\s*([kKMGTmgt]i?)?[bB]?$" },
                ]
            }),
        )
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        input.parsed(Self::shape(), |text| text.parse().ok())
    }

    fn to_json(&self) -> Value {
        self.to_string().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_unit() {
        let check = |text: &str, bytes: Option<u64>| {
            assert_eq!(
                text.parse::<ByteSize>().ok().map(ByteSize::bytes),
                bytes,
                "{text}"
            );
        };
        check("512", Some(512));
        check("64 KiB", Some(65_536));
        check("10mib", Some(10_485_760));
        check("1GB", Some(1_000_000_000));
        check("1_000B", Some(1000));
        check("10Mi", None);
        check("MiB", None);
        check("-1", None);
        check("99999999999TiB", None);
    }

    #[test]
    fn a_size_is_written_as_it_is_read() {
        for text in ["10MiB", "1kB", "513B", "0B"] {
            assert_eq!(
                text.parse::<ByteSize>().map(|size| size.to_string()),
                Ok(text.to_owned())
            );
        }
    }
}
