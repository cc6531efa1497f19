//! What makes an app that is a crate of its own part of the project.

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::read;
use crate::error::{CliError, Result};
use crate::ops::change_set::ChangeSet;
use crate::ops::project::Project;

/// What an app's crate needs of what its project has.
const SHARED: &[&str] = &["savia", "diesel", "garde", "serde"];

/// The lines of the app's `[dependencies]`: the project's own, as seen from `apps/NAME`.
pub(super) fn dependencies(project: &Project) -> Result<String> {
    let manifest = project.manifest()?;
    let mut table = Table::new();
    for name in SHARED {
        let Some(dependency) = manifest.get("dependencies").and_then(|all| all.get(name)) else {
            continue;
        };
        let mut dependency = dependency.clone();
        dependency
            .as_value_mut()
            .map(Value::decor_mut)
            .into_iter()
            .for_each(|d| d.clear());
        if let Some(path) = dependency.get_mut("path")
            && let Some(relative) = path.as_str().filter(|path| !path.starts_with('/'))
        {
            let from_app = format!("../../{relative}");
            *path = toml_edit::value(from_app);
        }
        table.insert(name, dependency);
    }
    Ok(table.to_string())
}

/// Makes the project depend on the app, and keeps the linker from dropping it.
///
/// A path dependency below a workspace is a member of it by itself.
pub(super) fn depend(project: &Project, app: &str, changes: &mut ChangeSet) -> Result<()> {
    let manifest_path = project.root.join("Cargo.toml");
    let before = read(&manifest_path)?;
    let after = with_dependency(&before, app).map_err(|problem| CliError::BeyondEdit {
        path: manifest_path.clone(),
        problem,
        by_hand: format!("add to [dependencies]: {app} = {{ path = \"apps/{app}\" }}"),
    })?;
    changes.edit(manifest_path, before, after);

    let library = project.root.join("src/lib.rs");
    let before = read(&library)?;
    let after = with_use(&before, app);
    changes.edit(library, before, after);
    Ok(())
}

fn with_dependency(manifest: &str, app: &str) -> Result<String, String> {
    let mut manifest: DocumentMut = manifest
        .parse()
        .map_err(|error: toml_edit::TomlError| error.to_string())?;
    let package = manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str());
    if package.is_some_and(|name| name.replace('-', "_") == app) {
        return Err(format!("the project itself is called `{app}`"));
    }
    let table = dependency_table(&mut manifest)?;
    if table.contains_key(app) {
        return Err(format!("it depends on a crate called `{app}` already"));
    }
    table.insert(app, at_path(&format!("apps/{app}")));
    Ok(manifest.to_string())
}

/// The manifest of an app's crate with what a resource needs: the shared dependencies that it lacks,
/// and the crates of other apps, in folders beside its own.
///
/// # Errors
///
/// Why it cannot be edited.
pub(crate) fn completed(
    project: &Project,
    manifest: &str,
    others: &[(String, String)],
) -> Result<String, String> {
    let mut manifest: DocumentMut = manifest
        .parse()
        .map_err(|error: toml_edit::TomlError| error.to_string())?;
    let shared = dependencies(project).map_err(|error| error.to_string())?;
    let shared: DocumentMut = shared
        .parse()
        .map_err(|error: toml_edit::TomlError| error.to_string())?;
    let table = dependency_table(&mut manifest)?;
    for (name, dependency) in shared.iter() {
        if !table.contains_key(name) {
            table.insert(name, dependency.clone());
        }
    }
    for (package, folder) in others {
        if !table.contains_key(package) {
            table.insert(package, at_path(&format!("../{folder}")));
        }
    }
    Ok(manifest.to_string())
}

fn dependency_table(manifest: &mut DocumentMut) -> Result<&mut dyn TableLike, String> {
    manifest["dependencies"]
        .or_insert(toml_edit::table())
        .as_table_like_mut()
        .ok_or_else(|| "`dependencies` is no table".to_owned())
}

fn at_path(path: &str) -> Item {
    let mut dependency = InlineTable::new();
    dependency.insert("path", path.into());
    Item::Value(Value::InlineTable(dependency))
}

/// `use app as _;`, beside others of its kind or at the end.
fn with_use(library: &str, app: &str) -> String {
    let line = format!("use {app} as _;");
    let mut lines: Vec<&str> = library.lines().collect();
    if lines.iter().any(|present| present.trim() == line) {
        return library.to_owned();
    }
    let keeps = |line: &&str| line.starts_with("use ") && line.trim_end().ends_with(" as _;");
    match lines.iter().rposition(keeps) {
        Some(last) => {
            // rustfmt sorts lines that stand together.
            let earlier = lines[..last].iter().rposition(|other| !keeps(other));
            let first = earlier.map_or(0, |it| it + 1);
            let later = lines[first..=last]
                .iter()
                .position(|other| *other > line.as_str());
            lines.insert(later.map_or(last + 1, |it| first + it), &line);
        }
        None => {
            lines.push("");
            lines.push("// Named, so that the linker keeps what these apps register.");
            lines.push(&line);
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_added_and_comments_stay() {
        let before = "[package]\nname = \"blog\" # mine\n\n[dependencies]\n# base\nsavia = \"0.1\" # us\n\n[profile.dev]\ndebug = 0\n";
        let after = before.replace("# us\n", "# us\nmail = { path = \"apps/mail\" }\n");
        assert_eq!(with_dependency(before, "mail").unwrap(), after);
        assert!(with_dependency(&after, "mail").is_err());
        assert!(with_dependency(before, "blog").is_err());
    }

    #[test]
    fn the_library_names_every_app_that_is_a_crate() {
        let first = with_use("pub mod apps;\n", "mail");
        assert!(first.ends_with("register.\nuse mail as _;\n"), "{first}");
        let second = with_use(&first, "shop");
        assert!(
            second.ends_with("use mail as _;\nuse shop as _;\n"),
            "{second}"
        );
        assert_eq!(with_use(&second, "shop"), second);
        let third = with_use(&second, "news");
        assert!(
            third.ends_with("use mail as _;\nuse news as _;\nuse shop as _;\n"),
            "{third}"
        );
    }
}
