//! The commands of the starter.

mod audit;
mod create_admin;
