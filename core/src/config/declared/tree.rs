//! The declared keys as a tree.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ConfigRegistration, DeclaredKey};
use crate::component::ValuePoint;
use crate::config::secret::sounds_secret;
use crate::config::yaml::join;
use crate::config::{Field, Rules, SectionShape, Shape};

/// A section.
#[derive(Debug, Clone, Default)]
pub(crate) struct Branch {
    pub(crate) doc: String,
    pub(crate) fields: BTreeMap<String, Twig>,
    /// The official starter whose section this is, where it is not compiled in: anything goes.
    pub(crate) open: Option<&'static str>,
    /// A section that may be absent as a whole has defaults only once it is there.
    pub(crate) optional: bool,
}

/// What a name of a section stands for.
#[derive(Debug, Clone)]
pub(crate) enum Twig {
    Branch(Branch),
    Key(Box<DeclaredKey>),
}

impl Twig {
    /// A section where a key was declared takes its place.
    fn as_branch(&mut self) -> &mut Branch {
        loop {
            match self {
                Self::Branch(branch) => return branch,
                Self::Key(_) => *self = Self::Branch(Branch::default()),
            }
        }
    }
}

impl Branch {
    /// The section at a path, made where it is not there.
    pub(super) fn branch<S: AsRef<str>>(&mut self, path: &[S]) -> &mut Self {
        let Some((first, rest)) = path.split_first() else {
            return self;
        };
        let twig = self
            .fields
            .entry(first.as_ref().to_owned())
            .or_insert_with(|| Twig::Branch(Self::default()));
        twig.as_branch().branch(rest)
    }

    pub(super) fn plant_section(&mut self, registration: &ConfigRegistration) {
        let shape = (registration.shape)();
        let Shape::Section(section) = shape.bare() else {
            return;
        };
        let planting = Planting {
            registration,
            above: Vec::new(),
        };
        self.branch(&crate::config::path(registration.section))
            .plant(section, registration.section, None, planting);
    }

    /// Plants the fields of a section. Defaults that the field which holds it gives for the whole
    /// beat those of its own fields.
    fn plant(
        &mut self,
        section: &SectionShape,
        prefix: &str,
        given: Option<&Value>,
        mut planting: Planting<'_>,
    ) {
        if self.doc.is_empty() {
            section.doc.clone_into(&mut self.doc);
        }
        planting.above.push((section.type_name)());
        for mut field in (section.fields)() {
            if let Some(default) = given.and_then(|given| given.get(field.name)) {
                field.default = Some(default.clone());
            }
            let key = join(prefix, field.name);
            match field.shape.bare() {
                Shape::Section(inner) if !planting.above.contains(&(inner.type_name)()) => {
                    let branch = self.branch(&[field.name]);
                    branch.optional = field.shape.is_optional();
                    if !field.doc.is_empty() {
                        field.doc.clone_into(&mut branch.doc);
                    }
                    branch.plant(inner, &key, field.default.as_ref(), planting.clone());
                }
                _ => {
                    let declared = planting.declare(field, key);
                    self.fields
                        .entry(declared.name().to_owned())
                        .or_insert_with(|| Twig::Key(Box::new(declared)));
                }
            }
        }
    }

    /// A key that is only read by `#[value]`.
    pub(super) fn plant_point(&mut self, point: &ValuePoint, default: Option<Value>) {
        let path = crate::config::path(point.key);
        let Some((last, sections)) = path.split_last() else {
            return;
        };
        let mut branch = &mut *self;
        for name in sections {
            match branch.fields.get(*name) {
                // The point reads a part of a declared value.
                Some(Twig::Key(_)) => return,
                Some(Twig::Branch(_)) | None => branch = branch.branch(&[*name]),
            }
        }
        let shape = (point.shape)();
        branch.fields.entry((*last).to_owned()).or_insert_with(|| {
            Twig::Key(Box::new(DeclaredKey {
                key: point.key.to_owned(),
                doc: String::new(),
                type_name: short(point.type_name),
                secret: shape.is_secret() || (shape.is_textual() && sounds_secret(last)),
                shape,
                default: default.filter(|default| !default.is_null()),
                rules: Rules::default(),
                declared_by: format!("#[value(\"{}\")]", point.key),
                location: None,
            }))
        });
    }

    pub(super) fn collect<'a>(&'a self, keys: &mut Vec<&'a DeclaredKey>) {
        for twig in self.fields.values() {
            match twig {
                Twig::Branch(branch) => branch.collect(keys),
                Twig::Key(key) => keys.push(key),
            }
        }
    }
}

#[derive(Clone)]
struct Planting<'a> {
    registration: &'a ConfigRegistration,
    /// The types whose fields are being planted: one inside itself is not followed.
    above: Vec<&'static str>,
}

impl Planting<'_> {
    fn declare(&self, field: Field, key: String) -> DeclaredKey {
        DeclaredKey {
            key,
            doc: field.doc.to_owned(),
            type_name: field.type_name.to_owned(),
            default: field.default.filter(|default| !default.is_null()),
            secret: field.secret,
            rules: field.rules,
            shape: field.shape,
            declared_by: (self.registration.type_name)().to_owned(),
            location: Some(self.registration.location),
        }
    }
}

impl DeclaredKey {
    /// The last part of its key.
    pub(crate) fn name(&self) -> &str {
        self.key.rsplit('.').next().unwrap_or(&self.key)
    }
}

/// `alloc::vec::Vec<alloc::string::String>` as people write it.
fn short(type_name: &str) -> String {
    let mut out = String::new();
    for part in type_name.split_inclusive(['<', '>', ',', ' ', '(', ')']) {
        out.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    out
}
