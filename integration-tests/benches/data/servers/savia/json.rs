//! What a request costs without a database.

use savia::prelude::*;

/// What `GET /json` answers.
#[dto]
struct Message {
    message: String,
}

#[controller("/")]
struct JsonController {}

#[routes]
impl JsonController {
    #[get("/json")]
    async fn json(&self) -> Json<Message> {
        Json(Message {
            message: "Hello, World!".to_owned(),
        })
    }
}
