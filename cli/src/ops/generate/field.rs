//! A field as it is written on the command line: `title:string!`, `author:references:Author?`.

use crate::ops::generate::field_type::FieldType;
use crate::ops::generate::{inflection, reserved};
use crate::ops::name::is_keyword;
use crate::ops::suggest;

/// A field of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name, which is its column's: `title`, `author_id`.
    pub(super) name: String,
    pub(super) ty: FieldType,
    pub(super) nullable: bool,
    pub(super) unique: bool,
}

/// Fields that every entity has.
const EVERYBODYS: &[&str] = &["created_at", "id", "updated_at", "version"];

/// What diesel's module of a table has beside its columns.
const DIESELS: &[&str] = &["all_columns", "columns", "diesel", "dsl", "star"];

/// PostgreSQL keeps no more of a name.
const MAX_LENGTH: usize = 63;

/// The most columns that an entity has, less those that every entity has.
const MOST_FIELDS: usize = 28;

impl Field {
    /// `author` of `author_id`.
    pub(super) fn association(&self) -> &str {
        match self.ty {
            FieldType::References(_) => self.name.strip_suffix("_id").unwrap_or(&self.name),
            _ => &self.name,
        }
    }

    fn parse(written: &str) -> Result<Self, String> {
        let fault = |why: String| format!("`{written}`: {why}");
        let (name, rest) = written.split_once(':').unwrap_or((written, ""));
        if let Some(why) = name_fault(name) {
            return Err(fault(why));
        }
        if rest.is_empty() {
            return Err(fault(format!("it has no type; such as `{name}:string`")));
        }
        let (ty, marks) = rest.split_at(rest.find(['?', '!']).unwrap_or(rest.len()));
        let (mut nullable, mut unique) = (false, false);
        for mark in marks.chars() {
            match mark {
                '?' if !nullable => nullable = true,
                '!' if !unique => unique = true,
                '?' | '!' => return Err(fault(format!("`{mark}` stands there twice"))),
                _ => {
                    return Err(fault(
                        "`?` (may be missing) and `!` (no two alike) stand at its end".to_owned(),
                    ));
                }
            }
        }
        let ty = FieldType::parse(ty).map_err(fault)?;
        if let Some(why) = ty.never_unique().filter(|_| unique) {
            return Err(fault(why.to_owned()));
        }
        let name = match ty {
            FieldType::References(_) if !name.ends_with("_id") => format!("{name}_id"),
            _ => name.to_owned(),
        };
        Ok(Self {
            name,
            ty,
            nullable,
            unique,
        })
    }
}

/// The fields, or every fault of them.
pub(super) fn parse(written: &[String], table: &str) -> Result<Vec<Field>, Vec<String>> {
    let mut fields: Vec<Field> = Vec::new();
    let mut faults = Vec::new();
    for text in written {
        let field = match Field::parse(text) {
            Ok(field) => field,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let name = &field.name;
        if fields.iter().any(|other| other.name == *name) {
            faults.push(format!("`{text}`: there are two fields called `{name}`"));
        } else if name == table {
            faults.push(format!("`{text}`: the table is called so"));
        } else {
            fields.push(field);
        }
    }
    if fields.len() > MOST_FIELDS {
        faults.push(format!(
            "an entity has at most {MOST_FIELDS} fields, and these are {}",
            fields.len()
        ));
    }
    match faults.is_empty() {
        true => Ok(fields),
        false => Err(faults),
    }
}

fn name_fault(name: &str) -> Option<String> {
    let is_strange = |c: &char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_');
    let or = |word: &str| match reserved::instead(word) {
        Some(other) => format!("; `{other}` would do"),
        None => format!("; `{word}_value` would do"),
    };
    if name.is_empty() {
        Some("it has no name; such as `title:string`".to_owned())
    } else if let Some(strange) = name.chars().find(is_strange) {
        let simple = heck::AsSnakeCase(name).to_string();
        let advice = match name_fault(&simple) {
            None => format!("; `{simple}` would do"),
            Some(_) => String::new(),
        };
        Some(format!(
            "its name has {strange:?} in it; small letters, digits and `_` are what it can \
             have{advice}"
        ))
    } else if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        Some("its name does not start with a letter".to_owned())
    } else if name.len() > MAX_LENGTH {
        Some(format!("its name is longer than {MAX_LENGTH} letters"))
    } else if EVERYBODYS.contains(&name) {
        Some(format!("every entity has `{name}` by itself"))
    } else if is_keyword(name) {
        Some(format!(
            "`{name}` is a word of the Rust language{}",
            or(name)
        ))
    } else if reserved::is_sql(name) {
        Some(format!("`{name}` is a word of SQL{}", or(name)))
    } else if DIESELS.contains(&name) {
        Some(format!(
            "diesel's module of the table has something called `{name}`{}",
            or(name)
        ))
    } else {
        None
    }
}

/// How fields are written.
pub(super) fn help() -> String {
    format!(
        "a field is written `name:type`, with `?` behind it where it may be missing and `!` where \
         no two are alike\nthe types are: {}:Other",
        FieldType::NAMES.join(", ")
    )
}

/// What the field is, for its documentation.
pub(super) fn documentation(field: &Field) -> String {
    let name = field.association();
    let words = inflection::words(name);
    match field.ty {
        FieldType::Bool if name.starts_with("is_") => format!("Whether it {words}."),
        FieldType::Bool if name.starts_with("has_") => format!("Whether it {words}."),
        FieldType::Bool if name.starts_with("can_") => format!("Whether it {words}."),
        FieldType::Bool => format!("Whether it is {words}."),
        _ => format!("{}.", inflection::sentence(name)),
    }
}

/// The type that was meant.
pub(super) fn meant(written: &str) -> String {
    /// What other tools call them.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("array", "json"),
        ("belongs_to", "references"),
        ("boolean", "bool"),
        ("char", "string"),
        ("double", "float"),
        ("f32", "float"),
        ("f64", "float"),
        ("i16", "int"),
        ("i32", "int"),
        ("i64", "bigint"),
        ("integer", "int"),
        ("jsonb", "json"),
        ("long", "bigint"),
        ("money", "decimal"),
        ("number", "decimal"),
        ("numeric", "decimal"),
        ("object", "json"),
        ("ref", "references"),
        ("reference", "references"),
        ("str", "string"),
        ("timestamp", "datetime"),
        ("u32", "bigint"),
        ("u64", "bigint"),
        ("varchar", "string"),
    ];
    let lower = written.to_ascii_lowercase();
    let elsewhere = ELSEWHERE.iter().find(|(other, _)| *other == lower);
    let meant = elsewhere
        .map(|(_, ours)| *ours)
        .or_else(|| suggest::closest(&lower, FieldType::NAMES.iter().copied()));
    meant.map_or_else(String::new, |ours| format!("; did you mean `{ours}`?"))
}

#[cfg(test)]
mod tests;
