//! What other starters would have the headers be, where nobody has said anything.

use savia_core::config::{Config, Source};

use crate::config::HeadersConfig;

/// Other defaults of `server.headers`: a starter submits it with `inventory`, as the security starter does,
/// which knows that there is something to protect. Keys that are set stay as they are ([`is_unset`]).
pub struct HeaderDefaults {
    /// Changes what nobody has set.
    pub amend: fn(&Config, &mut HeadersConfig),
}

savia_core::__private::inventory::collect!(HeaderDefaults);

/// Whether nobody has set a key of `server.headers`.
pub fn is_unset(config: &Config, key: &str) -> bool {
    let place = config.place(&format!("server.headers.{key}"));
    place.is_none_or(|place| *place.source() == Source::Default)
}

/// The section with what starters would have it be.
pub(crate) fn amended(config: &Config, section: &HeadersConfig) -> HeadersConfig {
    let mut section = section.clone();
    for defaults in savia_core::__private::inventory::iter::<HeaderDefaults> {
        (defaults.amend)(config, &mut section);
    }
    section
}
