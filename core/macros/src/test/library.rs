//! The library of the package that is being compiled.
//!
//! A test that names nothing of it would be linked without it, and so without what it registers.

use std::env;
use std::fs;
use std::path::Path;

/// The library that a test of this package must name; none where there is none, or where the test
/// is part of it.
pub(super) fn of_this_package() -> Option<String> {
    let variable = |name: &str| env::var(name).ok();
    let folder = variable("CARGO_MANIFEST_DIR")?;
    let library = library_in(Path::new(&folder), &variable("CARGO_PKG_NAME")?)?;
    // A binary often bears its library's name.
    let is_library =
        variable("CARGO_CRATE_NAME")? == library && variable("CARGO_BIN_NAME").is_none();
    (!is_library).then_some(library)
}

/// The name of the library of the package in this folder.
fn library_in(folder: &Path, package: &str) -> Option<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let section = lib_section(&manifest);
    let of = |key: &str| {
        section
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    };
    if of("proc-macro") == Some("true") {
        return None;
    }
    if !folder.join(of("path").unwrap_or("src/lib.rs")).exists() {
        return None;
    }
    Some(of("name").unwrap_or(package).replace('-', "_"))
}

/// The keys of `[lib]`. It holds words and flags only, so that no parser of TOML is needed here,
/// which every project would wait for.
fn lib_section(manifest: &str) -> Vec<(&str, &str)> {
    manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[lib]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| {
            let value = value.split('#').next().unwrap_or(value);
            (key.trim(), value.trim().trim_matches(['"', '\'']))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(manifest: &str, file: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
        library_in(folder.path(), "my-blog")
    }

    #[test]
    fn the_library_bears_the_packages_name() {
        assert_eq!(
            library("[package]\nname = \"my-blog\"", "src/lib.rs"),
            Some("my_blog".into())
        );
    }

    #[test]
    fn the_manifest_may_name_it_and_its_file() {
        let manifest = "[package]\nname = \"my-blog\"\n\n[lib] \nname = \"blog\" # short\n\
                        path = 'source/blog.rs'\n\n[dependencies]\nname = \"1\"\n";
        assert_eq!(library(manifest, "source/blog.rs"), Some("blog".into()));
        assert_eq!(library(manifest, "src/lib.rs"), None);
    }

    #[test]
    fn a_package_of_binaries_or_macros_has_none() {
        assert_eq!(
            library("[package]\nname = \"my-blog\"", "src/main.rs"),
            None
        );
        assert_eq!(library("[lib]\nproc-macro = true", "src/lib.rs"), None);
    }
}
