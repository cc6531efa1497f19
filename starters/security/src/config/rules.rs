//! `security.rules`.

use savia_core::config;

/// What the routes of a path ask of their callers, beside what their attributes say.
#[config]
pub struct PathRuleConfig {
    /// The path, as routes write it: `/admin/**` is everything below, `*` any one segment. A parameter of a
    /// route, as in `/posts/{id}`, is met by `*`, `**` or its own name in braces.
    pub path: String,

    /// The methods, such as `[POST, PUT]`; without the key, all.
    #[default]
    pub methods: Vec<String>,

    /// A permission.
    pub permission: Option<String>,

    /// A role.
    pub role: Option<String>,

    /// A scope of an OAuth token.
    pub scope: Option<String>,

    /// Open to anybody, where no attribute says otherwise.
    #[default(false)]
    pub public: bool,

    /// Closed to everybody.
    #[default(false)]
    pub deny: bool,
}
