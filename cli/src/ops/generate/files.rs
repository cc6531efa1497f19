//! The files of a run: made, added to, or left as they are.

use super::apps;
use super::source::{Merged, Source};
use crate::error::Result;
use crate::ops::change_set::ChangeSet;
use crate::ops::project::Project;
use crate::terminal;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It says what was asked for: made, added to, or as before.
    Done,
    /// It says something else, which its author wants.
    Left,
}

/// A file that was left as it is.
#[derive(Debug)]
pub(super) struct LeftFile {
    pub(super) path: String,
    /// What of it is in the way.
    pub(super) names: Vec<String>,
    /// Whether `--force` would replace it: it has nothing but what is generated.
    pub(super) replaceable: bool,
}

/// What is about to be written.
pub(super) struct Files<'a> {
    project: &'a Project,
    force: bool,
    changes: ChangeSet,
    left: Vec<LeftFile>,
}

impl<'a> Files<'a> {
    /// Nothing yet.
    pub(super) fn new(project: &'a Project, force: bool) -> Self {
        Self {
            project,
            force,
            changes: ChangeSet::new(&project.root),
            left: Vec::new(),
        }
    }

    /// What is about to be written.
    pub(super) fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    /// The same, for whoever plans more.
    pub(super) fn changes_mut(&mut self) -> &mut ChangeSet {
        &mut self.changes
    }

    /// Takes out what was left as it is.
    pub(super) fn left(&mut self) -> Vec<LeftFile> {
        std::mem::take(&mut self.left)
    }

    /// Plans a file with this code. `replaceable` is a text that gives way to it.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read.
    pub(super) fn add(
        &mut self,
        path: &str,
        code: &str,
        replaceable: Option<&str>,
    ) -> Result<Outcome> {
        let Some(text) = self.changes.text(path)? else {
            self.changes.create(path, code);
            return Ok(Outcome::Done);
        };
        if replaceable == Some(&text) {
            self.changes.put(path, code.to_owned())?;
            return Ok(Outcome::Done);
        }
        let beyond = |problem: String| apps::beyond(self.project, path, &problem);
        let own = Source::parse(text).map_err(beyond)?;
        let generated = Source::parse(code).map_err(beyond)?;
        match own.merge(&generated).map_err(beyond)? {
            Merged::Same => Ok(Outcome::Done),
            Merged::Added(text) => {
                self.changes.put(path, text)?;
                Ok(Outcome::Done)
            }
            Merged::Differs(names) => {
                let known = generated.names();
                let replaceable = own.names().iter().all(|name| known.contains(name));
                if replaceable && (self.force || asks_to_replace(path)) {
                    self.changes.put(path, code.to_owned())?;
                    return Ok(Outcome::Done);
                }
                self.left.push(LeftFile {
                    path: path.to_owned(),
                    names,
                    replaceable,
                });
                Ok(Outcome::Left)
            }
        }
    }

    /// Writes it, all or nothing.
    ///
    /// # Errors
    ///
    /// When something cannot be written.
    pub(super) fn apply(&self) -> Result<()> {
        self.changes.apply()
    }
}

/// Whether the person at the terminal wants a file replaced that they edited. Without one nobody
/// does.
fn asks_to_replace(path: &str) -> bool {
    terminal::confirm(format_args!(
        "{path} was edited, and what is generated says something else. Replace it?"
    ))
}
