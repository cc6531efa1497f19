//! Where configuration is read from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::Declared;

/// The file that makes a folder a project's.
pub(crate) const FILE: &str = "application.yaml";

/// Where configuration is read from: a folder with files, the environment, the command line, a
/// test.
///
/// ```
/// use savia_core::config::{Config, Sources};
///
/// let sources = Sources::in_dir("/nowhere")
///     .profile("prod")
///     .variable("SAVIA_NAME", "blog")
///     .over("lifecycle.shutdown_timeout", "5s");
/// let config = Config::load(sources).unwrap();
/// assert_eq!(config.get::<String>("name").unwrap(), "blog");
/// assert!(config.is_prod());
/// ```
#[derive(Clone)]
pub struct Sources {
    pub(crate) dir: PathBuf,
    pub(crate) profile: Option<String>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) set: Vec<(String, String)>,
    pub(crate) overrides: Vec<(String, Value)>,
    pub(crate) declared: Option<Arc<Declared>>,
}

impl Sources {
    /// The project around the current folder, with the process's environment.
    ///
    /// The project's folder is the current one or the nearest above it that holds
    /// `application.yaml`; under `cargo run -p` it may be the package's. Without any such file it
    /// is the current folder, and everything has its default.
    pub fn discover() -> Self {
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let dir = here
            .ancestors()
            .map(Path::to_owned)
            .chain(package)
            .find(|dir| dir.join(FILE).is_file())
            .unwrap_or(here);
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            environment,
            ..Self::in_dir(dir)
        }
    }

    /// A folder, with an empty environment.
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            profile: None,
            environment: BTreeMap::new(),
            set: Vec::new(),
            overrides: Vec::new(),
            declared: None,
        }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The profile, over `SAVIA_PROFILE`.
    #[must_use]
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// A variable of the environment.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// The whole environment.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.environment = variables.into_iter().collect();
        self
    }

    /// A `--set key=value` of the command line.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.set.push((key.into(), value.into()));
        self
    }

    /// A value over everything else, for tests.
    #[must_use]
    pub fn over(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.overrides.push((key.into(), value.into()));
        self
    }

    /// What is declared, instead of what is compiled in.
    #[must_use]
    pub fn declared(mut self, declared: Arc<Declared>) -> Self {
        self.declared = Some(declared);
        self
    }
}

impl Default for Sources {
    fn default() -> Self {
        Self::discover()
    }
}

impl std::fmt::Debug for Sources {
    /// Names and no values: the environment holds secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let set: Vec<&String> = self.set.iter().map(|(key, _)| key).collect();
        let overrides: Vec<&String> = self.overrides.iter().map(|(key, _)| key).collect();
        f.debug_struct("Sources")
            .field("dir", &self.dir)
            .field("profile", &self.profile)
            .field("set", &set)
            .field("overrides", &overrides)
            .finish_non_exhaustive()
    }
}
