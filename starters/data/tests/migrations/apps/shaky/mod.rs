//! An app whose migration builds a table anew and then panics.

use savia_core::Result;
use savia_starter_data::{Connection, migration};

savia_core::app! { name: "shaky" }
savia::migrations!();

#[migration("20260301000000_shake")]
async fn shake(_: Connection<'_>) -> Result<()> {
    panic!("what nobody thought of")
}
