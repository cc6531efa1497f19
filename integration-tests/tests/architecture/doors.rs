//! One crate, one door: where a third-party crate may be declared and named.

use std::collections::BTreeSet;
use std::str::FromStr;

use cargo_metadata::Metadata;
use proc_macro2::{TokenStream, TokenTree};

use crate::workspace::Source;

/// Where a third-party crate enters.
struct Door {
    krate: &'static str,
    /// Packages whose manifest may have it.
    declared_by: &'static [&'static str],
    /// Starts of paths of files that may name it.
    named_in: &'static [&'static str],
    /// Files outside of these, each with its reason.
    exceptions: &'static [(&'static str, &'static str)],
}

const DOORS: &[Door] = &[
    Door {
        krate: "shaku",
        declared_by: &["savia-core", "savia"],
        named_in: &["core/src/container", "core/macros/"],
        exceptions: &[
            (
                "core/src/__private.rs",
                "hands it on to the code the macros write",
            ),
            (
                "bom/src/lib.rs",
                "re-exports it at the version that was tested",
            ),
        ],
    },
    Door {
        krate: "figment",
        declared_by: &["savia-core"],
        named_in: &["core/src/config"],
        exceptions: &[],
    },
    Door {
        krate: "actix-web",
        declared_by: &[
            "savia-starter-web",
            "savia-starter-test",
            "savia-starter-security",
            "savia-starter-observability",
            "savia",
            // The benchmark's other side.
            "savia-integration-tests",
        ],
        named_in: &[
            "starters/web/",
            "starters/test/",
            "starters/security/",
            "starters/observability/",
            "bom/",
        ],
        exceptions: &[],
    },
    Door {
        krate: "actix-http",
        declared_by: &["savia-starter-web", "savia-starter-test"],
        named_in: &["starters/web/", "starters/test/"],
        exceptions: &[],
    },
    Door {
        krate: "diesel",
        declared_by: &[
            "savia-starter-data",
            "savia-starter-tasks",
            "savia-starter-security",
            "savia",
            // A user's manifest has it; the macros' cases are a user's code.
            "savia-integration-tests",
            "shop",
        ],
        named_in: &[
            "core/macros/",
            "starters/data/",
            "starters/tasks/src/backend",
            "starters/security/src/audit/sink/database",
            "starters/security/src/token/database",
            "starters/security/src/user/database",
            "bom/",
        ],
        exceptions: &[],
    },
];

/// What knows HTTP or SQL, as far as anybody would reach for it.
const FOREIGN_TO_CORE: &[&str] = &[
    "actix-http",
    "actix-web",
    "awc",
    "axum",
    "diesel",
    "diesel-async",
    "h2",
    "http",
    "http-body",
    "hyper",
    "libsqlite3-sys",
    "postgres",
    "reqwest",
    "rusqlite",
    "sea-orm",
    "sqlx",
    "tokio-postgres",
    "tower-http",
    "tungstenite",
    "utoipa",
    "warp",
];

/// Manifests that have a crate which enters elsewhere.
pub(crate) fn declared(metadata: &Metadata) -> Vec<String> {
    let mut faults = Vec::new();
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            let door = DOORS.iter().find(|door| door.krate == dependency.name);
            if door.is_some_and(|door| !door.declared_by.contains(&package.name.as_str())) {
                faults.push(format!("`{}` declares `{}`", package.name, dependency.name));
            }
        }
    }
    faults
}

/// Files that name a crate which enters elsewhere.
pub(crate) fn named(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        for door in named_past_door(source) {
            if !door.exceptions.iter().any(|(path, _)| *path == source.path) {
                faults.push(format!("{} names `{}`", source.path, door.krate));
            }
        }
    }
    faults
}

