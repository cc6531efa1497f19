//! Times as Savia writes them: RFC 3339, UTC, six fraction digits.

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// Something that holds times: `DateTime`, or an `Option` or `Vec` of it.
pub trait Timestamp {
    /// Writes the times it holds, each as `2026-11-24T08:05:30.123456Z`.
    ///
    /// # Errors
    ///
    /// The serializer's own.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Writes times with six fraction digits; `#[dto]` gives it to fields that hold them.
///
/// PostgreSQL keeps microseconds, so that a time reads the same before and after it was stored.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Post {
///     #[serde(serialize_with = "savia_core::time::timestamp")]
///     created_at: DateTime<Utc>,
/// }
///
/// let post = Post { created_at: DateTime::UNIX_EPOCH };
/// let json = serde_json::to_string(&post)?;
/// assert_eq!(json, r#"{"created_at":"1970-01-01T00:00:00.000000Z"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// The serializer's own.
pub fn timestamp<T: Timestamp, S: Serializer>(time: &T, serializer: S) -> Result<S::Ok, S::Error> {
    time.write(serializer)
}

impl<Z: TimeZone> Timestamp for DateTime<Z> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let utc = self.with_timezone(&Utc);
        serializer.serialize_str(&utc.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl<T: Timestamp> Timestamp for Option<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(time) => serializer.serialize_some(&Written(time)),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: Timestamp> Timestamp for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.len()))?;
        for time in self {
            sequence.serialize_element(&Written(time))?;
        }
        sequence.end()
    }
}

struct Written<'a, T>(&'a T);

impl<T: Timestamp> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}
