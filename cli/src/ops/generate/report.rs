//! What a run came to, for the person who asked.

use super::files::LeftFile;
use super::migration;
use crate::error::Result;
use crate::ops::project::Project;
use crate::ops::tree;

/// What was generated.
#[derive(Debug)]
pub(crate) struct Made {
    pub(super) project: Project,
    /// The app it stands in.
    pub(super) app: String,
    pub(super) created: Vec<String>,
    pub(super) edited: Vec<String>,
    pub(super) left: Vec<LeftFile>,
    pub(super) notes: Vec<String>,
    /// The path that it answers at, without its slash.
    pub(super) path: String,
    /// Whether it answers HTTP.
    pub(super) has_routes: bool,
    /// The tests of it.
    pub(super) tests: Option<String>,
    /// The name of the migration that is yet to be made.
    pub(super) pending: Option<String>,
    /// Whether it was made.
    pub(super) migrated: bool,
}

impl Made {
    /// What was made, edited and left as it is.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        if !self.created.is_empty() {
            text += &tree::draw(".", self.created.iter().map(String::as_str));
            text += "\n";
        }
        if !self.edited.is_empty() {
            text += &format!("Edited: {}\n\n", self.edited.join(", "));
        }
        if self.created.is_empty() && self.edited.is_empty() {
            text += match self.left.is_empty() {
                true => "Everything is there already: nothing was changed.\n\n",
                false => "Nothing was changed.\n\n",
            };
        }
        if !self.left.is_empty() {
            text += "Exists, left as it is:\n";
            for LeftFile { path, names, .. } in &self.left {
                let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                text += &format!("  {path}: {} there says something else\n", names.join(", "));
            }
            if self.left.iter().any(|it| it.replaceable) {
                text += "  `--force` replaces a file that has nothing else in it.\n";
            }
            text += "\n";
        }
        for note in &self.notes {
            text += &format!("Note: {note}\n\n");
        }
        text
    }

    /// Makes the migration, if one is wanted and the entity is new.
    ///
    /// # Errors
    ///
    /// When the project does not build or its binary refuses.
    pub(crate) fn migrate(&mut self) -> Result<()> {
        if let Some(name) = &self.pending {
            migration::make(&self.project, &self.app, name)?;
            self.migrated = true;
        }
        self.pending = None;
        Ok(())
    }

    /// What to do next.
    pub(crate) fn next(&self) -> String {
        let mut lines = Vec::new();
        let pending = self.pending.as_deref();
        lines.extend(pending.map(|name| migration::command(&self.app, name)));
        if self.has_routes {
            lines.push(format!("savia run --watch, then GET /{}", self.path));
            lines.push("savia routes".to_owned());
        }
        let tests = self.tests.as_ref();
        lines.extend(tests.map(|name| format!("cargo test --test {name}")));
        if lines.is_empty() || (self.created.is_empty() && self.edited.is_empty()) {
            return String::new();
        }
        // What the binary said stands above.
        let gap = if self.migrated { "\n" } else { "" };
        format!("{gap}Next:\n  {}\n", lines.join("\n  "))
    }
}
