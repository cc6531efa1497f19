//! Which keys are known: declared by an app or starter that is compiled in, or an official
//! starter's.

mod tree;

use std::sync::{Arc, OnceLock};

use serde_json::Value;

pub(crate) use tree::{Branch, Twig};

use super::secret::sounds_secret;
use super::{Config, ConfigError, Rules, Shape};
use crate::component::{
    ComponentRegistration, FunctionRegistration, InjectionPoint, Interface, Location, ValuePoint,
    Wants,
};
use crate::container::Binding;

/// What `#[config("section")]` submits.
pub struct ConfigRegistration {
    /// The section's key, such as `posts`; empty for the root.
    pub section: &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// The struct's full type name.
    pub type_name: fn() -> &'static str,
    /// The struct as a type that can be asked for.
    pub interface: fn() -> Interface,
    /// What the section may hold.
    pub shape: fn() -> Shape,
    /// Reads the section and makes it injectable.
    pub component: fn(&Config) -> Result<Binding, Vec<ConfigError>>,
}

inventory::collect!(ConfigRegistration);

impl std::fmt::Debug for ConfigRegistration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigRegistration")
            .field("section", &self.section)
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}

/// A key that somebody declares.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeclaredKey {
    /// The whole key: `posts.page_size`.
    pub key: String,
    /// What it is for.
    pub doc: String,
    /// The field's type, as its author wrote it.
    pub type_name: String,
    /// What values look like.
    pub shape: Shape,
    /// The default, as it would be written; none where the key is required or may be absent.
    pub default: Option<Value>,
    /// Whether the value is never shown.
    pub secret: bool,
    /// The rules it keeps.
    pub rules: Rules,
    /// Who declares it: `blog::apps::posts::PostsConfig`.
    pub declared_by: String,
    /// Where.
    pub location: Option<Location>,
}

impl DeclaredKey {
    /// What values must be, in words.
    pub fn expected(&self) -> String {
        self.rules.describe(&self.shape)
    }

    /// Whether a start fails while it is not set.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && !self.shape.is_optional()
    }
}

/// Everything that is declared.
#[derive(Debug, Clone)]
pub struct Declared {
    root: Branch,
}

