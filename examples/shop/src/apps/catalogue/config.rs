//! The section `catalogue` of application.yaml.

use std::time::Duration;

use savia::prelude::*;

/// How the catalogue works.
#[config("catalogue")]
pub struct CatalogueConfig {
    /// How long a product stays in the cache.
    #[default("1m")]
    pub cache_for: Duration,
}
