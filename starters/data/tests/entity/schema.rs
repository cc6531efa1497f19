//! The JSON schema of entities, as it is written into the OpenAPI document.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::model::{Post, Status, User};

fn incoming<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    settings.into_generator().into_root_schema_for::<T>().into()
}

fn outgoing<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().into()
}

fn required(schema: &Value) -> Vec<&str> {
    let names = schema["required"].as_array().unwrap();
    names.iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn what_is_read_only_is_told_and_not_required() {
    let schema = incoming::<Post>();
    for field in [
        "id",
        "views",
        "created_at",
        "updated_at",
        "deleted_at",
        "author",
        "editor",
        "tags",
    ] {
        let property = &schema["properties"][field];
        assert_eq!(property["readOnly"], true, "{field}");
        assert_eq!(property.get("default"), None, "{field}");
        assert!(!required(&schema).contains(&field), "{field}");
    }
    for field in ["slug", "status", "version", "author_id"] {
        assert_eq!(schema["properties"][field].get("readOnly"), None, "{field}");
    }
    assert_eq!(schema["properties"]["id"]["format"], "uuid");
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn input_requires_what_has_no_default() {
    assert_eq!(
        required(&incoming::<Post>()),
        [
            "slug",
            "status",
            "author_id",
            "price",
            "place",
            "extra",
            "small",
            "number",
            "real",
            "double",
            "pinned",
            "local",
            "day",
            "clock",
            "type",
        ]
    );
}

#[test]
fn output_has_all_but_what_may_not_be_loaded() {
    let schema = outgoing::<Post>();
    let required = required(&schema);
    assert!(required.contains(&"id") && required.contains(&"discount"));
    assert!(!required.contains(&"author") && !required.contains(&"tags"));
    assert_eq!(schema["properties"]["id"]["readOnly"], true);
}

#[test]
fn what_is_write_only_is_in_the_schema_of_input_alone() {
    let property = &incoming::<User>()["properties"]["password_hash"];
    assert_eq!(property, &json!({ "type": "string", "writeOnly": true }));
    assert_eq!(outgoing::<User>()["properties"].get("password_hash"), None);
}

#[test]
fn rules_and_formats_are_told() {
    let schema = incoming::<Post>();
    let properties = &schema["properties"];
    assert_eq!(properties["slug"]["minLength"], 1);
    assert_eq!(properties["slug"]["maxLength"], 80);
    assert_eq!(
        properties["price"],
        json!({ "type": "string", "format": "decimal" })
    );
    assert_eq!(
        properties["discount"],
        json!({ "type": ["string", "null"], "format": "decimal" })
    );
    assert_eq!(properties["created_at"]["format"], "date-time");
    assert_eq!(properties["version"]["default"], 0);
    assert_eq!(
        schema["$defs"]["Place"]["properties"]["city"]["minLength"],
        1
    );
}

#[test]
fn an_enum_says_its_texts() {
    let schema = incoming::<Status>();
    assert_eq!(schema["type"], "string");
    assert_eq!(schema["enum"], json!(["draft", "in_review", "live"]));
}
