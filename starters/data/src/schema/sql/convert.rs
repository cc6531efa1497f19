//! How a value of one type becomes one of another.

use super::literal::power;
use crate::schema::data_type::DataType;

/// The expression on SQLite: `x` is the column.
pub(super) fn sqlite(from: DataType, to: DataType, x: &str) -> String {
    use DataType::*;
    match (from, to) {
        (from, to) if from == to => x.to_owned(),
        (Decimal { scale, .. }, Text { .. }) => decimal_to_text(scale, x),
        (Text { .. }, Decimal { scale, .. }) => text_to_decimal(scale, x),
        (Decimal { scale: from, .. }, Decimal { scale: to, .. }) if from < to => {
            format!("{x} * {}", power(to - from))
        }
        (Decimal { scale: from, .. }, Decimal { scale: to, .. }) => rounded(from - to, x),
        (Decimal { scale, .. }, SmallInt | Integer | BigInt) => rounded(scale, x),
        (SmallInt | Integer | BigInt, Decimal { scale: 0, .. }) => x.to_owned(),
        (SmallInt | Integer | BigInt, Decimal { scale, .. }) => format!("{x} * {}", power(scale)),
        (Decimal { scale, .. }, Real | Double) => format!("{x} / {}.0", power(scale)),
        (Real | Double, Decimal { scale, .. }) => {
            format!("cast(round({x} * {}) as integer)", power(scale))
        }
        (Real | Double, SmallInt | Integer | BigInt) => format!("cast(round({x}) as integer)"),
        (SmallInt | Integer | BigInt, Boolean) => format!("{x} <> 0"),
        (Boolean, Text { .. }) => {
            format!("case {x} when 0 then 'false' when 1 then 'true' end")
        }
        (Text { .. }, Boolean) => format!("lower({x}) in {TRUE}"),
        (Bytes, Text { .. }) => format!("case when {x} is not null then lower(hex({x})) end"),
        (Text { .. }, Bytes) => format!("unhex({x})"),
        (SmallInt | Integer | BigInt | Real | Double, Text { .. }) => format!("cast({x} as text)"),
        (Text { .. }, SmallInt | Integer | BigInt) => format!("cast({} as integer)", full(x)),
        (Text { .. }, Real | Double) => format!("cast({} as real)", full(x)),
        (Text { .. }, Text { .. }) => x.to_owned(),
        (Text { .. }, _) => full(x),
        (Timestamp, DateTime) => format!("replace({}, 'T', ' ')", shortened(x, 1)),
        (Timestamp, Time) => shortened(x, 12),
        (DateTime, Timestamp) => format!(
            "substr(replace({x}, ' ', 'T') || \
             case when instr({x}, '.') > 0 then '000000' else '.000000' end, 1, 26) || 'Z'"
        ),
        (Timestamp | DateTime, Date) => format!("substr({x}, 1, 10)"),
        (DateTime, Time) => format!("substr({x}, 12)"),
        (Date, Timestamp) => format!("{x} || 'T00:00:00.000000Z'"),
        (Date, DateTime) => format!("{x} || ' 00:00:00'"),
        // What is text on SQLite anyway, and numbers of another width.
        _ => x.to_owned(),
    }
}

/// The expression on PostgreSQL, where the server does not find it itself.
pub(super) fn postgres(from: DataType, to: DataType, x: &str) -> Option<String> {
    use DataType::*;
    let cast = |to: DataType| Some(format!("{x}::{}", super::types::postgres(to)));
    match (from, to) {
        (Text { .. }, Text { .. }) => None,
        (Timestamp, Text { .. }) => Some(format!(
            "to_char({x} at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        )),
        (Bytes, Text { .. }) => Some(format!("encode({x}, 'hex')")),
        (Text { .. }, Bytes) => Some(format!("decode({x}, 'hex')")),
        (Text { .. }, Boolean) => Some(format!("lower({x}) in {TRUE}")),
        (_, Text { .. }) => None,
        (Text { .. }, to) => Some(format!("{}::{}", full(x), super::types::postgres(to))),
        (Boolean, SmallInt) => Some(format!("{x}::integer::smallint")),
        (Boolean, BigInt) => Some(format!("{x}::integer::bigint")),
        (Boolean, Integer) => cast(to),
        (SmallInt | Integer | BigInt, Boolean) => Some(format!("{x} <> 0")),
        (Timestamp, DateTime) | (DateTime, Timestamp) => Some(format!("{x} at time zone 'utc'")),
        (Timestamp, Date) => Some(format!("({x} at time zone 'utc')::date")),
        (Timestamp, Time) => Some(format!("({x} at time zone 'utc')::time")),
        (DateTime, Date | Time) => cast(to),
        (Date, Timestamp) => Some(format!("{x}::timestamp at time zone 'utc'")),
        _ => None,
    }
}

/// The texts that are true, whichever database reads them.
const TRUE: &str = "('true', 't', 'yes', 'y', 'on', '1')";

/// An empty text is no value of another type: it becomes nothing.
fn full(x: &str) -> String {
    format!("nullif({x}, '')")
}

/// Half away from zero, as PostgreSQL rounds; in whole numbers, because floating ones have 15 digits.
fn rounded(digits: u32, x: &str) -> String {
    match digits {
        0 => x.to_owned(),
        digits => {
            let unit = power(digits);
            let half = unit / 2;
            format!("({x} + case when {x} < 0 then -{half} else {half} end) / {unit}")
        }
    }
}

/// A moment's text without its zone from a place on, with as few digits of a second as chrono writes:
/// six, three or none.
fn shortened(x: &str, from: usize) -> String {
    let (seconds, thousandths) = (20 - from, 24 - from);
    format!(
        "case when {x} like '%.000000Z' then substr({x}, {from}, {seconds}) \
         when {x} like '%000Z' then substr({x}, {from}, {thousandths}) \
         else rtrim(substr({x}, {from}), 'Z') end"
    )
}

fn decimal_to_text(scale: u32, x: &str) -> String {
    match scale {
        0 => format!("cast({x} as text)"),
        scale => {
            let unit = power(scale);
            format!(
                "case when {x} is not null then printf('%s%d.%0{scale}d', \
                 case when {x} < 0 then '-' else '' end, abs({x}) / {unit}, abs({x}) % {unit}) end"
            )
        }
    }
}

/// The digits before the point and as many behind it as the column keeps, read as one number.
fn text_to_decimal(scale: u32, x: &str) -> String {
    let point = format!("instr({x} || '.', '.')");
    let whole = format!("substr({x}, 1, {point} - 1)");
    let zeros = "0".repeat(usize::try_from(scale).unwrap_or_default());
    match scale {
        0 => format!("case when {x} <> '' then cast({whole} as integer) end"),
        scale => format!(
            "case when {x} <> '' then cast({whole} || \
             substr(substr({x}, {point} + 1) || '{zeros}', 1, {scale}) as integer) end"
        ),
    }
}
