//! The section `docs`.

use savia_core::config;
use savia_core::config::{ConfigError, ConfigValue, Input, Shape};

/// The documentation of the API, served from the binary: `/docs` and `/openapi.json`.
#[config("docs")]
pub struct DocsConfig {
    /// Whether it is served: `true`, `false`, or `auto`: in every profile but `prod`.
    #[default(DocsEnabled::Auto)]
    pub enabled: DocsEnabled,
}

/// Whether the documentation is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocsEnabled {
    /// In every profile but `prod`.
    Auto,
    /// In every profile.
    Always,
    /// In none.
    Never,
}

// By hand and not by `#[config]`: `true` and `false` are no words in YAML, and a schema that
// called them text would mark them as wrong in every editor.
impl ConfigValue for DocsEnabled {
    fn shape() -> Shape {
        Shape::scalar(
            "`auto`, `true` or `false`",
            serde_json::json!({ "enum": ["auto", true, false] }),
        )
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        input.parsed(Self::shape(), |text| match text {
            "auto" => Some(Self::Auto),
            "true" => Some(Self::Always),
            "false" => Some(Self::Never),
            _ => None,
        })
    }

    fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Auto => "auto".into(),
            Self::Always => true.into(),
            Self::Never => false.into(),
        }
    }
}
