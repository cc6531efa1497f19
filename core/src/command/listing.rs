//! A listing: rows under headings for people, objects for programs.

use serde_json::{Map, Value};

/// How a listing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Columns.
    Table,
    /// A JSON array of objects.
    Json,
}

/// Rows under headings.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Listing {
    /// A listing with these columns; their names are the keys in JSON.
    pub fn new(columns: impl Into<Vec<&'static str>>) -> Self {
        Self {
            columns: columns.into(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, a cell a column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Value>) {
        let mut row: Vec<_> = cells.into_iter().collect();
        row.resize(self.columns.len(), Value::Null);
        self.rows.push(row);
    }

    /// As text.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Json => self.json(),
            Format::Table => self.table(),
        }
    }

    fn json(&self) -> String {
        let objects: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let pairs = self.columns.iter().zip(row);
                Value::Object(
                    pairs
                        .map(|(name, cell)| ((*name).to_owned(), cell.clone()))
                        .collect::<Map<_, _>>(),
                )
            })
            .collect();
        format!("{:#}", Value::Array(objects))
    }

    fn table(&self) -> String {
        let headings = self
            .columns
            .iter()
            .map(|name| name.replace('_', " ").to_uppercase());
        let mut lines: Vec<Vec<String>> = vec![headings.collect()];
        lines.extend(self.rows.iter().map(|row| row.iter().map(cell).collect()));
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|at| {
                lines
                    .iter()
                    .map(|line| line[at].chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        for line in &lines {
            let padded: Vec<String> = line
                .iter()
                .zip(&widths)
                .map(|(text, width)| format!("{text:width$}"))
                .collect();
            out.push_str(padded.join("  ").trim_end());
            out.push('\n');
        }
        out
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_columns_for_people_and_objects_for_programs() {
        let mut listing = Listing::new(["app", "installed"]);
        listing.row(["posts".into(), true.into()]);
        listing.row(["mail".into(), false.into()]);
        assert_eq!(
            listing.render(Format::Table),
            "APP    INSTALLED\nposts  yes\nmail   no\n"
        );
        let json: Value = serde_json::from_str(&listing.render(Format::Json)).unwrap();
        assert_eq!(
            json[1],
            serde_json::json!({"app": "mail", "installed": false})
        );
    }
}
