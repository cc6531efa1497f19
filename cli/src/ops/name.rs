//! Which names a package, an app and their modules can bear.

use crate::error::CliError;

/// Rust's words, of every edition, with those it reserves.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Crates that every project sees; one of the same name would hide them or be hidden.
const CRATES: &[&str] = &[
    "alloc",
    "core",
    "garde",
    "proc_macro",
    "savia",
    "serde",
    "std",
    "test",
];

/// Folders of cargo's in `target`, where a binary of the same name cannot stand.
const CARGO_FOLDERS: &[&str] = &["build", "deps", "examples", "incremental"];

/// Names that Windows keeps for devices: a folder so called cannot be checked out there.
const WINDOWS_DEVICES: &[&str] = &[
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1",
    "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Sections of `application.yaml` that are not an app's to take.
const SECTIONS: &[&str] = &[
    "actuator",
    "cache",
    "data",
    "docs",
    "installed_apps",
    "lifecycle",
    "name",
    "observability",
    "openapi",
    "redis",
    "runtime",
    "security",
    "server",
    "tasks",
];

/// crates.io's limit.
const MAX_LENGTH: usize = 64;

/// What is left for an app's name in the key of its migrations: 50 characters, less a colon and the
/// 14 digits of a time.
const MAX_APP_LENGTH: usize = 35;

/// Checks the name of a project: of its package, binary, library and folder.
///
/// # Errors
///
/// When it is not one, with the reason and, where there is one, a name that would do.
pub(crate) fn check_project(name: &str) -> Result<(), CliError> {
    check(name, "a project", '-', project_fault)
}

/// Checks the name of an app: of its module, its configuration section, perhaps its crate.
///
/// # Errors
///
/// When it is not one, with the reason and, where there is one, a name that would do.
pub(crate) fn check_app(name: &str) -> Result<(), CliError> {
    check(name, "an app", '_', app_fault)
}

/// Whether Rust keeps a word for itself, in whatever edition.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

fn check(
    name: &str,
    what: &'static str,
    separator: char,
    fault: fn(&str) -> Option<String>,
) -> Result<(), CliError> {
    let Some(reason) = fault(name) else {
        return Ok(());
    };
    let suggestion = Some(simplified(name, separator)).filter(|name| fault(name).is_none());
    Err(CliError::Name {
        name: name.to_owned(),
        what,
        reason,
        suggestion,
    })
}

fn project_fault(name: &str) -> Option<String> {
    if name.contains(['/', '\\']) {
        return Some("it is a path; go to the folder first and give the name alone".to_owned());
    }
    fault(name, |c| c == '-' || c == '_', "`-` and `_`").or_else(|| {
        if CARGO_FOLDERS.contains(&name) {
            return Some(format!("cargo keeps `target/*/{name}` for itself"));
        }
        // The project has one app from its first minute.
        (name == "home").then(|| "its first app is called so".to_owned())
    })
}

fn app_fault(name: &str) -> Option<String> {
    fault(name, |c| c == '_', "`_`").or_else(|| {
        if name.len() > MAX_APP_LENGTH {
            return Some(format!(
                "it is longer than {MAX_APP_LENGTH} letters, which its migrations have room for"
            ));
        }
        if name == "project" || name == "web" {
            return Some(format!("what is the {name}'s is listed under that name"));
        }
        SECTIONS
            .contains(&name)
            .then(|| format!("`{name}` in application.yaml is the framework's own"))
    })
}

/// What project and app names have in common.
fn fault(name: &str, separator: fn(char) -> bool, separators: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || separator(c);
    let module = name.replace('-', "_");
    if name.is_empty() {
        Some("it is empty".to_owned())
    } else if name.starts_with(|c: char| c.is_ascii_digit()) {
        Some("it starts with a digit".to_owned())
    } else if name.starts_with(separator) {
        Some("it starts with a separator".to_owned())
    } else if name.chars().any(|c| c.is_ascii_uppercase()) {
        Some("it has capital letters".to_owned())
    } else if let Some(strange) = name.chars().find(|c| !allowed(*c)) {
        Some(format!(
            "it has {strange:?} in it; small letters, digits, {separators} are what it can have"
        ))
    } else if name.len() > MAX_LENGTH {
        Some(format!("it is longer than {MAX_LENGTH} letters"))
    } else if KEYWORDS.contains(&module.as_str()) {
        Some("it is a word of the Rust language".to_owned())
    } else if CRATES.contains(&module.as_str()) {
        Some(format!("it would stand in the way of the crate `{module}`"))
    } else if WINDOWS_DEVICES.contains(&name) {
        Some("Windows keeps it for a device".to_owned())
    } else {
        None
    }
}

/// The nearest name in small letters and digits: `My Blog` gives `my-blog`.
fn simplified(name: &str, separator: char) -> String {
    let mut simple = String::new();
    let mut previous = None::<char>;
    for c in name.chars() {
        let word_starts =
            c.is_ascii_uppercase() && previous.is_some_and(|p| p.is_ascii_lowercase());
        if (word_starts || !c.is_ascii_alphanumeric()) && !simple.ends_with(separator) {
            simple.push(separator);
        }
        if c.is_ascii_alphanumeric() {
            simple.push(c.to_ascii_lowercase());
        }
        previous = Some(c);
    }
    let starts = |c: char| c == separator || c.is_ascii_digit();
    simple
        .trim_start_matches(starts)
        .trim_end_matches(separator)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_name_comes_with_one_that_would_do() {
        for (written, suggested) in [
            ("Blog", "blog"),
            ("MyBlog", "my-blog"),
            ("my blog", "my-blog"),
            ("2blog", "blog"),
            ("-blog", "blog"),
            ("/srv/blog", "srv-blog"),
        ] {
            let Err(CliError::Name { suggestion, .. }) = check_project(written) else {
                panic!("{written} should be refused");
            };
            assert_eq!(suggestion.as_deref(), Some(suggested), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_a_crate_or_hides_one_is_refused() {
        for name in [
            "",
            "match",
            "gen",
            "test",
            "core",
            "std",
            "savia",
            "proc-macro",
            "deps",
            "con",
        ] {
            assert!(check_project(name).is_err(), "{name}");
        }
        for name in ["blog", "my-blog", "my_blog", "blog2", "savia-shop"] {
            assert!(check_project(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn an_app_is_a_module_with_a_section_of_its_own() {
        let long = "x".repeat(36);
        for name in [
            "my-app", "server", "Posts", "fn", "9lives", "project", &long,
        ] {
            assert!(check_app(name).is_err(), "{name}");
        }
        for name in ["posts", "user_profiles", "home"] {
            assert!(check_app(name).is_ok(), "{name}");
        }
    }
}
