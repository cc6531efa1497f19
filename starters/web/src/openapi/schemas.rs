//! The schemas of one document: what comes in and what goes out, by name.

use std::collections::{BTreeMap, BTreeSet};

use savia_core::__private::schemars::generate::SchemaSettings;
use savia_core::__private::schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// Where a document keeps its schemas.
const COMPONENTS: &str = "#/components/schemas/";

/// Collects the schemas of a document.
///
/// A type may read otherwise than it writes: a field with a default may be left out of a request
/// and never is of an answer. So there are two generators, and where a type of one name has two
/// shapes, what comes in is called `NameInput`.
pub(crate) struct Schemas {
    incoming: SchemaGenerator,
    outgoing: SchemaGenerator,
    placed: Vec<Placed>,
}

/// A schema that stands somewhere in the document.
struct Placed {
    schema: Value,
    incoming: bool,
}

/// A schema, and which way what it describes goes.
#[derive(Debug, Clone)]
pub struct Described {
    pub(crate) schema: Schema,
    pub(crate) incoming: bool,
}

/// A field of a type that is taken apart: of a query, of a path.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) description: Option<String>,
    pub(crate) described: Described,
}

impl Default for Schemas {
    fn default() -> Self {
        // OpenAPI 3.1 speaks JSON Schema 2020-12 and wants its definitions elsewhere.
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            incoming: settings().for_deserialize().into_generator(),
            outgoing: settings().for_serialize().into_generator(),
            placed: Vec::new(),
        }
    }
}

impl Schemas {
    pub(crate) fn incoming<T: JsonSchema + ?Sized>(&mut self) -> Described {
        Described {
            schema: self.incoming.subschema_for::<T>(),
            incoming: true,
        }
    }

    pub(crate) fn outgoing<T: JsonSchema + ?Sized>(&mut self) -> Described {
        Described {
            schema: self.outgoing.subschema_for::<T>(),
            incoming: false,
        }
    }

    /// The schema of a type itself, never a reference to it.
    pub(crate) fn taken_apart<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        T::json_schema(&mut self.incoming)
    }

    /// Puts a schema into the document: what stands there until [`Schemas::insert_into`].
    ///
    /// utoipa's own schema type knows less than JSON Schema; a reference to be replaced loses
    /// nothing.
    pub(crate) fn place(&mut self, described: Described) -> utoipa::openapi::Ref {
        let at = self.placed.len();
        self.placed.push(Placed {
            schema: described.schema.to_value(),
            incoming: described.incoming,
        });
        utoipa::openapi::Ref::new(format!("{PLACE}{at}"))
    }

    /// Puts every placed schema where it belongs and adds the named ones.
    pub(crate) fn insert_into(mut self, document: &mut Value) {
        let incoming = self.incoming.take_definitions(true);
        let outgoing = self.outgoing.take_definitions(true);
        let renamed = renamed(&incoming, &outgoing);
        let placed: Vec<Value> = self
            .placed
            .into_iter()
            .map(|mut placed| {
                if placed.incoming {
                    rename(&mut placed.schema, &renamed);
                }
                placed.schema
            })
            .collect();
        replace(document, &placed);
        let mut schemas: Map<String, Value> = outgoing;
        for (name, mut schema) in incoming {
            rename(&mut schema, &renamed);
            schemas.insert(renamed.get(&name).cloned().unwrap_or(name), schema);
        }
        if !schemas.is_empty() {
            // Sorted, whichever order the map of this build keeps.
            let sorted: BTreeMap<String, Value> = schemas.into_iter().collect();
            document["components"]["schemas"] = sorted.into_iter().collect::<Map<_, _>>().into();
        }
    }
}

/// What stands in a document for a schema to come.
const PLACE: &str = "savia:schema:";

fn replace(value: &mut Value, placed: &[Value]) {
    if let Some(schema) = value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix(PLACE))
        .and_then(|at| placed.get(at.parse::<usize>().ok()?))
    {
        *value = schema.clone();
        return;
    }
    match value {
        Value::Object(map) => map.values_mut().for_each(|value| replace(value, placed)),
        Value::Array(items) => items.iter_mut().for_each(|value| replace(value, placed)),
        _ => {}
    }
}

