//! How many steps a build has: cargo does not say so beforehand.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand, PackageId};

use crate::ops::toolchain::{self, Rustc};

/// About how many steps cargo will report for a package: a library each, and for a build script
/// its compilation and its run.
///
/// Cargo compiles a crate twice where the machine and the target want other features of it, so the
/// true number is a little higher.
pub(super) fn steps(root: &Path, package: &str) -> Option<u64> {
    let mut command = MetadataCommand::new();
    command.cargo_path(toolchain::cargo()).current_dir(root);
    let host = Rustc::ask()?.host;
    command.other_options(["--offline".into(), "--filter-platform".into(), host]);
    let metadata = command.exec().ok()?;

    let packages: HashMap<&PackageId, _> = metadata.packages.iter().map(|p| (&p.id, p)).collect();
    let resolve = metadata.resolve.as_ref()?;
    let nodes: HashMap<&PackageId, _> = resolve.nodes.iter().map(|n| (&n.id, n)).collect();
    let mut waiting = vec![
        &metadata
            .packages
            .iter()
            .find(|p| p.name.as_str() == package)?
            .id,
    ];
    let mut seen = HashSet::new();
    let mut steps = 0;
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let has_script = packages.get(id).is_some_and(|package| {
            package
                .targets
                .iter()
                .any(cargo_metadata::Target::is_custom_build)
        });
        steps += if has_script { 3 } else { 1 };
        waiting.extend(
            nodes
                .get(id)
                .into_iter()
                .flat_map(|node| &node.deps)
                .filter_map(|dep| {
                    let built = |kind: &cargo_metadata::DepKindInfo| {
                        kind.kind != DependencyKind::Development
                    };
                    dep.dep_kinds.iter().any(built).then_some(&dep.pkg)
                }),
        );
    }
    // The project's own binary, after its library.
    Some(steps + 1)
}
