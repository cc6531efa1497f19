//! Routes that are wrong together with those of `orders`.

use savia_starter_web::{Path, controller, routes};

savia_core::app! { name: "rival" }

#[controller("/orders")]
struct RivalController;

#[routes]
impl RivalController {
    #[get("/{number}")]
    fn show(&self, number: Path<i64>) -> String {
        number.to_string()
    }

    #[post("/{number}/lines")]
    fn add(&self) {}

    #[delete("/{order}/lines")]
    fn clear(&self) {}

    #[get(r"/broken/{id:\d+(}")]
    fn broken(&self) {}
}
