//! The app `posts`: the table.

mod entities;
mod repositories;

pub(crate) use entities::{Post, new, posts};
pub(crate) use repositories::PostRepository;

savia::app! { name: "posts" }
savia::data::migrations!();
