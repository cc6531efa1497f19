//! Changes to a part of something: JSON merge patch (RFC 7396).

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::validation::{Validate, Violation, fault};
use crate::{Error, Result};

/// A type of which a part can be changed through the API; `#[entity]` implements it.
pub trait Merge: Serialize + DeserializeOwned + Validate {
    /// Takes over what the API may write. What is read-only stays, and so does the id: a client
    /// that puts back what it got changes nothing else.
    fn assign(&mut self, input: Self);

    /// Adds the fields that are written and never leave: a patch that does not speak of them
    /// leaves them as they are.
    fn add_write_only(&self, document: &mut Map<String, Value>) {
        let _ = document;
    }
}

/// The body of a `PATCH`: the fields to be changed. `null` takes a value away, what is left out
/// stays, objects are merged, and lists are replaced whole.
///
/// ```
/// # extern crate savia_core as savia;
/// # use savia_core::patch::{Merge, MergePatch};
/// # use serde_json::json;
/// #[savia_core::dto]
/// struct Book {
///     title: String,
///     pages: Option<u32>,
/// }
///
/// impl Merge for Book {
///     fn assign(&mut self, input: Self) {
///         *self = input;
///     }
/// }
///
/// let changes: MergePatch<Book> = serde_json::from_value(json!({ "pages": null })).unwrap();
/// let mut book = Book { title: "Emma".into(), pages: Some(474) };
/// changes.apply(&mut book).unwrap();
/// assert_eq!((book.title.as_str(), book.pages), ("Emma", None));
/// ```
#[derive(Debug, Clone)]
pub struct MergePatch<T> {
    fields: Map<String, Value>,
    of: PhantomData<fn() -> T>,
}

impl<T: Merge> MergePatch<T> {
    /// Changes the target, if it keeps its rules afterwards.
    ///
    /// # Errors
    ///
    /// `Invalid`, with the fields: one that is unknown or of the wrong type, one that is needed and
    /// was taken away, or a rule that is broken. The target is as it was then.
    pub fn apply(&self, target: &mut T) -> Result<()> {
        let mut document = match serde_json::to_value(&*target)? {
            Value::Object(document) => document,
            other => return Err(Error::internal(format!("no object to patch: {other}"))),
        };
        target.add_write_only(&mut document);
        merge(&mut document, &self.fields);
        let document = Value::Object(document);
        let merged = match T::deserialize(&document) {
            Ok(merged) => merged,
            Err(error) => return Err(Error::violations(vec![misfit::<T>(&document, &error)])),
        };
        merged.validate().map_err(Error::violations)?;
        target.assign(merged);
        Ok(())
    }
}

/// At which field the document is none of a `T`.
#[cold]
fn misfit<T: DeserializeOwned>(document: &Value, error: &serde_json::Error) -> Violation {
    match fault::locate::<T, _>(document) {
        Some((path, error)) => fault::violation(&path, &error.to_string()),
        None => Violation {
            field: String::new(),
            code: "invalid".to_owned(),
            message: error.to_string(),
        },
    }
}

/// RFC 7396, section 2.
fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, change) in patch {
        match (target.get_mut(name), change) {
            (_, Value::Null) => drop(target.remove(name)),
            (Some(Value::Object(old)), Value::Object(change)) => merge(old, change),
            (_, Value::Object(change)) => {
                let mut new = Map::new();
                merge(&mut new, change);
                target.insert(name.clone(), Value::Object(new));
            }
            (_, value) => drop(target.insert(name.clone(), value.clone())),
        }
    }
}

impl<'de, T> Deserialize<'de> for MergePatch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            fields: Map::deserialize(deserializer)?,
            of: PhantomData,
        })
    }
}

/// The rules are those of what it is applied to.
impl<T> Validate for MergePatch<T> {
    fn validate(&self) -> Result<(), Vec<Violation>> {
        Ok(())
    }
}

impl<T: JsonSchema> JsonSchema for MergePatch<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Patch", T::schema_name()).into()
    }

    /// The schema of what it changes, with nothing that must be there.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        schema.remove("required");
        schema.insert(
            "description".to_owned(),
            "The fields to be changed (RFC 7396): `null` takes a value away, what is left out stays."
                .into(),
        );
        schema
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The cases of RFC 7396, appendix A, that change an object.
    #[test]
    fn as_the_rfc_has_it() {
        let check = |target: Value, patch: Value, expected: Value| {
            let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else {
                panic!("objects are merged");
            };
            merge(&mut target, &patch);
            assert_eq!(Value::Object(target), expected);
        };
        check(json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"}));
        check(
            json!({"a": "b"}),
            json!({"b": "c"}),
            json!({"a": "b", "b": "c"}),
        );
        check(json!({"a": "b"}), json!({"a": null}), json!({}));
        check(
            json!({"a": "b", "b": "c"}),
            json!({"a": null}),
            json!({"b": "c"}),
        );
        check(json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"}));
        check(json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]}));
        check(
            json!({"a": {"b": "c"}}),
            json!({"a": {"b": "d", "c": null}}),
            json!({"a": {"b": "d"}}),
        );
        check(
            json!({"a": [{"b": "c"}]}),
            json!({"a": [1]}),
            json!({"a": [1]}),
        );
        check(
            json!({"e": null}),
            json!({"a": 1}),
            json!({"e": null, "a": 1}),
        );
        check(
            json!({}),
            json!({"a": {"bb": {"ccc": null}}}),
            json!({"a": {"bb": {}}}),
        );
    }
}
