//! What every manifest says, and the files every starter has.

use toml_edit::{DocumentMut, Item, TableLike};

use crate::workspace::{Manifest, Starter};

/// What a published crate tells the registry, beside its README.
const PUBLISHED: &[&str] = &["description", "license", "repository", "rust-version"];

/// The same role has the same file name in every starter.
const ROLES: &[&str] = &["lib.rs", "autoconfig.rs", "config.rs", "error.rs"];

/// Starters that lack a role, with the reason.
const WITHOUT: &[(&str, &str, &str)] = &[
    (
        "savia-starter-web",
        "error.rs",
        "its errors are problem details, in problem.rs",
    ),
    (
        "savia-starter-test",
        "autoconfig.rs",
        "it is the test that starts it",
    ),
    (
        "savia-starter-test",
        "config.rs",
        "a test says what it wants in code",
    ),
    (
        "savia-starter-test",
        "error.rs",
        "its failures are failed assertions",
    ),
];

/// Every habit that a manifest breaks.
pub(crate) fn check(manifests: &[Manifest]) -> Vec<String> {
    let mut faults = Vec::new();
    for manifest in manifests {
        let document: DocumentMut = manifest.text.parse().expect("TOML");
        let mut fault = |text: String| faults.push(format!("{}: {text}", manifest.path));

        if !says(document.get("lints"), "workspace") {
            fault("`[lints] workspace = true` is missing".into());
        }
        let package = document.get("package");
        let internal = package
            .and_then(|package| package.get("publish"))
            .is_some_and(|publish| publish.as_bool() == Some(false));
        if !internal {
            for key in PUBLISHED {
                if package.and_then(|package| package.get(key)).is_none() {
                    fault(format!("it is published without `{key}`"));
                }
            }
            if !manifest.has_readme {
                fault("it is published without a README.md".into());
            }
        }
        for (table, name, dependency) in dependencies(&document) {
            let sibling = name == "savia" || name.starts_with("savia-");
            if table == "dev-dependencies" && sibling && !internal {
                // A version here would have to be on the registry before this crate is.
                if dependency.get("path").is_none() || dependency.get("version").is_some() {
                    fault(format!("`{name}` in [{table}] wants a path and no version"));
                }
            } else if !says(Some(dependency), "workspace") {
                let local = dependency.get("path").is_some() && dependency.get("version").is_none();
                if !(local && internal) {
                    fault(format!(
                        "the version of `{name}` belongs in the workspace's manifest"
                    ));
                }
            }
        }
    }
    faults
}

/// Role files that a starter does not have.
pub(crate) fn missing_roles(starters: &[Starter]) -> Vec<String> {
    let mut faults = Vec::new();
    for Starter { name, files } in starters {
        for role in ROLES {
            let excused = WITHOUT
                .iter()
                .any(|(starter, file, _)| starter == name && file == role);
            match (files.contains(*role), excused) {
                (false, false) => faults.push(format!("`{name}` has no src/{role}")),
                (true, true) => {
                    faults.push(format!("`{name}` is excused from src/{role} but has it"))
                }
                _ => {}
            }
        }
    }
    faults
}

fn says(item: Option<&Item>, key: &str) -> bool {
    item.and_then(|item| item.get(key)).and_then(Item::as_bool) == Some(true)
}

/// Every dependency with the table it stands in, those of one platform included.
fn dependencies(document: &DocumentMut) -> Vec<(&'static str, String, &Item)> {
    let mut tables: Vec<&dyn TableLike> = vec![document.as_table()];
    if let Some(targets) = document.get("target").and_then(Item::as_table_like) {
        tables.extend(
            targets
                .iter()
                .filter_map(|(_, target)| target.as_table_like()),
        );
    }
    let mut found = Vec::new();
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(entries) = table.get(kind).and_then(Item::as_table_like) else {
                continue;
            };
            found.extend(
                entries
                    .iter()
                    .map(|(name, item)| (kind, name.to_owned(), item)),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Manifest, Starter, check, missing_roles};

    const GOOD: &str = r#"
[package]
name = "savia-starter-mail"
description = "Mail"
license.workspace = true
repository.workspace = true
rust-version.workspace = true
[dependencies]
serde.workspace = true
[lints]
workspace = true
"#;

    #[track_caller]
    fn finds(text: &str, has_readme: bool, expected: &[&str]) {
        let manifest = Manifest {
            path: "Cargo.toml".into(),
            text: text.into(),
            has_readme,
        };
        assert_eq!(check(&[manifest]), expected);
    }

    #[test]
    fn every_broken_habit_is_reported() {
        finds(GOOD, true, &[]);
        finds(
            GOOD,
            false,
            &["Cargo.toml: it is published without a README.md"],
        );
        let bad = GOOD
            .replace("description = \"Mail\"\n", "")
            .replace("[lints]", "[lint]");
        finds(
            &bad,
            true,
            &[
                "Cargo.toml: `[lints] workspace = true` is missing",
                "Cargo.toml: it is published without `description`",
            ],
        );
        let bad = GOOD.replace("serde.workspace = true", "serde = \"1\"");
        let fault = "Cargo.toml: the version of `serde` belongs in the workspace's manifest";
        finds(&bad, true, &[fault]);
        let bad = format!("{GOOD}[target.'cfg(unix)'.dependencies]\nserde = {{ version = \"1\" }}");
        finds(&bad, true, &[fault]);
    }

    #[test]
    fn a_sibling_in_tests_names_no_version() {
        let text = format!("{GOOD}[dev-dependencies]\nsavia-starter-test.workspace = true");
        let fault =
            "Cargo.toml: `savia-starter-test` in [dev-dependencies] wants a path and no version";
        finds(&text, true, &[fault]);
        let text =
            format!("{GOOD}[dev-dependencies]\nsavia-starter-test = {{ path = \"../test\" }}");
        finds(&text, true, &[]);
    }

    #[test]
    fn a_missing_role_is_reported() {
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let starter = Starter {
            name: "savia-starter-mail".into(),
            files: files(&["lib.rs", "config.rs", "error.rs", "mailer.rs"]),
        };
        assert_eq!(
            missing_roles(&[starter]),
            ["`savia-starter-mail` has no src/autoconfig.rs"]
        );
    }
}
