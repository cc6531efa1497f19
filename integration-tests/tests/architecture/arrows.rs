//! Who may depend on whom.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, Package};

/// What one crate may depend on.
struct Rule {
    from: &'static str,
    /// With or without a Cargo feature.
    always: &'static [&'static str],
    /// Only behind a Cargo feature.
    optional: &'static [&'static str],
    /// Only for its own tests.
    tests: &'static [&'static str],
}

const TEST: &str = "savia-starter-test";

/// The allow-list. A crate that is not in it may not be in the workspace; applications below
/// `examples/` are held by [`example_may`] instead, having names of their own.
///
/// A starter's own tests run on [`TEST`], which may stand on every starter. That is a circle of
/// development only: nothing that is shipped is in it, and since such a dependency names no
/// version (`manifests.rs` sees to it), publishing is not either.
const RULES: &[Rule] = &[
    Rule {
        from: "savia-macros",
        always: &[],
        optional: &[],
        tests: &[],
    },
    Rule {
        from: "savia-core",
        always: &["savia-macros"],
        optional: &[],
        tests: &[],
    },
    starter("savia-starter-web", &["savia-core"], &[]),
    starter("savia-starter-data", &["savia-core"], &[]),
    starter("savia-starter-cache", &["savia-core"], &[]),
    starter(
        "savia-starter-tasks",
        &["savia-core"],
        &["savia-starter-data"],
    ),
    starter(
        "savia-starter-security",
        &["savia-core", "savia-starter-web"],
        &["savia-starter-data"],
    ),
    starter(
        "savia-starter-observability",
        &["savia-core", "savia-starter-web"],
        &[],
    ),
    Rule {
        from: TEST,
        always: &["savia-core"],
        optional: &[
            "savia-starter-web",
            "savia-starter-data",
            "savia-starter-cache",
            "savia-starter-tasks",
            "savia-starter-security",
            "savia-starter-observability",
        ],
        tests: &[],
    },
    Rule {
        from: "savia",
        always: &["savia-core"],
        optional: &[
            "savia-starter-web",
            "savia-starter-data",
            "savia-starter-cache",
            "savia-starter-tasks",
            "savia-starter-security",
            "savia-starter-observability",
            TEST,
        ],
        tests: &[],
    },
    // It speaks to a project through the project's own binary and through files.
    Rule {
        from: "savia-cli",
        always: &[],
        optional: &[],
        tests: &[],
    },
    Rule {
        from: "savia-integration-tests",
        always: &["savia"],
        optional: &[],
        tests: &[],
    },
];

const fn starter(
    from: &'static str,
    always: &'static [&'static str],
    optional: &'static [&'static str],
) -> Rule {
    Rule {
        from,
        always,
        optional,
        tests: &[TEST],
    }
}

/// Every arrow between two members that no rule allows.
pub(crate) fn check(metadata: &Metadata) -> Vec<String> {
    let members = members(metadata);
    let mut faults = Vec::new();
    for (&name, package) in &members {
        let rule = RULES.iter().find(|rule| rule.from == name);
        let example = example_of(metadata, package);
        if rule.is_none() && example.is_none() {
            faults.push(format!("`{name}` is in no rule: say what it may depend on"));
            continue;
        }
        for dependency in &package.dependencies {
            let Some(target) = members.get(dependency.name.as_str()) else {
                continue;
            };
            let to = dependency.name.as_str();
            let fault = match (rule, &example) {
                (Some(rule), _) => rule.refuses(to, dependency.kind, dependency.optional),
                (None, Some(example)) => {
                    let allowed = example_may(example, to, example_of(metadata, target).as_deref());
                    (!allowed).then_some("examples stand on `savia` and on their own crates")
                }
                (None, None) => None,
            };
            if let Some(reason) = fault {
                faults.push(format!("{name} -> {to} ({}): {reason}", dependency.kind));
            }
        }
    }
    faults
}

impl Rule {
    fn refuses(&self, to: &str, kind: DependencyKind, optional: bool) -> Option<&'static str> {
        if self.always.contains(&to) {
            return None;
        }
        match kind {
            DependencyKind::Development => {
                let allowed = self.optional.contains(&to) || self.tests.contains(&to);
                (!allowed).then_some("not even in tests")
            }
            _ if self.optional.contains(&to) => {
                (!optional).then_some("allowed behind a Cargo feature only")
            }
            _ if self.tests.contains(&to) => Some("allowed as a dev-dependency only"),
            _ => Some("no rule allows it"),
        }
    }
}

/// An example depends on the bill of materials and on the crates of its own application.
fn example_may(example: &str, to: &str, other: Option<&str>) -> bool {
    to == "savia" || other == Some(example)
}

/// The folder below `examples/` that the package belongs to.
fn example_of(metadata: &Metadata, package: &Package) -> Option<String> {
    let inside = package
        .manifest_path
        .strip_prefix(&metadata.workspace_root)
        .ok()?;
    let mut parts = inside.components().map(|part| part.as_str());
    (parts.next() == Some("examples")).then(|| parts.next().map(str::to_owned))?
}

