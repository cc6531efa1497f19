//! What rows cannot be read as is told at the field.

use savia::rust_decimal::Decimal;
use savia::projection;

#[projection(x)]
struct Arguments {
    id: i64,
}

#[projection]
struct Unnamed(i64);

#[projection]
enum Several {
    One,
}

#[projection]
struct Attributes {
    #[column]
    a: i64,
    #[column(nme = "b")]
    b: i64,
    c: Decimal,
}

struct Plain;

#[projection]
struct Types {
    a: Plain,
    b: u64,
}

fn main() {}
