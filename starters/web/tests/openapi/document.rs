//! The document as a whole, held against what it was.

use savia_starter_web::openapi;
use serde_json::{Value, json};

use crate::discovered;

fn document(apps: &[&str], settings: &[(&str, Value)]) -> Value {
    openapi::document(&discovered(apps, settings)).unwrap()
}

#[test]
fn every_extractor_and_answer_says_what_it_is() {
    let document = document(&["orders", "guard"], &[("openapi.version", json!("1.2.3"))]);
    insta::with_settings!({ sort_maps => true }, {
        insta::assert_json_snapshot!(document);
    });
}

#[test]
fn a_rule_of_a_field_is_in_its_schema() {
    let document = document(&["orders", "guard"], &[]);
    let line = &document["components"]["schemas"]["Line"]["properties"];
    assert_eq!(
        line["article"],
        json!({ "type": "string", "minLength": 1, "maxLength": 40 })
    );
    assert_eq!(
        (&line["count"]["minimum"], &line["count"]["maximum"]),
        (&json!(1), &json!(99))
    );
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = document(&["orders", "guard"], &[]);
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 10, "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
}

#[test]
fn what_the_configuration_says_of_the_api_is_in_the_document() {
    let document = document(
        &["notes"],
        &[
            ("openapi.title", json!("Notes")),
            ("openapi.description", json!("Keeps *notes*.")),
            ("openapi.servers", json!(["https://api.example.com"])),
            ("server.path_prefix", json!("/v1")),
            ("server.prefixes", json!({ "notes": "/desk" })),
        ],
    );
    assert_eq!(
        document["info"],
        json!({
            "title": "Notes", "version": env!("CARGO_PKG_VERSION"),
            "description": "Keeps *notes*.",
        })
    );
    assert_eq!(
        document["servers"],
        json!([{ "url": "https://api.example.com" }])
    );
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/v1/desk/notes"]);
    // Nothing is secured, so there is nothing to say of tokens.
    assert!(document["components"].get("securitySchemes").is_none());
}

#[test]
fn only_installed_apps_are_in_the_document() {
    let document = document(&["home"], &[]);
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/", "/docs"]);
    assert_eq!(document["paths"]["/"]["get"]["operationId"], "home_index");
}