/// Every member that can be reached from itself. Dev-dependencies do not count: see [`RULES`].
pub(crate) fn circles(metadata: &Metadata) -> Vec<String> {
    let members = members(metadata);
    let direct = |name: &str| -> BTreeSet<&str> {
        let package = members[name];
        let built = |kind| kind != DependencyKind::Development;
        let dependencies = package.dependencies.iter().filter(|d| built(d.kind));
        dependencies
            .filter_map(|d| members.get_key_value(d.name.as_str()).map(|(n, _)| *n))
            .collect()
    };
    let mut faults = Vec::new();
    for &start in members.keys() {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = direct(start).into_iter().collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(direct(next));
            }
        }
        if reached.contains(start) {
            faults.push(format!(
                "`{start}` depends on itself, by way of {reached:?}"
            ));
        }
    }
    faults
}

fn members(metadata: &Metadata) -> BTreeMap<&str, &Package> {
    metadata
        .packages
        .iter()
        .map(|package| (package.name.as_str(), package))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Metadata, check, circles};
    use crate::workspace::Workspace;

    /// The real workspace with one more line in the manifest of `from`.
    fn with_arrow(from: &str, to: &str, kind: Option<&str>, optional: bool) -> Metadata {
        let mut value = serde_json::to_value(&Workspace::load().metadata).expect("metadata");
        let packages = value["packages"].as_array_mut().expect("packages");
        let package = packages.iter_mut().find(|package| package["name"] == from);
        let dependencies = package.expect("the package")["dependencies"].as_array_mut();
        dependencies.expect("dependencies").push(serde_json::json!({
            "name": to, "source": null, "req": "*", "kind": kind, "optional": optional,
            "uses_default_features": true, "features": [], "target": null, "rename": null,
            "registry": null,
        }));
        serde_json::from_value(value).expect("metadata")
    }

    #[track_caller]
    fn refused(from: &str, to: &str, kind: Option<&str>, optional: bool) {
        let known = check(&Workspace::load().metadata);
        let mut found = check(&with_arrow(from, to, kind, optional));
        found.retain(|fault| !known.contains(fault));
        assert_eq!(found.len(), 1, "{from} -> {to}: {found:?}");
        assert!(
            found[0].starts_with(&format!("{from} -> {to} (")),
            "{}",
            found[0]
        );
    }

    #[track_caller]
    fn allowed(from: &str, to: &str, kind: Option<&str>, optional: bool) {
        let known = check(&Workspace::load().metadata);
        assert_eq!(
            check(&with_arrow(from, to, kind, optional)),
            known,
            "{from} -> {to}"
        );
    }

    #[test]
    fn a_forbidden_arrow_is_reported() {
        refused("savia-macros", "savia-core", None, false);
        refused("savia-core", "savia-starter-web", None, true);
        refused("savia-core", "savia", Some("dev"), false);
        refused("savia-core", "savia-starter-web", Some("build"), false);
        refused("savia-starter-web", "savia", None, false);
        refused("savia-starter-web", "savia-cli", Some("dev"), false);
        refused("savia-cli", "savia-starter-web", None, true);
        refused("savia-cli", "savia", None, false);
        refused("savia-integration-tests", "savia-core", Some("dev"), false);
        refused("hello", "savia-core", None, false);
    }

    #[test]
    fn the_test_starter_is_for_tests_and_stands_on_others_by_feature() {
        refused("savia-starter-web", "savia-starter-test", None, true);
        allowed(
            "savia-starter-web",
            "savia-starter-test",
            Some("dev"),
            false,
        );
        refused("savia-starter-test", "savia-starter-web", None, false);
        allowed("savia-starter-test", "savia-starter-web", None, true);
    }

    #[test]
    fn the_bill_of_materials_takes_starters_by_feature() {
        refused("savia", "savia-starter-web", None, false);
        allowed("savia", "savia-starter-web", None, true);
        allowed("hello", "savia", None, false);
    }

    #[test]
    fn a_crate_without_a_rule_is_reported() {
        let mut value = serde_json::to_value(&Workspace::load().metadata).expect("metadata");
        let packages = value["packages"].as_array_mut().expect("packages");
        let package = packages
            .iter_mut()
            .find(|package| package["name"] == "savia-cli");
        package.expect("the package")["name"] = "savia-helpers".into();
        let metadata = serde_json::from_value(value).expect("metadata");
        assert!(
            check(&metadata)
                .iter()
                .any(|fault| fault.contains("`savia-helpers` is in no rule"))
        );
    }

    #[test]
    fn a_circle_is_reported_and_one_of_tests_is_none() {
        let found = circles(&with_arrow("savia-macros", "savia-core", None, false));
        assert!(
            found
                .iter()
                .any(|fault| fault.starts_with("`savia-core` depends on itself"))
        );
        let found = circles(&with_arrow(
            "savia-macros",
            "savia-core",
            Some("dev"),
            false,
        ));
        assert_eq!(found, Vec::<String>::new());
    }
}
