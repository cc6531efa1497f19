//! The sections `openapi` and `docs`.

use savia_core::config;

/// What the OpenAPI document says of the application as a whole.
#[config("openapi")]
pub struct OpenApiConfig {
    /// The title; without the key, the application's `name`.
    pub title: Option<String>,
    /// The version of the API; without the key, that of the project's package.
    pub version: Option<String>,
    /// What the API is for, in Markdown.
    pub description: Option<String>,
    /// The addresses under which the API is served, such as `https://api.example.com`; without
    /// the key, the address from which the document was read.
    #[default]
    pub servers: Vec<String>,
}
