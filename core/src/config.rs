//! Configuration: read from files, environment and command line, typed, and traceable.
//!
//! A section is a struct with `#[config("name")]`. It is injectable, its faults are reported all
//! at once with their places, and its documentation becomes the schema and the reference.
//!
//! ```
//! # extern crate savia_core as savia;
//! use savia_core::config::{Config, Sources};
//!
//! /// The blog's posts.
//! #[savia_core::config("posts")]
//! pub struct PostsConfig {
//!     /// Posts on a page.
//!     #[default(20)]
//!     #[garde(range(min = 1, max = 100))]
//!     pub page_size: u32,
//! }
//!
//! # let dir = tempfile::tempdir()?;
//! std::fs::write(dir.path().join("application.yaml"), "posts:\n  page_size: 50\n")?;
//! let config = Config::load(Sources::in_dir(dir.path())).unwrap();
//! assert_eq!(config.section::<PostsConfig>().unwrap().page_size, 50);
//!
//! let explained = config.explain("posts.page_size").unwrap();
//! assert_eq!(explained.source.unwrap().to_string(), "application.yaml:2:14");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Sources, later wins: the declarations' defaults, `application.yaml`,
//! `application-{profile}.yaml`, `.env`, the environment (`SAVIA_SERVER__PORT` is `server.port`;
//! `PORT`, `DATABASE_URL` and `REDIS_URL` are honoured), `--set` on the command line, a test's
//! overrides. Values in files may hold `${NAME}` and `${NAME:default}`; a literal `${` is `$${`.

mod check;
mod declared;
mod error;
mod layer;
mod merge;
mod node;
mod official;
mod origin;
mod placeholder;
mod provenance;
pub mod rules;
mod schema;
mod secret;
mod section;
pub mod sections;
mod shape;
mod source;
mod value;
mod yaml;

#[doc(hidden)]
pub mod private;

use std::path::Path;
use std::sync::Arc;

pub use declared::{ConfigRegistration, Declared, DeclaredKey};
pub use error::ConfigError;
pub(crate) use official::is_reserved;
pub use origin::{Origin, Source};
pub use provenance::{Entry, Explanation, Overridden};
pub use schema::json_schema;
pub use secret::Secret;
pub(crate) use secret::sounds_secret;
pub use section::ConfigSection;
pub use shape::{Field, Rules, SectionShape, Shape, Word};
pub use source::Sources;
pub use value::{ByteSize, ByteSizeError, ConfigValue, Input};

use crate::error::Diagnosis;
use node::{Data, Node};

/// The configuration of an application: every value, and where it came from.
///
/// It is a handle; clones are the same configuration. Inject it as `Arc<Config>` where keys are
/// not known beforehand; otherwise a `#[config]` struct or `#[value("key")]` says more.
#[derive(Clone)]
pub struct Config(Arc<Inner>);

struct Inner {
    profile: String,
    sources: Sources,
    declared: Arc<Declared>,
    /// As they were read; the first holds the defaults.
    layers: Vec<Node>,
    /// Merged, placeholders resolved.
    tree: Node,
}

impl Config {
    /// Reads all sources and merges them.
    ///
    /// # Errors
    ///
    /// What keeps a source from being read, such as a file that is no YAML: all of it. What is
    /// wrong with a value is told when it is read.
    pub fn load(sources: Sources) -> Result<Self, Vec<Diagnosis>> {
        let declared = sources.declared.clone().unwrap_or_else(Declared::compiled);
        let read = layer::read(&sources, &declared).map_err(|faults| {
            faults
                .iter()
                .map(ConfigError::diagnosis)
                .collect::<Vec<_>>()
        })?;
        let mut tree = merge::merge(&read.layers);
        placeholder::resolve(&mut tree, &read.variables);
        let layers = read.layers;
        Ok(Self(Arc::new(Inner {
            profile: read.profile,
            sources,
            declared,
            layers,
            tree,
        })))
    }

