//! How a page is asked for: `?page=0&size=20&sort=name,desc&sort=id`, as Spring Data has it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use super::{PageRequest, Sort, SortKey};
use crate::validation::{Validate, Violation};

impl Validate for PageRequest {
    fn validate(&self) -> Result<(), Vec<Violation>> {
        if (1..=Self::MAX_SIZE).contains(&self.size) {
            return Ok(());
        }
        let message = format!("is not from 1 to {}", Self::MAX_SIZE);
        Err(vec![Violation {
            field: "size".to_owned(),
            code: "range".to_owned(),
            message,
        }])
    }
}

impl fmt::Display for SortKey {
    /// As it is written in a query: `name` or `name,desc`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field)?;
        if self.descending {
            f.write_str(",desc")
        } else {
            Ok(())
        }
    }
}

impl Sort {
    /// Adds what one `sort` parameter says: fields, and then perhaps `asc` or `desc` for them all.
    fn push(&mut self, text: &str) -> Result<(), String> {
        let mut fields: Vec<&str> = text.split(',').collect();
        let descending = match fields.last() {
            Some(last) if last.eq_ignore_ascii_case("desc") => Some(true),
            Some(last) if last.eq_ignore_ascii_case("asc") => Some(false),
            _ => None,
        };
        if descending.is_some() {
            fields.pop();
        }
        if fields.is_empty() || !fields.iter().copied().all(is_field) {
            return Err("expected a field, or fields and `asc` or `desc`: `name,desc`".to_owned());
        }
        self.keys.extend(fields.into_iter().map(|field| SortKey {
            field: field.to_owned(),
            descending: descending.unwrap_or(false),
        }));
        Ok(())
    }
}

/// A name, or names with points between them: `author.name`.
fn is_field(text: &str) -> bool {
    text.split('.').all(|name| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || it == '_')
    })
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = Sort;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("fields to sort by")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Sort, E> {
                let mut sort = Sort::default();
                sort.push(text).map_err(E::custom)?;
                Ok(sort)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut keys: A) -> Result<Sort, A::Error> {
                let mut sort = Sort::default();
                while let Some(text) = keys.next_element::<Cow<'de, str>>()? {
                    sort.push(&text).map_err(de::Error::custom)?;
                }
                Ok(sort)
            }
        }

        // A query's one parameter is a text, and several are a sequence.
        deserializer.deserialize_any(Keys)
    }
}

impl Serialize for Sort {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.keys.iter().map(ToString::to_string))
    }
}

impl JsonSchema for Sort {
    fn schema_name() -> Cow<'static, str> {
        "Sort".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": { "type": "string" },
            "description": "Fields to sort by, each perhaps with `,asc` or `,desc`",
            "examples": [["name,desc"]],
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Result<PageRequest, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        assert_eq!(read(json!({})).unwrap(), PageRequest::default());
    }

    #[test]
    fn sorts_are_one_or_several() {
        let name = Sort::default().desc("name");
        assert_eq!(read(json!({"sort": "name,desc"})).unwrap().sort, name);
        assert_eq!(
            read(json!({"sort": ["name,DESC", "id"]})).unwrap().sort,
            name.asc("id")
        );
        let both = Sort::default().desc("author.name").desc("id");
        assert_eq!(
            read(json!({"sort": "author.name,id,desc"})).unwrap().sort,
            both
        );
        assert_eq!(
            serde_json::to_value(&both).unwrap(),
            json!(["author.name,desc", "id,desc"])
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for sort in [
            "",
            "desc",
            ",",
            "a,,b",
            "a b",
            "a;drop table",
            "a'",
            "1a",
            "a..b",
            "a.",
            "\0",
        ] {
            assert!(read(json!({ "sort": sort })).is_err(), "{sort}");
        }
        for (size, fits) in [(0, false), (1, true), (1_000, true), (1_001, false)] {
            assert_eq!(
                read(json!({ "size": size })).unwrap().validate().is_ok(),
                fits,
                "{size}"
            );
        }
    }
}
