//! `server.cors`.

use std::time::Duration;

use savia_core::config;

/// Cross-origin resource sharing (WHATWG Fetch, section 3.2): which pages of other origins may
/// call, and how. Without `allowed_origins` none may.
#[config]
pub struct CorsConfig {
    /// The origins that may call: `https://app.example.com`, `https://*.example.com` for every
    /// subdomain, or `*` for all.
    #[default]
    pub allowed_origins: Vec<String>,

    /// The methods they may use.
    #[default(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])]
    pub allowed_methods: Vec<String>,

    /// The headers they may send; `*` for whatever they ask for.
    #[default(["*"])]
    pub allowed_headers: Vec<String>,

    /// The headers of answers that their scripts may read, beside those that Fetch lets them.
    #[default(["Location", "X-Request-Id"])]
    pub exposed_headers: Vec<String>,

    /// Whether their requests may carry cookies and other credentials. Not together with
    /// `allowed_origins: ["*"]`.
    #[default(false)]
    pub allow_credentials: bool,

    /// How long a browser may remember what it was allowed, up to `24h`; Chromium cuts it to two
    /// hours. `0s` lets it ask every time.
    #[default("30m")]
    #[garde(custom(savia_core::config::rules::at_most_a_day))]
    pub max_age: Duration,
}