    /// The active profile: `dev`, unless `--profile` or `SAVIA_PROFILE` says another.
    pub fn profile(&self) -> &str {
        &self.0.profile
    }

    /// Whether the strict checks of production apply.
    pub fn is_prod(&self) -> bool {
        self.profile() == "prod"
    }

    /// The project's folder.
    pub fn dir(&self) -> &Path {
        self.0.sources.dir()
    }

    /// What it was read from, to read it again with something changed.
    pub fn sources(&self) -> &Sources {
        &self.0.sources
    }

    /// What is declared.
    pub fn declared(&self) -> &Declared {
        &self.0.declared
    }

    /// The value of a key; its declared default where it is not set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`] where there is neither, and what is wrong with the value.
    pub fn get<T: ConfigValue>(&self, key: &str) -> Result<T, ConfigError> {
        let input = self.input(key);
        let read = if input.is_set() {
            T::read(&input)
        } else {
            T::absent(&input)
        };
        read.map_err(|faults| first(faults, key))
    }

    /// The value of a key, if it is set or has a declared default.
    ///
    /// # Errors
    ///
    /// What is wrong with the value.
    pub fn find<T: ConfigValue>(&self, key: &str) -> Result<Option<T>, ConfigError> {
        let input = self.input(key);
        if !input.is_set() {
            return Ok(None);
        }
        T::read(&input)
            .map(Some)
            .map_err(|faults| first(faults, key))
    }

    /// A whole section.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn section<C: ConfigSection>(&self) -> Result<C, Vec<ConfigError>> {
        let input = self.input(C::SECTION);
        if input.is_set() {
            C::read(&input)
        } else {
            C::absent(&input)
        }
    }

    /// The value of a key as text: a scalar's own, a list or map as JSON.
    pub fn text(&self, key: &str) -> Option<String> {
        let node = self.effective(&path(key))?;
        match &node.data {
            Data::Scalar(scalar) => Some(scalar.text.clone()),
            Data::Null | Data::Fault(_) => None,
            Data::List(_) | Data::Map(_) => Some(node.to_json().to_string()),
        }
    }

    /// Where the value of a key came from, if it is set or has a default.
    pub fn place(&self, key: &str) -> Option<Origin> {
        self.effective(&path(key)).map(|node| node.origin.clone())
    }

    /// JSON Schema (draft 2020-12) of everything that is declared.
    pub fn json_schema(&self) -> serde_json::Value {
        self.declared().json_schema()
    }

    fn input<'a>(&'a self, key: &'a str) -> Input<'a> {
        let path = path(key);
        let input = Input::new(key, self.effective(&path));
        if self.declared().is_secret(&path) {
            input.secret()
        } else {
            input
        }
    }

    /// The node that counts: `key: null` gives the default back its place.
    fn effective<S: AsRef<str>>(&self, path: &[S]) -> Option<&Node> {
        let set = |root: &'_ Node| root.find(path).is_some_and(|node| node.data != Data::Null);
        let tree = if set(self.tree()) {
            self.tree()
        } else {
            self.layers().first()?
        };
        tree.find(path).filter(|node| node.data != Data::Null)
    }

    fn tree(&self) -> &Node {
        &self.0.tree
    }

    fn layers(&self) -> &[Node] {
        &self.0.layers
    }
}

impl std::fmt::Debug for Config {
    /// Nothing of the values: they may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("profile", &self.profile())
            .field("dir", &self.dir())
            .finish_non_exhaustive()
    }
}

fn first(faults: Vec<ConfigError>, key: &str) -> ConfigError {
    faults
        .into_iter()
        .next()
        .unwrap_or_else(|| ConfigError::Missing {
            key: key.to_owned(),
            expected: String::new(),
        })
}

/// `server.port` as its parts; the root has none.
pub(crate) fn path(key: &str) -> Vec<&str> {
    key.split('.').filter(|part| !part.is_empty()).collect()
}