/// Exceptions whose file does not name the crate any more.
pub(crate) fn idle_exceptions(sources: &[Source]) -> Vec<String> {
    let used: BTreeSet<(&str, &str)> = sources
        .iter()
        .flat_map(|source| named_past_door(source).map(|door| (source.path.as_str(), door.krate)))
        .collect();
    DOORS
        .iter()
        .flat_map(|door| {
            door.exceptions
                .iter()
                .map(|exception| (exception.0, door.krate))
        })
        .filter(|exception| !used.contains(exception))
        .map(|(path, krate)| format!("{path} may name `{krate}` but does not"))
        .collect()
}

/// Packages of the core's tree that it must not stand on.
pub(crate) fn foreign_to_core(tree: &BTreeSet<String>) -> Vec<String> {
    let foreign = FOREIGN_TO_CORE.iter().filter(|name| tree.contains(**name));
    foreign
        .map(|name| format!("`savia-core` is compiled with `{name}`"))
        .collect()
}

fn named_past_door(source: &Source) -> impl Iterator<Item = &'static Door> {
    let identifiers = identifiers(&source.text);
    let path = source.path.clone();
    DOORS.iter().filter(move |door| {
        let open = door.named_in.iter().any(|start| path.starts_with(start));
        !open && identifiers.contains(&door.krate.replace('-', "_"))
    })
}

/// Every identifier of the code: neither comments nor strings name a crate.
fn identifiers(text: &str) -> BTreeSet<String> {
    fn collect(tokens: TokenStream, into: &mut BTreeSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(identifier) => {
                    into.insert(identifier.to_string());
                }
                TokenTree::Group(group) => collect(group.stream(), into),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    collect(TokenStream::from_str(text).expect("tokens"), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::{declared, foreign_to_core, idle_exceptions, named};
    use crate::workspace::{Source, Workspace};

    fn source(path: &str, text: &str) -> Vec<Source> {
        vec![Source {
            path: path.into(),
            text: text.into(),
        }]
    }

    #[test]
    fn a_name_past_the_door_is_reported() {
        let text = "fn f() { let m = ::savia::__private::shaku::module!(); }";
        let found = named(&source("core/src/app.rs", text));
        assert_eq!(found, ["core/src/app.rs names `shaku`"]);
        let found = named(&source(
            "starters/cache/src/cache.rs",
            "use actix_web::HttpRequest;",
        ));
        assert_eq!(found, ["starters/cache/src/cache.rs names `actix-web`"]);
    }

    #[test]
    fn a_comment_a_string_and_the_door_itself_are_no_names() {
        let text = "//! Built by shaku.\n/// Not by `shaku::Module`.\nconst A: &str = \"shaku\";";
        assert_eq!(
            named(&source("core/src/app.rs", text)),
            Vec::<String>::new()
        );
        let text = "use shaku::Module;";
        assert_eq!(
            named(&source("core/src/container/registry.rs", text)),
            Vec::<String>::new()
        );
        assert_eq!(
            named(&source("core/src/__private.rs", text)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_exception_nobody_needs_is_reported() {
        let found = idle_exceptions(&source("core/src/__private.rs", "pub use serde;"));
        let fault = "core/src/__private.rs may name `shaku` but does not".to_owned();
        assert!(found.contains(&fault), "{found:?}");
    }

    #[test]
    fn a_manifest_past_the_door_is_reported() {
        let mut metadata = Workspace::load().metadata;
        let web = metadata
            .packages
            .iter()
            .find(|package| package.name == "savia-starter-web");
        let actix = web
            .expect("web")
            .dependencies
            .iter()
            .find(|d| d.name == "actix-web")
            .cloned();
        let core = metadata
            .packages
            .iter_mut()
            .find(|package| package.name == "savia-core");
        core.expect("core")
            .dependencies
            .push(actix.expect("actix-web"));
        let fault = "`savia-core` declares `actix-web`".to_owned();
        assert!(declared(&metadata).contains(&fault));
    }

    #[test]
    fn http_in_the_tree_of_the_core_is_reported() {
        let tree = Workspace::load().dependency_tree("savia-starter-web");
        let found = foreign_to_core(&tree);
        assert!(
            found.contains(&"`savia-core` is compiled with `actix-web`".to_owned()),
            "{found:?}"
        );
    }
}
