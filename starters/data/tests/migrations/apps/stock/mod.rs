//! An app whose migrations go both ways, one of them in Rust, with a first content.

use savia_core::Result;
use savia_starter_data::{Connection, entity, migration};

savia_core::app! { name: "stock" }
savia::migrations!();

/// A shelf.
#[entity(table = "shelves")]
#[derive(PartialEq)]
pub(crate) struct Shelf {
    #[id]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) label: Option<String>,
}

/// What stands on it.
#[entity]
#[derive(PartialEq)]
pub(crate) struct Item {
    #[id]
    pub(crate) id: i64,
    #[belongs_to(Shelf, on_delete = "cascade")]
    pub(crate) shelf_id: i64,
}

#[migration("20260203000000_label_shelves")]
async fn label(tx: Connection<'_>) -> Result<()> {
    tx.script("update shelves set label = upper(name)").await
}

#[migration("20260203000000_label_shelves", down)]
async fn take_labels_off(tx: Connection<'_>) -> Result<()> {
    tx.script("update shelves set label = null").await
}
