//! The OpenAPI document, `/docs`, the start page, the commands and the checks: all that is made of
//! what the routes say of themselves.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test says what it expects by failing"
)]

extern crate savia_starter_web as savia;

mod apps;
mod checks;
mod commands;
mod docs;
mod document;

use savia_core::AppHandle;
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::lifecycle::Application;
use serde_json::{Value, json};

/// An application with these apps, as far as a command that connects to nothing knows it.
fn discovered(apps: &[&str], settings: &[(&str, Value)]) -> AppHandle {
    let mut sources = Sources::in_dir("/nowhere")
        .over("name", "shop")
        .over("installed_apps", json!(apps));
    for (key, value) in settings {
        sources = sources.over(*key, value.clone());
    }
    let configured = Application::configure(sources).unwrap();
    configured.discover(Overrides::default()).into_handle()
}