/// What is known of a key.
pub(crate) enum Found<'a> {
    Section(&'a Branch),
    Key(Box<DeclaredKey>),
    /// Somewhere in the section of an official starter that is not compiled in.
    Open(&'static str),
    Unknown,
}

impl Declared {
    /// Everything that is compiled into this binary, installed or not.
    pub fn compiled() -> Arc<Self> {
        static COMPILED: OnceLock<Arc<Declared>> = OnceLock::new();
        Arc::clone(COMPILED.get_or_init(|| {
            let components = inventory::iter::<ComponentRegistration>;
            let functions = inventory::iter::<FunctionRegistration>;
            let points = components
                .into_iter()
                .flat_map(|it| (it.points)())
                .chain(functions.into_iter().flat_map(|it| (it.points)()));
            Arc::new(Self::of(inventory::iter::<ConfigRegistration>, points))
        }))
    }

    /// What these sections and injection points declare, and the official starters' sections.
    pub fn of<'a>(
        sections: impl IntoIterator<Item = &'a ConfigRegistration>,
        points: impl IntoIterator<Item = InjectionPoint>,
    ) -> Self {
        // Inventory's order is unspecified.
        let mut sections: Vec<_> = sections.into_iter().collect();
        sections.sort_by_key(|section| (section.section, section.location));
        let mut root = Branch::default();
        for section in &sections {
            root.plant_section(section);
        }
        for (name, starter) in super::official::SECTIONS {
            // The core's own part of a starter's section does not close the rest of it.
            let compiled = sections.iter().any(|section| {
                let under = section.section.split('.').next() == Some(name);
                under && !section.module_path.starts_with("savia_core::")
            });
            if !compiled {
                root.branch(&[name]).open = Some(starter);
            }
        }
        let mut points: Vec<ValuePoint> = points
            .into_iter()
            .filter_map(|point| match point.wants {
                Wants::Value(value) => Some(value),
                _ => None,
            })
            .collect();
        points.sort_by_key(|point| (point.key, point.type_name));
        for same in points.chunk_by(|a, b| a.key == b.key) {
            // A default that several readers do not share is each one's own.
            let shared = same.iter().all(|point| point.default == same[0].default);
            root.plant_point(&same[0], same[0].default.clone().filter(|_| shared));
        }
        Self { root }
    }

    pub(crate) fn root(&self) -> &Branch {
        &self.root
    }

    /// Every declared key, in order.
    pub fn keys(&self) -> Vec<&DeclaredKey> {
        let mut keys = Vec::new();
        self.root.collect(&mut keys);
        keys
    }

    /// What is declared of a key; entries of maps and fields of their structs are found too.
    pub fn key(&self, key: &str) -> Option<DeclaredKey> {
        match self.find(&super::path(key)) {
            Found::Key(key) => Some(*key),
            _ => None,
        }
    }

    pub(crate) fn find<S: AsRef<str>>(&self, path: &[S]) -> Found<'_> {
        let mut branch = &self.root;
        let mut open = None;
        for (depth, name) in path.iter().enumerate() {
            open = branch.open.or(open);
            match branch.fields.get(name.as_ref()) {
                Some(Twig::Branch(inner)) => branch = inner,
                Some(Twig::Key(key)) => return key.descend(&path[depth + 1..]),
                None => return open.map_or(Found::Unknown, Found::Open),
            }
        }
        Found::Section(branch)
    }

    /// Whether the value of a key is never shown.
    pub(crate) fn is_secret<S: AsRef<str>>(&self, path: &[S]) -> bool {
        let last = path.last().map_or("", AsRef::as_ref);
        match self.find(path) {
            Found::Key(key) => key.secret,
            Found::Section(_) => false,
            Found::Open(_) | Found::Unknown => sounds_secret(last),
        }
    }

    /// JSON Schema (draft 2020-12) of `application.yaml`.
    pub fn json_schema(&self) -> Value {
        super::schema::document(&self.root)
    }
}

impl DeclaredKey {
    /// What is below a key whose value has parts.
    fn descend<S: AsRef<str>>(&self, rest: &[S]) -> Found<'static> {
        let Some((name, rest)) = rest.split_first() else {
            return Found::Key(Box::new(self.clone()));
        };
        let name = name.as_ref();
        let key = format!("{}.{name}", self.key);
        let below = match self.shape.bare() {
            Shape::Map(inner) => Self {
                key,
                shape: (**inner).clone(),
                default: None,
                rules: Rules::default(),
                secret: self.secret || inner.is_secret() || is_secret_text(inner, name),
                ..self.clone()
            },
            Shape::Section(section) => {
                match (section.fields)()
                    .into_iter()
                    .find(|field| field.name == name)
                {
                    Some(field) => Self::of_field(field, key, self),
                    None => return Found::Unknown,
                }
            }
            Shape::Any => Self {
                key,
                default: None,
                secret: self.secret || sounds_secret(name),
                ..self.clone()
            },
            _ => return Found::Unknown,
        };
        below.descend(rest)
    }

    fn of_field(field: super::Field, key: String, parent: &Self) -> Self {
        Self {
            key,
            doc: field.doc.to_owned(),
            type_name: field.type_name.to_owned(),
            default: field.default.filter(|default| !default.is_null()),
            secret: field.secret || parent.secret,
            rules: field.rules,
            shape: field.shape,
            declared_by: parent.declared_by.clone(),
            location: parent.location,
        }
    }
}

/// The text under a free key that sounds like a secret's.
fn is_secret_text(shape: &Shape, name: &str) -> bool {
    matches!(
        shape.bare(),
        Shape::Scalar { textual: true, .. } | Shape::Any
    ) && sounds_secret(name)
}
