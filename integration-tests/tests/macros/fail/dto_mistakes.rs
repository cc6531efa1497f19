//! What is no type of the API, and options that there are not.

use savia::dto;

#[dto]
fn handler() {}

#[dto]
union Bits {
    number: u32,
    bytes: [u8; 4],
}

#[dto(unkown = "ignore")]
struct Slip {
    id: i64,
}

#[dto(unknown = "ignored")]
struct Word {
    id: i64,
}

#[dto(unknown)]
struct NoValue {
    id: i64,
}

#[dto(unknown = "ignore")]
#[serde(deny_unknown_fields)]
struct Both {
    id: i64,
}

#[dto(unknown = "ignore")]
struct Pair(i64, i64);

#[dto]
#[garde(context(u8))]
struct WithContext {
    id: i64,
}

/// The mistakes above leave their types standing: this is none.
fn uses(slip: Slip, word: Word, none: NoValue, both: Both) -> [Option<i64>; 4] {
    [slip.clone().id, word.id, none.id, both.id].map(Some)
}

fn main() {}
