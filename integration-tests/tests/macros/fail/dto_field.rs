//! A rule that there is not is told where it stands, and the type stands.

use savia::dto;

#[dto]
struct Wrong {
    #[garde(lenght(min = 1))]
    title: String,
}

fn uses(wrong: Wrong) -> String {
    wrong.clone().title
}

fn main() {}
