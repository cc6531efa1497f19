//! Where a database lies.

use std::path::{Path, PathBuf};

use uuid::Uuid;

/// The file of a database.
pub(super) struct DatabaseFile {
    path: PathBuf,
    temporary: bool,
}

impl DatabaseFile {
    /// A file that stays.
    pub(super) fn lasting(path: PathBuf) -> Self {
        Self {
            path,
            temporary: false,
        }
    }

    /// A file that goes with its last connection: what `sqlite::memory:` is, so that every
    /// connection sees the same (in SQLite's own memory each would have a database of its own).
    pub(super) fn temporary() -> Self {
        let name = format!("savia-{}.db", Uuid::new_v4().simple());
        Self {
            path: std::env::temp_dir().join(name),
            temporary: true,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_temporary(&self) -> bool {
        self.temporary
    }
}

impl Drop for DatabaseFile {
    fn drop(&mut self) {
        if !self.temporary {
            return;
        }
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(suffix);
            // SQLite has taken away what it could.
            let _ = std::fs::remove_file(path);
        }
    }
}
