//! The snapshot: what an app's tables are to be, without a word of either database's own.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::data_type::DataType;
use super::error::SchemaError;
use super::names;
use crate::metadata::OnDelete;

/// The tables of one app, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The tables, by name.
    pub tables: Vec<TableSchema>,
}

/// A table: of an entity, or of the pairs of two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSchema {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the entity's fields.
    pub columns: Vec<ColumnSchema>,
    /// The columns that tell one row from another.
    pub primary_key: Vec<String>,
    /// Columns in which no two rows may hold the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Vec<String>>,
    /// Columns that rows are found by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Vec<String>>,
    /// What holds of every row, over several columns, as SQL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSchema {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// Whether the database counts it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub identity: bool,
    /// Whether it may hold nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Its default, as `#[column(default = …)]` says it in SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The only texts it may hold: an enum's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// What holds of its value in every row, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// What it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<ReferenceSchema>,
}

/// What a column refers to; its table may be another app's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceSchema {
    /// The table.
    pub table: String,
    /// Its primary key.
    pub column: String,
    /// What happens to the row when what it refers to is deleted.
    #[serde(with = "on_delete")]
    pub on_delete: OnDelete,
}

fn is_false(it: &bool) -> bool {
    !it
}

impl Schema {
    /// Of these tables, brought into their order.
    pub fn new(mut tables: Vec<TableSchema>) -> Self {
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        for table in &mut tables {
            for lists in [&mut table.uniques, &mut table.indexes] {
                lists.sort();
                lists.dedup();
            }
        }
        Self { tables }
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    ///
    /// Where it is no snapshot of this version of Savia.
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        let schema: Self = serde_json::from_str(text)?;
        let schema = Self::new(schema.tables);
        names::check(&schema)?;
        Ok(schema)
    }

    /// The snapshot's text; the same schema has the same text.
    pub fn to_json(&self) -> String {
        // A tree of texts, lists and booleans is always JSON.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&TableSchema> {
        self.tables.iter().find(|it| it.name == name)
    }

    /// The tables of other apps that its own refer to.
    pub fn foreign_tables(&self) -> BTreeSet<&str> {
        self.tables
            .iter()
            .flat_map(TableSchema::references)
            .map(|(_, to)| to.table.as_str())
            .filter(|name| self.table(name).is_none())
            .collect()
    }
}

impl TableSchema {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&ColumnSchema> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// The columns that refer to something, and what.
    pub fn references(&self) -> impl Iterator<Item = (&ColumnSchema, &ReferenceSchema)> {
        self.columns
            .iter()
            .filter_map(|column| Some((column, column.references.as_ref()?)))
    }

    /// Whether a value of the column may have to differ from row to row.
    pub(super) fn is_in_a_key(&self, column: &str) -> bool {
        self.uniques
            .iter()
            .chain([&self.primary_key])
            .any(|key| key.iter().any(|it| it == column))
    }
}

/// [`OnDelete`] as one word.
mod on_delete {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::metadata::OnDelete;

    const WORDS: [(&str, OnDelete); 4] = [
        ("restrict", OnDelete::Restrict),
        ("cascade", OnDelete::Cascade),
        ("set_null", OnDelete::SetNull),
        ("no_action", OnDelete::NoAction),
    ];

    pub(super) fn serialize<S: Serializer>(
        it: &OnDelete,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let word = WORDS.iter().find(|(_, known)| known == it);
        serializer.serialize_str(word.map_or("", |(word, _)| word))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<OnDelete, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = WORDS.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, it)| *it)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is nothing that follows a delete")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "tables": [
    {
      "name": "posts",
      "columns": [
        {
          "name": "id",
          "type": "bigint",
          "identity": true
        },
        {
          "name": "status",
          "type": "text",
          "default": "'draft'",
          "values": [
            "draft",
            "live"
          ]
        },
        {
          "name": "author_id",
          "type": "bigint",
          "nullable": true,
          "references": {
            "table": "users",
            "column": "id",
            "on_delete": "set_null"
          }
        }
      ],
      "primary_key": [
        "id"
      ],
      "indexes": [
        [
          "author_id"
        ]
      ]
    }
  ]
}
"#;

    #[test]
    fn a_snapshot_is_written_as_it_was_read() {
        let schema = Schema::from_json(TEXT).unwrap();
        assert_eq!(schema.to_json(), TEXT);
        assert_eq!(
            schema.foreign_tables().into_iter().collect::<Vec<_>>(),
            ["users"]
        );
    }

    #[test]
    fn what_a_snapshot_does_not_know_is_refused() {
        let check = |from: &str, to: &str, part: &str| {
            let error = Schema::from_json(&TEXT.replace(from, to)).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        };
        check("\"identity\"", "\"counted\"", "unknown field `counted`");
        check(
            "\"bigint\"",
            "\"number\"",
            "\"number\" is no type of a column",
        );
        check(
            "set_null",
            "forget",
            "\"forget\" is nothing that follows a delete",
        );
        check("\"status\"", "\"id\"", "has two columns `id`");
    }
}
