//! The attribute macros of Savia; use them through the `savia` crate.
//!
//! Each macro is a pipeline of its own folder: `parse` reads the user's syntax, `validate` says
//! what is wrong with it at the user's span, `expand` writes the code. What they write names
//! `::savia::__private::…` and nothing else.

mod app;
mod audited;
mod authorize;
mod auto_configuration;
mod cache_evict;
mod cache_put;
mod cached;
mod caching;
mod command;
mod config;
mod controller;
mod dto;
mod entity;
mod event_listener;
mod migration;
mod migrations;
mod projection;
mod repository;
mod routes;
mod scheduled;
mod secured;
mod service;
mod shared;
mod task;
mod test;
mod transactional;

use proc_macro::TokenStream;

/// Declares an app in the module where it stands: `savia::app! { name: "posts" }`.
#[proc_macro]
pub fn app(input: TokenStream) -> TokenStream {
    app::entry(input.into(), app::Kind::App).into()
}

/// Declares that everything below the module belongs to a starter, and so yields to the user's.
#[proc_macro]
pub fn starter(input: TokenStream) -> TokenStream {
    app::entry(input.into(), app::Kind::Starter).into()
}

/// Compiles the folders `migrations` and `seeds` beside this file in:
/// `savia::data::migrations!()`, in the module of an app.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    let file = proc_macro::Span::call_site().local_file();
    migrations::entry(input.into(), file).into()
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[proc_macro_attribute]
        pub fn $name(args: TokenStream, item: TokenStream) -> TokenStream {
            $name::entry(args.into(), item.into()).into()
        })*
    };
}

attributes! {
    /// Records calls of an async function in the audit log:
    /// `#[audited("post.delete", object = "post", id = "{id}")]`.
    audited;
    /// Asks a policy before a method, about a parameter (`#[authorize(PostPolicy, post)]`), or after it,
    /// about what it returns (`#[authorize(PostPolicy)]`).
    authorize;
    /// Registers an `AutoConfiguration`.
    auto_configuration;
    /// Takes entries out of a cache when a function has done its work:
    /// `#[cache_evict(cache = "posts", key = "{id}")]`, `tags = […]` or `all`.
    cache_evict;
    /// Puts what a function returns into a cache: `#[cache_put(cache = "posts", key = "{result.id}")]`.
    cache_put;
    /// Runs a function once for a key and remembers what it returned: `#[cached(ttl = "5m")]`.
    cached;
    /// Makes a function a command of the project's binary.
    command;
    /// Makes a struct a section of the configuration.
    config;
    /// Makes a struct a component that answers requests below a path.
    controller;
    /// Makes a struct or enum a type of the API: serde, validation, schema.
    dto;
    /// Makes a struct a type with a table, or an enum one that a column holds as text.
    entity;
    /// Makes a function hear an application event.
    event_listener;
    /// Makes an async function a step of a migration: `#[migration("20261124080000_fill_slugs")]`,
    /// or its way back, `#[migration("…", down)]`.
    migration;
    /// Makes a struct a type that rows of a `#[query]` are read as.
    projection;
    /// Makes a trait a repository: its methods are written from their names, or from a `#[query]`.
    repository;
    /// Makes the methods of a controller answer requests.
    routes;
    /// Makes a function run at times: `#[scheduled(cron = "0 3 * * *")]`, `#[scheduled(every = "30s")]`.
    scheduled;
    /// Lets nobody run a function who may not: `#[secured("posts:write")]`, `#[secured(role = "ADMIN")]`.
    /// On the routes of a controller, `#[routes]` reads it.
    secured;
    /// Makes a struct a component.
    service;
    /// Makes a function a background task, which is enqueued with `function::new(arguments)`.
    task;
    /// Makes an async function a test of the application.
    test;
    /// Makes the body of an async function one transaction.
    transactional;
}
