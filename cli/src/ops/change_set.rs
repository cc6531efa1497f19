//! A set of files to make and to edit: all of it, or none.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{CliError, Result};

/// What is about to be written below a folder.
#[derive(Debug)]
pub(crate) struct ChangeSet {
    root: PathBuf,
    create: Vec<File>,
    edit: Vec<Edit>,
}

#[derive(Debug)]
struct File {
    path: String,
    text: String,
}

#[derive(Debug)]
struct Edit {
    path: PathBuf,
    before: String,
    after: String,
}

/// What has been done so far, to be undone when the rest fails.
#[derive(Default)]
struct Done {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    edits: Vec<(PathBuf, String)>,
}

impl ChangeSet {
    /// Nothing yet, below `root`.
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            create: Vec::new(),
            edit: Vec::new(),
        }
    }

    /// Makes a file that must not be there, at a path with `/` in it.
    pub(crate) fn create(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.create.push(File {
            path: path.into(),
            text: text.into(),
        });
    }

    /// Replaces the text of a file; one that stays as it is is no edit.
    pub(crate) fn edit(&mut self, path: impl Into<PathBuf>, before: String, after: String) {
        if before != after {
            self.edit.push(Edit {
                path: path.into(),
                before,
                after,
            });
        }
    }

    /// What a file will say: as it is about to be written, else as it is; nothing where there is
    /// none.
    ///
    /// # Errors
    ///
    /// When it is there and cannot be read.
    pub(crate) fn text(&self, path: &str) -> Result<Option<String>> {
        let place = self.root.join(path);
        if let Some(file) = self.create.iter().find(|file| file.path == path) {
            return Ok(Some(file.text.clone()));
        }
        if let Some(edit) = self.edit.iter().find(|edit| edit.path == place) {
            return Ok(Some(edit.after.clone()));
        }
        match fs::read_to_string(&place) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CliError::io(format!("read {}", place.display()))(error)),
        }
    }

    /// Makes the file say this, whether it is there, about to be written, or neither.
    ///
    /// # Errors
    ///
    /// When it is there and cannot be read.
    pub(crate) fn put(&mut self, path: &str, text: String) -> Result<()> {
        let place = self.root.join(path);
        if let Some(file) = self.create.iter_mut().find(|file| file.path == path) {
            file.text = text;
        } else if let Some(edit) = self.edit.iter_mut().find(|edit| edit.path == place) {
            edit.after = text;
        } else {
            match self.text(path)? {
                Some(before) => self.edit(place, before, text),
                None => self.create(path, text),
            }
        }
        Ok(())
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.create.is_empty() && self.edit.is_empty()
    }

    /// The paths of the files to be made.
    pub(crate) fn created(&self) -> impl Iterator<Item = &str> {
        self.create.iter().map(|file| file.path.as_str())
    }

    /// The files to be made, with their texts.
    pub(crate) fn created_texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.create
            .iter()
            .map(|file| (file.path.as_str(), file.text.as_str()))
    }

    /// The paths of the files to be edited, below the root.
    pub(crate) fn edited(&self) -> impl Iterator<Item = &Path> {
        self.edit
            .iter()
            .map(|edit| edit.path.strip_prefix(&self.root).unwrap_or(&edit.path))
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// When a file to be made is there, or something cannot be written; what had been written by
    /// then has been taken back.
    pub(crate) fn apply(&self) -> Result<()> {
        for file in &self.create {
            let path = self.root.join(&file.path);
            if path.exists() {
                let help = "choose another name, or move it away".to_owned();
                return Err(CliError::Exists { path, help });
            }
        }
        let mut done = Done::default();
        let outcome = self.write(&mut done);
        if outcome.is_err() {
            done.undo();
        }
        outcome
    }

    fn write(&self, done: &mut Done) -> Result<()> {
        for file in &self.create {
            let path = self.root.join(&file.path);
            let doing = || CliError::io(format!("write {}", path.display()));
            for folder in missing_folders(&path) {
                fs::create_dir(&folder).map_err(doing())?;
                done.folders.push(folder);
            }
            let mut made = fs::File::create_new(&path).map_err(doing())?;
            done.files.push(path.clone());
            made.write_all(file.text.as_bytes()).map_err(doing())?;
        }
        for edit in &self.edit {
            replace(&edit.path, &edit.after)
                .map_err(CliError::io(format!("write {}", edit.path.display())))?;
            done.edits.push((edit.path.clone(), edit.before.clone()));
        }
        Ok(())
    }
}

impl Done {
    /// As well as it goes: the first failure is what is reported.
    fn undo(&self) {
        for (path, before) in &self.edits {
            let _ = replace(path, before);
        }
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The folders above a file that are not there, outermost first.
fn missing_folders(file: &Path) -> BTreeSet<PathBuf> {
    file.ancestors()
        .skip(1)
        .take_while(|folder| !folder.exists())
        .map(Path::to_owned)
        .collect()
}

/// Replaces a file in one step, so that nobody reads half of it; its permissions stay.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    let mut new = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(permissions)?;
    new.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_one_file_cannot_be_written_none_is() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("lib.rs"), "before").unwrap();
        let mut changes = ChangeSet::new(root);
        changes.create("src/apps/posts/mod.rs", "new");
        changes.edit(root.join("lib.rs"), "before".to_owned(), "after".to_owned());
        changes.edit(root.join("missing.rs"), String::new(), "after".to_owned());

        changes.apply().unwrap_err();

        assert_eq!(fs::read_to_string(root.join("lib.rs")).unwrap(), "before");
        assert!(!root.join("src").exists());
    }

    #[test]
    fn a_file_can_be_changed_several_times_before_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old.rs"), "a").unwrap();
        let mut changes = ChangeSet::new(folder.path());
        for path in ["old.rs", "new.rs"] {
            for more in ["b", "c"] {
                let text = changes.text(path).unwrap().unwrap_or_default();
                changes.put(path, text + more).unwrap();
            }
        }
        assert_eq!(
            fs::read_to_string(folder.path().join("old.rs")).unwrap(),
            "a"
        );

        changes.apply().unwrap();

        let text = |path| fs::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!(
            (text("old.rs"), text("new.rs")),
            ("abc".into(), "bc".into())
        );
        assert_eq!(changes.text("other.rs").unwrap(), None);
    }

    #[test]
    fn a_file_that_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b.rs"), "mine").unwrap();
        let mut changes = ChangeSet::new(folder.path());
        changes.create("a.rs", "new");
        changes.create("b.rs", "new");

        assert!(matches!(changes.apply(), Err(CliError::Exists { .. })));
        assert!(!folder.path().join("a.rs").exists());
    }
}
