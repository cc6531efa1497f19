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
