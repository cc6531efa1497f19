//! The sections of the official starters, known whether they are compiled in or not, so that one
//! `application.yaml` serves every binary made of the project.

/// A section, and the starter (and feature of `savia`) that declares it.
pub(crate) const SECTIONS: [(&str, &str); 7] = [
    ("actuator", "observability"),
    ("cache", "cache"),
    ("data", "data"),
    ("observability", "observability"),
    ("security", "security"),
    ("server", "web"),
    ("tasks", "tasks"),
];

/// What core and web declare beside them at the top of `application.yaml`.
const OWN: [&str; 7] = [
    "docs",
    "installed_apps",
    "lifecycle",
    "name",
    "openapi",
    "redis",
    "runtime",
];

/// Whether a section of this name is Savia's own, so that no app may bear it.
pub(crate) fn is_reserved(name: &str) -> bool {
    OWN.contains(&name) || SECTIONS.iter().any(|(section, _)| *section == name)
}
