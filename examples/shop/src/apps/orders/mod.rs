//! The app `orders`: takes orders, and says so to whoever wants to know.

pub mod controllers;
pub mod entities;
pub mod listeners;
pub mod repositories;
pub mod services;

savia::app! { name: "orders", requires: ["catalogue", "mail"] }
savia::data::migrations!();
