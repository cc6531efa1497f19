//! An entity of a table.

use super::super::catalogue::{Column, Table};
use super::super::sql::quote;
use super::identifiers::{field, raw, snake, variant};
use super::types::{self, RustType};
use super::values::{self, Rules, literal};
use super::{Inspector, associations, writer};
use crate::statement::Dialect;

/// The most columns that diesel's tuples hold by its feature `32-column-tables`.
const MOST_COLUMNS: usize = 32;

/// Writes a struct, and the enums of its columns before it.
pub(super) fn write(inspector: &Inspector<'_>, name: &str, of: &str, table: &Table) -> String {
    let mut entity = Entity {
        inspector,
        name,
        of,
        table,
        rules: values::rules(table),
        enums: Vec::new(),
        notes: Vec::new(),
        fields: Vec::new(),
        names: Vec::new(),
    };
    entity.read();
    entity.text()
}

struct Entity<'a> {
    inspector: &'a Inspector<'a>,
    name: &'a str,
    of: &'a str,
    table: &'a Table,
    rules: Rules,
    /// The text of enums.
    enums: Vec<String>,
    /// What stands before the struct.
    notes: Vec<String>,
    /// The text of fields.
    fields: Vec<String>,
    /// The names of columns that are fields, and of the fields.
    names: Vec<(String, String)>,
}

