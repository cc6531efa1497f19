//! What cannot be validated, answered or returned as an error says what could be done.

use savia::prelude::*;

#[derive(savia::__private::serde::Deserialize, savia::__private::serde::Serialize)]
#[serde(crate = "savia::__private::serde")]
struct Plain {
    id: i64,
}

fn takes<T: savia::actix_web::FromRequest>() {}

fn answers<T: savia::web::Respond>() {}

fn main() {
    takes::<Json<Plain>>();
    answers::<Plain>();
    answers::<Result<String, Plain>>();
}
