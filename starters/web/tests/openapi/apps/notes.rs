//! A controller whose app has a prefix.

use savia_starter_web::extract::Text;
use savia_starter_web::{controller, routes};

savia_core::app! { name: "notes" }

#[controller("/notes")]
struct NoteController;

#[routes]
impl NoteController {
    /// Keeps a note.
    #[post]
    async fn keep(&self, text: Text) -> String {
        text.0
    }
}
