//! Where a value came from.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// The place a value came from: `application.yaml:3:9`, `environment variable SAVIA_SERVER__PORT`,
/// `.env:4`, `command line --set server.port`, `default`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    source: Arc<Source>,
    line: u32,
    column: u32,
}

/// What kind of place a value came from, in the order in which later wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The default that the declaration gives.
    Default,
    /// A YAML file, by the name people know it by.
    File(String),
    /// The variable of this name in `.env`.
    DotEnv(String),
    /// The variable of this name in the environment.
    Environment(String),
    /// `--set` with this key.
    CommandLine(String),
    /// A test's override of this key.
    Test(String),
}

impl Origin {
    /// A place that has no lines.
    pub fn new(source: Source) -> Self {
        Self {
            source: Arc::new(source),
            line: 0,
            column: 0,
        }
    }

    /// The same source at a line and a column, both from 1; 0 where there is none.
    #[must_use]
    pub fn at(&self, line: u32, column: u32) -> Self {
        Self {
            source: Arc::clone(&self.source),
            line,
            column,
        }
    }

    /// The source.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The line, from 1, where the source has lines.
    pub fn line(&self) -> Option<u32> {
        (self.line > 0).then_some(self.line)
    }

    /// The column, from 1, where the source has columns.
    pub fn column(&self) -> Option<u32> {
        (self.column > 0).then_some(self.column)
    }

    /// Whether the declaration's default is meant.
    pub fn is_default(&self) -> bool {
        *self.source == Source::Default
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source() {
            Source::Default => f.write_str("default")?,
            Source::File(name) => f.write_str(name)?,
            Source::DotEnv(_) => f.write_str(".env")?,
            Source::Environment(variable) => write!(f, "environment variable {variable}")?,
            Source::CommandLine(key) => write!(f, "command line --set {key}")?,
            Source::Test(key) => write!(f, "test override {key}")?,
        }
        if let Some(line) = self.line() {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column() {
            write!(f, ":{column}")?;
        }
        Ok(())
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
