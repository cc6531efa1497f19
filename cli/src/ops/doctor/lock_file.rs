//! Whether the project's lock file has what was tested together.

use std::collections::BTreeSet;

use cargo_metadata::semver::Version;
use toml_edit::{DocumentMut, Item, Table};

use super::findings::{Finding, ok, warn};
use crate::ops::project::{Project, read_manifest};
use crate::ops::tested;

const NAME: &str = "versions";

pub(super) fn examine(project: &Project) -> Vec<Finding> {
    // A member of a workspace has its lock file in the workspace's root.
    let Some(path) = project
        .root
        .ancestors()
        .map(|dir| dir.join("Cargo.lock"))
        .find(|p| p.is_file())
    else {
        return vec![warn(NAME, "no Cargo.lock yet", "build once: `savia run`")];
    };
    let lock = match read_manifest(&path) {
        Ok(lock) => lock,
        Err(error) => {
            return vec![warn(
                NAME,
                error.to_string(),
                "`cargo generate-lockfile` writes it anew",
            )];
        }
    };
    let mut findings = vec![skew(&lock)];
    findings.extend(framework(&lock));
    findings
}

/// A package of a lock file.
#[derive(Clone, Copy)]
struct Package<'a>(&'a Table);

impl<'a> Package<'a> {
    fn all(lock: &'a DocumentMut) -> Vec<Self> {
        let packages = lock.get("package").and_then(Item::as_array_of_tables);
        packages.into_iter().flatten().map(Package).collect()
    }

    fn text(self, key: &str) -> &'a str {
        self.0.get(key).and_then(Item::as_str).unwrap_or_default()
    }

    /// Whether it is from this machine: the project's own, or a checkout of the framework.
    fn is_local(self) -> bool {
        !self.0.contains_key("source")
    }

    /// `serde`, or `garde 0.22.0` where there are several.
    fn dependencies(self) -> impl Iterator<Item = &'a str> {
        self.0
            .get("dependencies")
            .and_then(Item::as_array)
            .into_iter()
            .flatten()
            .filter_map(|d| d.as_str())
    }
}

/// What the project's crates and the framework's use of the tested set, in versions outside it.
///
/// What others use among themselves does no harm: only where two sides of one interface see
/// different versions do types not meet.
fn skew(lock: &DocumentMut) -> Finding {
    let packages = Package::all(lock);
    let mut outside = BTreeSet::new();
    let mut inside = BTreeSet::new();
    let ours = packages
        .iter()
        .filter(|package| package.is_local() || package.text("name").starts_with("savia"));
    for package in ours {
        for dependency in package.dependencies() {
            let mut words = dependency.split(' ');
            let name = words.next().unwrap_or_default();
            let Some(tested) = tested::requirement(name) else {
                continue;
            };
            let version = words.next().or_else(|| {
                packages
                    .iter()
                    .find(|p| p.text("name") == name)
                    .map(|p| p.text("version"))
            });
            let Some(version) = version.and_then(|version| Version::parse(version).ok()) else {
                continue;
            };
            if tested.matches(&version) {
                inside.insert(name);
            } else {
                let user = package.text("name");
                outside.insert(format!("{user} uses {name} {version}, tested is {tested}"));
            }
        }
    }
    if outside.is_empty() {
        return ok(
            NAME,
            format!("shared crates in tested versions: {}", inside.len()),
        );
    }
    warn(
        NAME,
        outside.into_iter().collect::<Vec<_>>().join("; "),
        "ask for the tested version in Cargo.toml, or use the crate through `savia`; \
         `cargo update` brings what is too old",
    )
}

/// Whether framework and command line are of one version.
fn framework(lock: &DocumentMut) -> Option<Finding> {
    let packages = Package::all(lock);
    let version = packages
        .iter()
        .find(|package| package.text("name") == "savia")?
        .text("version");
    let own = env!("CARGO_PKG_VERSION");
    let line = |version: &str| version.rsplit_once('.').map(|(line, _)| line.to_owned());
    Some(if line(version) == line(own) {
        ok("savia", format!("{version}, and the command line is {own}"))
    } else {
        warn(
            "savia",
            format!("the project has {version}, the command line is {own}"),
            format!(
                "`cargo install savia-cli --version {version}`, or raise `savia` in Cargo.toml"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(garde: &str) -> DocumentMut {
        format!(
            r#"
[[package]]
name = "blog"
version = "0.1.0"
dependencies = ["garde {garde}", "savia"]

[[package]]
name = "garde"
version = "0.23.0"
source = "registry"

[[package]]
name = "garde"
version = "0.22.0"
source = "registry"

[[package]]
name = "other"
version = "1.0.0"
source = "registry"
dependencies = ["garde 0.22.0"]

[[package]]
name = "savia"
version = "0.9.0"
source = "registry"
"#
        )
        .parse()
        .unwrap()
    }

    #[test]
    fn only_what_the_project_itself_uses_is_skew() {
        let table = |garde| {
            let diagnosis = super::super::Diagnosis::new(vec![skew(&lock(garde))]);
            diagnosis.to_json()
        };
        assert!(table("0.23.0").contains("shared crates in tested versions: 1"));
        assert!(table("0.22.0").contains("blog uses garde 0.22.0, tested is ^0.23.0"));
    }

    #[test]
    fn a_framework_of_another_line_is_told() {
        let diagnosis =
            super::super::Diagnosis::new(framework(&lock("0.23.0")).into_iter().collect());
        assert!(diagnosis.to_json().contains("the project has 0.9.0"));
        assert!(diagnosis.is_healthy());
    }
}
