use super::*;
use crate::ops::generate::source::Source;

fn entity(fields: &str) -> KnownEntity {
    let text = format!("#[entity] struct Book {{ #[id] id: i64, {fields} }}");
    KnownEntity::all(&Source::parse(text).unwrap()).remove(0)
}

#[test]
fn every_type_has_a_valid_value() {
    let check = |field: &str, expected: Option<&str>| {
        let value = inits(&entity(field)).map(|inits| inits[0].value.clone());
        assert_eq!(value.as_deref(), expected, "{field}");
    };
    check("title: String", Some(r#"format!("Title {number}")"#));
    check(
        "unit_name: Option<String>",
        Some(r#"Some(format!("Unit name {number}"))"#),
    );
    check(
        "#[garde(length(max = 4))] code: String",
        Some("number.to_string()"),
    );
    check("#[garde(length(min = 40))] code: String", None);
    check(
        "#[garde(email)] email: String",
        Some(r#"format!("somebody-{number}@example.org")"#),
    );
    check("#[garde(pattern(\"x\"))] code: String", None);
    check("#[garde(ascii, length(max = 4))] code: String", None);
    check("pages: i32", Some("1"));
    check("#[garde(range(min = 1_000))] pages: i32", Some("1000"));
    check("#[column(unique)] pages: i32", Some("number.cast_signed()"));
    check(
        "#[column(unique)] pages: Option<i64>",
        Some("Some(number.into())"),
    );
    check("weight: f64", Some("0.5"));
    check(
        "#[column(precision = 12, scale = 2)] price: Decimal",
        Some("Decimal::new(1250, 2)"),
    );
    check(
        "#[column(unique, scale = 3)] #[garde(range(min = 0, max = \"9.5\"))] price: Decimal",
        Some("Decimal::new(number.into(), 3)"),
    );
    check("#[garde(range(min = 20))] price: Decimal", None);
    check("open: bool", Some("true"));
    check(
        "born: NaiveDate",
        Some("NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or_default()"),
    );
    check(
        "born: Option<NaiveDate>",
        Some("NaiveDate::from_ymd_opt(2024, 2, 29)"),
    );
    check("code: Uuid", Some("Uuid::from_u128(number.into())"));
    check(
        "meta: Option<serde_json::Value>",
        Some(r#"Some(json!({ "key": "value" }))"#),
    );
    check("status: Status", None);
    check("#[write_only] password: String", None);
}

#[test]
fn the_most_telling_mistake_is_made() {
    let check = |fields: &str, field: &str, code: &str, rust: Option<&str>, json: Option<&str>| {
        let wrong = wrong(&entity(fields)).unwrap();
        assert_eq!(
            (
                &*wrong.field,
                &*wrong.code,
                wrong.rust.as_deref(),
                wrong.json.as_deref()
            ),
            (field, code, rust, json),
            "{fields}"
        );
    };
    let body = "#[garde(length(chars, max = 65_535))] body: String";
    let title = "#[garde(length(chars, min = 1, max = 255))] title: Option<String>";
    let price = "#[garde(range(min = \"-9.99\", max = \"9999999999.99\"))] price: Decimal";
    check(
        &format!("{body}, {title}"),
        "title",
        "length",
        Some("Some(String::new())"),
        None,
    );
    check(
        &format!("{price}, {body}"),
        "body",
        "length",
        Some(r#""x".repeat(65_536)"#),
        None,
    );
    check(
        price,
        "price",
        "range",
        Some("Decimal::from(10_000_000_001_i64)"),
        None,
    );
    let amount = "#[column(precision = 12, scale = 2)] amount: Option<Decimal>";
    let finer = "Some(Decimal::new(1, 3))";
    check(amount, "amount", "digits", Some(finer), None);
    check("open: Option<bool>", "open", "type", None, Some("{}"));
    check("meta: serde_json::Value", "meta", "required", None, None);
    assert_eq!(wrong(&entity("meta: Option<serde_json::Value>")), None);
}
