//! JSON Schema of `application.yaml`, for editors.

use serde_json::{Map, Value, json};

use super::declared::{Branch, Twig};
use super::{ConfigRegistration, Declared};

/// JSON Schema (draft 2020-12) of what these sections declare, beside the sections of the official
/// starters.
///
/// No key is `required`: what is missing in the file may come from the environment.
pub fn json_schema<'a>(sections: impl IntoIterator<Item = &'a ConfigRegistration>) -> Value {
    Declared::of(sections, []).json_schema()
}

pub(crate) fn document(root: &Branch) -> Value {
    let Value::Object(body) = section(root) else {
        return Value::Null;
    };
    let mut schema = Map::new();
    schema.insert(
        "$schema".into(),
        "https://json-schema.org/draft/2020-12/schema".into(),
    );
    schema.insert("title".into(), "application.yaml".into());
    schema.extend(body);
    schema.into()
}

fn section(branch: &Branch) -> Value {
    let properties: Map<String, Value> = branch
        .fields
        .iter()
        .map(|(name, twig)| {
            let schema = match twig {
                Twig::Branch(inner) => section(inner),
                Twig::Key(key) => {
                    let mut schema = key.shape.schema(&key.rules);
                    super::shape::document(&mut schema, &key.doc, key.default.as_ref(), key.secret);
                    schema
                }
            };
            (name.clone(), schema)
        })
        .collect();
    // `section:` with nothing below it is an empty section.
    let mut schema = json!({
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": branch.open.is_some(),
    });
    match (branch.doc.as_str(), branch.open) {
        ("", Some(starter)) => {
            schema["description"] =
                format!("Read by the starter `{starter}`, which is not compiled in.").into();
        }
        ("", None) => {}
        (doc, _) => schema["description"] = doc.into(),
    }
    schema
}
