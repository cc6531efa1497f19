//! An application's own first page and documentation.

use savia_starter_web::{Html, controller, routes};

savia_core::app! { name: "home" }

#[controller("/")]
struct HomeController;

#[routes]
impl HomeController {
    #[get]
    fn index(&self) -> Html<&'static str> {
        Html("<p>my own</p>")
    }

    #[get("/docs")]
    fn docs(&self) -> &'static str {
        "my own docs"
    }
}
