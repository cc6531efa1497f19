//! A list of paths, drawn as a tree.

use std::collections::BTreeMap;

#[derive(Default)]
struct Folder<'a>(BTreeMap<&'a str, Folder<'a>>);

/// Draws the paths below a root, folders first, each level by name.
pub(crate) fn draw<'a>(root: &str, paths: impl IntoIterator<Item = &'a str>) -> String {
    let mut top = Folder::default();
    for path in paths {
        let mut folder = &mut top;
        for part in path.split('/') {
            folder = folder.0.entry(part).or_default();
        }
    }
    let mut drawn = format!("{root}/\n");
    top.draw_into(&mut drawn, "");
    drawn
}

impl Folder<'_> {
    fn draw_into(&self, drawn: &mut String, indent: &str) {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(name, below)| (below.0.is_empty(), **name));
        let last = entries.len().saturating_sub(1);
        for (index, (name, below)) in entries.into_iter().enumerate() {
            let (branch, rail) = if index == last {
                ("└── ", "    ")
            } else {
                ("├── ", "│   ")
            };
            let slash = if below.0.is_empty() { "" } else { "/" };
            drawn.push_str(&format!("{indent}{branch}{name}{slash}\n"));
            below.draw_into(drawn, &format!("{indent}{rail}"));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn folders_come_first() {
        assert_eq!(
            super::draw("blog", ["Cargo.toml", "src/main.rs", "src/apps/mod.rs"]),
            "blog/\n├── src/\n│   ├── apps/\n│   │   └── mod.rs\n│   └── main.rs\n└── Cargo.toml\n"
        );
    }
}