/// The names of what comes in that mean something else where it goes out, and their new names.
fn renamed(
    incoming: &Map<String, Value>,
    outgoing: &Map<String, Value>,
) -> BTreeMap<String, String> {
    let mut differ: BTreeSet<&str> = incoming
        .iter()
        .filter(|(name, schema)| outgoing.get(*name).is_some_and(|other| other != *schema))
        .map(|(name, _)| name.as_str())
        .collect();
    // What refers to something that differs differs too.
    loop {
        let more: Vec<&str> = incoming
            .iter()
            .filter(|(name, _)| outgoing.contains_key(*name) && !differ.contains(name.as_str()))
            .filter(|(_, schema)| {
                references(schema)
                    .iter()
                    .any(|name| differ.contains(name.as_str()))
            })
            .map(|(name, _)| name.as_str())
            .collect();
        if more.is_empty() {
            break;
        }
        differ.extend(more);
    }
    let mut taken: BTreeSet<String> = incoming.keys().chain(outgoing.keys()).cloned().collect();
    differ
        .into_iter()
        .map(|name| {
            let mut new = format!("{name}Input");
            let mut number = 2;
            while !taken.insert(new.clone()) {
                new = format!("{name}Input{number}");
                number += 1;
            }
            (name.to_owned(), new)
        })
        .collect()
}

fn references(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    visit_references(&mut schema.clone(), &mut |name| {
        found.push(name.to_owned());
        None
    });
    found
}

fn rename(schema: &mut Value, renamed: &BTreeMap<String, String>) {
    if !renamed.is_empty() {
        visit_references(schema, &mut |name| renamed.get(name).cloned());
    }
}

fn visit_references(value: &mut Value, visit: &mut impl FnMut(&str) -> Option<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match value {
                    Value::String(reference) if key == "$ref" => {
                        let new = reference.strip_prefix(COMPONENTS).and_then(&mut *visit);
                        if let Some(new) = new {
                            *reference = format!("{COMPONENTS}{new}");
                        }
                    }
                    other => visit_references(other, visit),
                }
            }
        }
        Value::Array(items) => {
            items
                .iter_mut()
                .for_each(|value| visit_references(value, visit));
        }
        _ => {}
    }
}

/// The fields of an object's schema, by name.
pub(crate) fn properties(schema: &Schema) -> Vec<Property> {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    let sorted: BTreeMap<&String, &Value> = properties.iter().collect();
    sorted
        .into_iter()
        .map(|(name, schema)| {
            let (description, schema) = parameter_schema(schema.clone());
            Property {
                name: name.clone(),
                required: required.contains(&name.as_str()),
                description,
                described: Described {
                    schema,
                    incoming: true,
                },
            }
        })
        .collect()
}

/// A schema as a parameter has it: its description stands beside it, and it is never `null`,
/// because text in a path or query has no way to say so.
fn parameter_schema(mut schema: Value) -> (Option<String>, Schema) {
    let mut description = None;
    if let Some(map) = schema.as_object_mut() {
        description = map.remove("description").and_then(|text| match text {
            Value::String(text) => Some(text),
            _ => None,
        });
        if map.get("default").is_some_and(Value::is_null) {
            map.remove("default");
        }
        if let Some(Value::Array(types)) = map.get_mut("type") {
            types.retain(|kind| kind != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                map.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(values)) = map.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
        if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
            choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                map.remove("anyOf");
                map.extend(only);
            }
        }
    }
    (description, Schema::try_from(schema).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_reads_and_writes_alike_has_one_name_and_what_does_not_has_two() {
        let same = json!({ "type": "integer" });
        let incoming = json!({
            "Id": same,
            "Post": { "properties": { "id": { "$ref": "#/components/schemas/Id" } } },
            "Shelf": { "properties": { "post": { "$ref": "#/components/schemas/Post" } } },
        });
        let outgoing = json!({
            "Id": same,
            "Post": { "properties": { "id": { "$ref": "#/components/schemas/Id" } },
                      "required": ["id"] },
            "Shelf": { "properties": { "post": { "$ref": "#/components/schemas/Post" } } },
        });
        let map = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let renamed = renamed(&map(&incoming), &map(&outgoing));
        let names: Vec<_> = renamed
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(names, [("Post", "PostInput"), ("Shelf", "ShelfInput")]);
        let mut shelf = incoming["Shelf"].clone();
        rename(&mut shelf, &renamed);
        assert_eq!(
            shelf["properties"]["post"]["$ref"],
            "#/components/schemas/PostInput"
        );
    }

    #[test]
    fn a_parameter_is_never_null() {
        let (description, schema) = parameter_schema(json!({
            "description": "The page.", "type": ["integer", "null"], "minimum": 0, "default": null,
        }));
        assert_eq!(description.as_deref(), Some("The page."));
        assert_eq!(
            schema.to_value(),
            json!({ "type": "integer", "minimum": 0 })
        );
        let (_, schema) = parameter_schema(json!({
            "anyOf": [{ "$ref": "#/components/schemas/Kind" }, { "type": "null" }],
        }));
        assert_eq!(
            schema.to_value(),
            json!({ "$ref": "#/components/schemas/Kind" })
        );
    }
}
