#![doc = include_str!("../README.md")]

mod commands;
mod error;
mod ops;
mod terminal;

pub use commands::main;
