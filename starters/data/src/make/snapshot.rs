//! `schema.json`: what an app's tables are after a migration, and after which it was made.

use savia_core::Result;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::schema::{Schema, SchemaError};

const FOLLOWS: &str = "follows";

/// The snapshot beside a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// The versions whose snapshots it was made from: none for the first, two where branches came
    /// together.
    pub(crate) follows: Vec<String>,
    /// The tables.
    pub(crate) schema: Schema,
}

impl Snapshot {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, SchemaError> {
        let mut fields: Map<String, Value> = serde_json::from_str(text)?;
        let follows = fields
            .remove(FOLLOWS)
            .unwrap_or_else(|| Value::Array(Vec::new()));
        Ok(Self {
            follows: serde_json::from_value(follows)?,
            schema: Schema::from_json(&Value::Object(fields).to_string())?,
        })
    }

    /// Its text; the same snapshot has the same text.
    ///
    /// # Errors
    ///
    /// None that a schema could cause.
    pub(crate) fn to_json(&self) -> Result<String> {
        #[derive(Serialize)]
        struct Written<'a> {
            follows: &'a [String],
            #[serde(flatten)]
            schema: &'a Schema,
        }
        let written = Written {
            follows: &self.follows,
            schema: &self.schema,
        };
        let text = serde_json::to_string_pretty(&written)?;
        Ok(text + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_written_as_it_was_read() {
        let text = "{\n  \"follows\": [\n    \"20261124080000\"\n  ],\n  \"tables\": []\n}\n";
        let read = Snapshot::parse(text).unwrap();
        assert_eq!(read.follows, ["20261124080000"]);
        assert_eq!(read.to_json().unwrap(), text);
        assert!(Snapshot::parse("{\"tables\": [], \"colour\": 1}").is_err());
    }
}
