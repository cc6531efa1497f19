//! The versions this release of the framework was tested with.

use cargo_metadata::semver::VersionReq;

/// A crate and a requirement a line, from the workspace's `Cargo.toml`; a test holds them equal.
const TESTED: &str = include_str!("../../data/tested-crates.txt");

/// The version of a crate, where it is one of the set.
pub(crate) fn version(name: &str) -> Option<&'static str> {
    let lines = TESTED.lines().filter(|line| !line.starts_with('#'));
    let mut pairs = lines.filter_map(|line| line.split_once(' '));
    pairs.find_map(|(krate, version)| (krate == name).then_some(version))
}

/// What goes with what was tested: the same version or a later one that is compatible.
pub(crate) fn requirement(name: &str) -> Option<VersionReq> {
    VersionReq::parse(version(name)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_crate_and_a_requirement() {
        let lines: Vec<_> = TESTED
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(lines.len() > 20, "{lines:?}");
        for line in lines {
            let name = line.split(' ').next().unwrap();
            assert!(requirement(name).is_some(), "{line}");
        }
    }
}
