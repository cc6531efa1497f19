//! The shape of source files.

use crate::workspace::Source;

/// Past this, look for the second idea in the file.
const LIMIT: usize = 400;

/// Files with more than [`LIMIT`] lines before their unit tests.
pub(crate) fn too_long(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| !is_test(&source.path)) {
        let lines = source
            .text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .count();
        if lines > LIMIT {
            faults.push(format!("{} has {lines} lines", source.path));
        }
    }
    faults
}

/// `foo.rs` beside `foo/`, never `foo/mod.rs`.
pub(crate) fn mod_files(sources: &[Source]) -> Vec<String> {
    let found = sources
        .iter()
        .filter(|source| source.path.ends_with("/mod.rs"));
    found.map(|source| source.path.clone()).collect()
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, Source, mod_files, too_long};

    fn source(path: &str, text: String) -> Vec<Source> {
        vec![Source {
            path: path.into(),
            text,
        }]
    }

    #[test]
    fn a_long_file_is_reported_without_its_tests() {
        let code = "fn f() {}\n".repeat(LIMIT);
        let tests = format!("{code}#[cfg(test)]\nmod tests {{\n{code}}}\n");
        assert_eq!(
            too_long(&source("core/src/a.rs", tests)),
            Vec::<String>::new()
        );
        let longer = format!("{code}fn g() {{}}\n");
        assert_eq!(
            too_long(&source("core/src/a.rs", longer.clone())),
            ["core/src/a.rs has 401 lines"]
        );
        assert_eq!(
            too_long(&source("core/src/a/tests.rs", longer)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_mod_file_is_reported() {
        assert_eq!(
            mod_files(&source("core/src/a/mod.rs", String::new())),
            ["core/src/a/mod.rs"]
        );
        assert_eq!(
            mod_files(&source("core/src/a.rs", String::new())),
            Vec::<String>::new()
        );
    }
}
