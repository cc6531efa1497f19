//! A small shop on Savia.

pub mod apps;
