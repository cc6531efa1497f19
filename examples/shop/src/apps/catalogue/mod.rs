//! The app `catalogue`: what can be bought.

pub mod commands;
pub mod controllers;
pub mod entities;
pub mod repositories;
pub mod services;

savia::app! { name: "catalogue" }
savia::data::migrations!();
