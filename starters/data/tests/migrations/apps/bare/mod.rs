//! An app that has a place for migrations, and none.

savia_core::app! { name: "bare" }
savia::migrations!();
