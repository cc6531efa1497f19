//! An app with two migrations.

savia_core::app! { name: "posts" }
savia::migrations!();
