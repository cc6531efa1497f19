//! An app whose table refers to the other's.

savia_core::app! { name: "authors" }
savia::migrations!();