impl Entity<'_> {
    fn read(&mut self) {
        let table = self.table;
        if table.columns.len() > MOST_COLUMNS {
            self.notes.push(format!(
                "`{}` has {} columns, and an entity at most {MOST_COLUMNS}.",
                self.name,
                table.columns.len()
            ));
        }
        for column in &table.columns {
            let text = self.field(column);
            self.fields.push(text);
        }
        let mut taken: Vec<String> = self.names.iter().map(|(_, field)| field.clone()).collect();
        let many = associations::many_to_many(self.inspector, self.name, self.of, &mut taken);
        self.fields.extend(many);
        for index in &table.indexes {
            if let Some(definition) = &index.definition {
                self.notes.push(format!(
                    "`{}` is more than an index over columns: {definition}",
                    index.name
                ));
            }
        }
        for key in &table.foreign_keys {
            if key.columns.len() > 1 || associations::belongs_to(self.inspector, key).is_none() {
                self.notes.push(format!(
                    "({}) refers to {} ({}), on delete {}, which no `#[belongs_to]` says.",
                    key.columns.join(", "),
                    key.table,
                    key.to.join(", "),
                    key.on_delete
                ));
            }
        }
    }

    fn field(&mut self, column: &Column) -> String {
        let of = types::of(&column.data_type, &column.name, self.inspector.dialect());
        let mut name = field(&column.name, self.name);
        while self.names.iter().any(|(_, it)| *it == name) {
            name.push('_');
        }
        let (Some(mut of), false) = (of, column.generated) else {
            let why = match column.generated {
                true => "which the database computes: an entity writes what it reads",
                false => "which no field is of",
            };
            return format!("    // pub {name}: {}, {why}.\n", column.data_type);
        };
        self.names.push((column.name.clone(), name.clone()));
        let mut notes: Vec<String> = of.note.take().into_iter().collect();
        let mut attributes = self.roles(column, &of, &mut notes);
        let mut options = Vec::new();
        if name != column.name {
            options.push(format!("name = {}", literal(&column.name)));
        }
        let ty = self
            .enumeration(column, &of)
            .unwrap_or_else(|| of.name.to_owned());
        options.extend(self.keys(column));
        options.append(&mut of.options);
        if let Some((_, length)) = self.rules.lengths.iter().find(|(it, _)| *it == column.name) {
            options.push(format!("length = {length}"));
        }
        match values::default(column, &of) {
            Ok(Some(default)) => options.push(format!("default = {default}")),
            Ok(None) => {}
            Err(note) => notes.push(note),
        }
        if let Some((_, check)) = self.rules.columns.iter().find(|(it, _)| *it == column.name) {
            options.push(format!("check = {}", literal(check)));
        }
        if !options.is_empty() {
            attributes.push_str(&writer::attribute("    ", "column", &options));
        }
        let ty = match column.nullable && !self.is_id(column) {
            true => format!("Option<{ty}>"),
            false => ty,
        };
        let notes: String = notes
            .iter()
            .map(|it| format!("    // {}\n", sentence(it)))
            .collect();
        format!("{notes}{attributes}    pub {}: {ty},\n", raw(&name))
    }

    fn is_id(&self, column: &Column) -> bool {
        let key = self.table.primary_key.as_ref();
        key.is_some_and(|it| it.columns == [column.name.clone()])
    }

    /// What the column is for.
    fn roles(&self, column: &Column, of: &RustType, notes: &mut Vec<String>) -> String {
        let mut attributes = String::new();
        if self.is_id(column) {
            attributes.push_str(match self.makes_ids(column, of) {
                true => "    #[id]\n",
                false => "    #[id(assigned)]\n",
            });
            let counts = column.identity || column.default.is_some();
            if counts && of.name == "i16" {
                notes.push("the database counts it, and Savia has it count `i32` and `i64`".into());
            }
        } else if of.name == "DateTime<Utc>" && !column.nullable {
            match column.name.as_str() {
                "created_at" => attributes.push_str("    #[created_at]\n"),
                "updated_at" => attributes.push_str("    #[updated_at]\n"),
                _ => {}
            }
        }
        let keys = self.table.foreign_keys.iter();
        let mut of_column = keys.filter(|it| it.columns == [column.name.clone()]);
        let belongs_to = of_column.find_map(|it| associations::belongs_to(self.inspector, it));
        if let Some(belongs_to) = belongs_to {
            attributes.push_str(&format!("    {belongs_to}\n"));
        }
        attributes
    }

    /// Whether the database or Savia makes ids: one that is an `i32` or `i64` is counted, a UUID is
    /// made.
    fn makes_ids(&self, column: &Column, of: &RustType) -> bool {
        let is_sequence = column
            .default
            .as_ref()
            .is_some_and(|it| it.starts_with("nextval("));
        match of.name {
            "Uuid" => true,
            "i32" | "i64" => {
                column.identity || is_sequence || column.data_type == "integer" && self.is_sqlite()
            }
            _ => false,
        }
    }

    fn is_sqlite(&self) -> bool {
        self.inspector.dialect() == Dialect::Sqlite
    }

    /// Keys and indexes of the column alone.
    fn keys(&self, column: &Column) -> Vec<String> {
        let alone = [column.name.clone()];
        let mut options = Vec::new();
        let unique = self.table.uniques.iter().any(|it| it.columns == alone);
        let unique_index = self.plain_indexes(true).any(|it| it == alone);
        if unique || unique_index {
            options.push("unique".to_owned());
        }
        let refers = self.table.foreign_keys.iter().any(|it| {
            it.columns == alone && associations::belongs_to(self.inspector, it).is_some()
        });
        // What belongs to something has one anyway.
        if !refers && self.plain_indexes(false).any(|it| it == alone) {
            options.push("index".to_owned());
        }
        options
    }

    fn plain_indexes(&self, unique: bool) -> impl Iterator<Item = &[String]> {
        let indexes = self.table.indexes.iter();
        indexes
            .filter(move |it| it.definition.is_none() && it.unique == unique)
            .map(|it| it.columns.as_slice())
    }

    /// The enum of a column that holds a few texts.
    fn enumeration(&mut self, column: &Column, of: &RustType) -> Option<String> {
        let of_column = |(name, _): &&(String, Vec<String>)| *name == column.name;
        let (_, values) = self.rules.values.iter().find(of_column)?.clone();
        let variants: Option<Vec<String>> = values.iter().map(|it| variant(it)).collect();
        let variants = variants.filter(|all| {
            let mut seen = std::collections::BTreeSet::new();
            of.name == "String" && all.iter().all(|it| seen.insert(it))
        });
        let Some(variants) = variants else {
            let texts: Vec<String> = values.iter().map(|it| quote::text(it)).collect();
            let name = quote::name(&column.name);
            let check = format!("{name} in ({})", texts.join(", "));
            match self.rules.columns.iter().any(|(it, _)| *it == column.name) {
                true => self.rules.table.push(check),
                false => self.rules.columns.push((column.name.clone(), check)),
            }
            return None;
        };
        let name = associations::enumeration(self.of, &field(&column.name, ""));
        let mut text = format!("/// What `{}.{}` may hold.\n", self.name, column.name);
        text.push_str(&format!("#[entity]\npub enum {name} {{\n"));
        for (variant, value) in variants.iter().zip(&values) {
            if snake(variant) != *value {
                text.push_str(&format!("    #[serde(rename = {})]\n", literal(value)));
            }
            text.push_str(&format!("    {variant},\n"));
        }
        text.push_str("}\n");
        self.enums.push(text);
        Some(name)
    }

    fn text(&self) -> String {
        let mut words = vec![format!("table = {}", literal(self.name))];
        let fields = |columns: &[String]| -> Option<String> {
            let names = columns.iter().map(|column| {
                let of = self.names.iter().find(|(name, _)| name == column)?;
                Some(raw(&of.1))
            });
            let names: Vec<String> = names.collect::<Option<_>>()?;
            (names.len() > 1).then(|| names.join(", "))
        };
        let indexes = self.plain_indexes(false);
        words.extend(indexes.filter_map(|it| Some(format!("index({})", fields(it)?))));
        let uniques = self.table.uniques.iter().map(|it| it.columns.as_slice());
        let uniques = uniques.chain(self.plain_indexes(true));
        words.extend(uniques.filter_map(|it| Some(format!("unique({})", fields(it)?))));
        let checks = self.rules.table.iter();
        words.extend(checks.map(|it| format!("check = {}", literal(it))));
        let notes: String = self
            .notes
            .iter()
            .map(|it| format!("// {}\n", sentence(it)))
            .collect();
        let enums: String = self.enums.iter().map(|it| format!("{it}\n")).collect();
        format!(
            "{enums}{notes}/// A row of `{}`.\n{}pub struct {} {{\n{}}}\n",
            self.name,
            writer::attribute("", "entity", &words),
            self.of,
            self.fields.concat()
        )
    }
}

/// A note from a capital letter to a full stop.
fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut text: String = first.chain(letters).collect();
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}
