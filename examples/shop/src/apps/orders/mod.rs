//! The app `orders`: takes orders, and confirms them.

pub mod controllers;
pub mod entities;
pub mod repositories;
pub mod services;
pub mod tasks;

savia::app! { name: "orders", requires: ["catalogue", "mail"] }
savia::data::migrations!();
