//! A moment in time.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Nullable;
use diesel::sqlite::{Sqlite, SqliteValue};

/// A moment: `timestamptz` on PostgreSQL; on SQLite RFC 3339 text in UTC with six fraction digits,
/// whose order as text is the order in time.
#[derive(
    Debug, Clone, Copy, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Timestamptz;

as_expression!([] DateTime<Utc> => Timestamptz);

/// The form on SQLite.
const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

impl ToSql<Timestamptz, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(text(self));
        Ok(IsNull::No)
    }
}

/// As [`FORMAT`] has it. chrono's own way takes longer than SQLite does for a small insert.
fn text(moment: &DateTime<Utc>) -> String {
    let micros = moment.nanosecond() / 1000;
    // A leap second is the 60th of its minute, which is written over the 59th.
    let (Ok(year @ 0..=9999), 0..1_000_000) = (u32::try_from(moment.year()), micros) else {
        return moment.format(FORMAT).to_string();
    };
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut put = |from: usize, digits: usize, mut number: u32| {
        for place in text[from..from + digits].iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
    };
    put(0, 4, year);
    put(5, 2, moment.month());
    put(8, 2, moment.day());
    put(11, 2, moment.hour());
    put(14, 2, moment.minute());
    put(17, 2, moment.second());
    put(20, 6, micros);
    String::from_utf8_lossy(&text).into_owned()
}

impl FromSql<Timestamptz, Sqlite> for DateTime<Utc> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Ok(moment.to_utc());
        }
        // What SQLite itself writes: `current_timestamp`.
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
            .map_err(|_| format!("{text:?} is no moment in RFC 3339"))?;
        Ok(naive.and_utc())
    }
}

impl ToSql<Timestamptz, Pg> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Timestamptz, Pg>::to_sql(self, &mut out.reborrow())
    }
}

impl FromSql<Timestamptz, Pg> for DateTime<Utc> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<diesel::sql_types::Timestamptz, Pg>::from_sql(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_their_format_says() {
        let seconds = [
            0,
            -1,
            951_782_400,
            1_795_543_027,
            -62_167_219_200,
            -62_167_219_201,
            253_402_300_799,
            253_402_300_800,
        ];
        for second in seconds {
            for nanos in [0, 1, 999, 1_000, 123_456_789, 999_999_999] {
                let moment = DateTime::from_timestamp(second, nanos).unwrap();
                assert_eq!(text(&moment), moment.format(FORMAT).to_string());
            }
        }
        let leap = DateTime::from_timestamp(1_435_708_799, 1_500_000_000).unwrap();
        assert_eq!(text(&leap), leap.format(FORMAT).to_string());
    }
}
