//! The commands of the starter.

mod create_admin;
