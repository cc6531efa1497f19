//! The section `docs`.

use savia_core::config;

/// The API's documentation, served from the binary: `/docs` and `/openapi.json`.
#[config("docs")]
pub struct DocsConfig {
    /// Whether it is served: `auto` serves it in every profile but `prod`.
    #[default(Enabled::Auto)]
    pub enabled: Enabled,
}

/// Whether the documentation is served.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Enabled {
    /// In every profile but `prod`.
    Auto,
    /// Always.
    True,
    /// Never.
    False,
}
