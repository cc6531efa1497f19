//! What can be wrong with a configuration.

use super::Origin;
use crate::error::Diagnosis;

/// One fault of the configuration, with the key and the place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A key without a default is not set.
    #[error("`{key}` is required and is not set")]
    Missing {
        /// The key.
        key: String,
        /// What it should be, in words.
        expected: String,
    },
    /// A value is not of the field's type.
    #[error("`{key}` must be {expected}, not {found} ({origin})")]
    Type {
        /// The key.
        key: String,
        /// What it should be, in words.
        expected: String,
        /// What it is, in words.
        found: String,
        /// Where it was written.
        origin: Origin,
    },
    /// A word is not one of those the field knows.
    #[error("`{key}` must be {expected}, not {found} ({origin})")]
    Word {
        /// The key.
        key: String,
        /// The words it knows.
        expected: String,
        /// The word that was written.
        found: String,
        /// The known word that is nearest.
        near: Option<String>,
        /// Where it was written.
        origin: Origin,
    },
    /// A number is outside its range.
    #[error("`{key}` must be {expected}, not {found} ({origin})")]
    Range {
        /// The key.
        key: String,
        /// What it should be, with the range.
        expected: String,
        /// What it is.
        found: String,
        /// Where it was written.
        origin: Origin,
    },
    /// A value breaks a rule of its field.
    #[error("`{key}` breaks its rule: {message} ({origin})")]
    Rule {
        /// The key.
        key: String,
        /// The rule in words.
        message: String,
        /// Where it was written.
        origin: Origin,
    },
    /// Nothing declares the key.
    #[error("`{key}` is no known key ({origin})")]
    UnknownKey {
        /// The key.
        key: String,
        /// What could have been meant, or done.
        help: Vec<String>,
        /// Where it was written.
        origin: Origin,
    },
    /// A key is set twice in one file.
    #[error("`{key}` is set twice ({origin}, first at {first})")]
    Duplicate {
        /// The key.
        key: String,
        /// Where it was set first.
        first: Origin,
        /// Where it was set again.
        origin: Origin,
    },
    /// A source cannot be parsed.
    #[error("{message} ({origin})")]
    Syntax {
        /// What the parser says.
        message: String,
        /// Where.
        origin: Origin,
        /// The line, and a mark under the place.
        snippet: Vec<String>,
    },
    /// A `${…}` cannot be resolved.
    #[error("`{key}`: {message} ({origin})")]
    Placeholder {
        /// The key whose value holds it.
        key: String,
        /// What is wrong with it.
        message: String,
        /// The name in it.
        name: String,
        /// Where it was written.
        origin: Origin,
    },
}

impl ConfigError {
    pub(crate) fn syntax(message: impl Into<String>, origin: Origin, snippet: Vec<String>) -> Self {
        Self::Syntax {
            message: message.into(),
            origin,
            snippet,
        }
    }

    /// The key, where the fault is one key's.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Missing { key, .. }
            | Self::Type { key, .. }
            | Self::Word { key, .. }
            | Self::Range { key, .. }
            | Self::Rule { key, .. }
            | Self::UnknownKey { key, .. }
            | Self::Duplicate { key, .. }
            | Self::Placeholder { key, .. } => Some(key),
            Self::Syntax { .. } => None,
        }
    }

    /// The place; a missing key has none.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Missing { .. } => None,
            Self::Type { origin, .. }
            | Self::Word { origin, .. }
            | Self::Range { origin, .. }
            | Self::Rule { origin, .. }
            | Self::UnknownKey { origin, .. }
            | Self::Duplicate { origin, .. }
            | Self::Syntax { origin, .. }
            | Self::Placeholder { origin, .. } => Some(origin),
        }
    }

    /// The stable name of the kind of fault: `config::type`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "config::missing",
            Self::Type { .. } | Self::Word { .. } => "config::type",
            Self::Range { .. } => "config::range",
            Self::Rule { .. } => "config::rule",
            Self::UnknownKey { .. } => "config::unknown_key",
            Self::Duplicate { .. } => "config::duplicate_key",
            Self::Syntax { .. } => "config::syntax",
            Self::Placeholder { .. } => "config::placeholder",
        }
    }

    /// The fault as the report of a failed start shows it.
    pub fn diagnosis(&self) -> Diagnosis {
        let said = self.to_string();
        let what = match self.origin() {
            // The place has a line of its own there.
            Some(origin) => said
                .strip_suffix(&format!(" ({origin})"))
                .unwrap_or(&said)
                .to_owned(),
            None => said,
        };
        let mut diagnosis = Diagnosis::new(self.code(), what);
        if let Some(origin) = self.origin() {
            diagnosis = diagnosis.at(origin);
        }
        match self {
            Self::Missing { key, expected } => diagnosis
                .because(format!("it must be {expected}"))
                .help(format!("set `{key}` in application.yaml"))
                .help(format!("or the environment variable {}", variable(key))),
            Self::Type { found, .. } if found == "nothing" => {
                diagnosis.help("write a value, or take the key out")
            }
            Self::Type { expected, .. } | Self::Range { expected, .. } => {
                diagnosis.help(format!("write {expected}"))
            }
            Self::Word {
                near: Some(near), ..
            } => diagnosis.help(format!("did you mean `{near}`?")),
            Self::Word { expected, .. } => diagnosis.help(format!("write {expected}")),
            Self::Rule { key, .. } => diagnosis.help(format!(
                "`savia config explain {key}` shows what the key is for"
            )),
            Self::UnknownKey { help, .. } => help.iter().fold(diagnosis, Diagnosis::help),
            Self::Duplicate { key, first, .. } => {
                diagnosis.what = format!("`{key}` is set twice");
                diagnosis.at(first).help("keep one of them")
            }
            Self::Syntax {
                message, snippet, ..
            } => {
                let diagnosis = snippet.iter().fold(diagnosis, Diagnosis::because);
                syntax_help(message, snippet)
                    .into_iter()
                    .fold(diagnosis, Diagnosis::help)
            }
            Self::Placeholder { name, .. } if name.is_empty() => {
                diagnosis.help("a literal `${` is written `$${`")
            }
            Self::Placeholder { name, .. } => diagnosis
                .help(format!(
                    "set the environment variable {name}, or the key `{name}`"
                ))
                .help(format!("or give a default: `${{{name}:default}}`")),
        }
    }
}

/// What mistakes of people who write YAML usually are.
fn syntax_help(message: &str, snippet: &[String]) -> Option<&'static str> {
    let line = snippet.first().map_or("", String::as_str);
    if line.contains("${") && line.contains(['[', '{']) && !line.contains(['"', '\'']) {
        Some("inside `{ }` and `[ ]`, quote what holds a placeholder: \"${NAME}\"")
    } else if message.contains("tab") {
        Some("YAML is indented with spaces, never with tabs")
    } else if message.contains("bracket") || message.contains("flow") {
        Some("a list is written `[posts, users]`, a map `{key: value}`")
    } else if message.contains("mapping values") {
        Some("quote text that holds `: `; keys of one section stand in one column")
    } else if message.contains("illegal placement of ':'") {
        Some("a `[` or `{` above may not be closed")
    } else {
        None
    }
}

/// The environment variable that sets a key.
pub(crate) fn variable(key: &str) -> String {
    format!(
        "SAVIA_{}",
        key.replace('.', "__").replace('-', "_").to_uppercase()
    )
}
