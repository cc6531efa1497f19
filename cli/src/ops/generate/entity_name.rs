//! The name of an entity, and the names that follow from it.

use heck::{ToPascalCase, ToSnakeCase};

use super::{inflection, reserved};
use crate::error::{CliError, Result};
use crate::ops::name::is_keyword;

/// PostgreSQL keeps 63 bytes of a name; this leaves room for those of indexes and migrations.
const MAX_LENGTH: usize = 48;

/// Types that the generated code names: an entity called so would hide them.
const TAKEN: &[&str] = &[
    "Arc",
    "Base",
    "BaseRepository",
    "Created",
    "DateTime",
    "Decimal",
    "Default",
    "Error",
    "Json",
    "Merge",
    "MergePatch",
    "NaiveDate",
    "NoContent",
    "Option",
    "Page",
    "PageRequest",
    "PartialEq",
    "Path",
    "Query",
    "Result",
    "Self",
    "String",
    "TestApp",
    "Utc",
    "Uuid",
    "Value",
    "Vec",
];

/// Names of parameters beside which the generated code has one of the entity's name.
const PARAMETERS: &[&str] = &["app", "at", "id", "number"];

/// What one of the entities is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntityName {
    /// The struct: `BlogPost`.
    pub(super) ty: String,
    /// A variable: `blog_post`.
    pub(super) one: String,
    /// The table, the path, the default app, a variable of several: `blog_posts`.
    pub(super) many: String,
}

impl EntityName {
    /// Of a name as it was written: `product`, `BlogPost`, `blog_post`.
    ///
    /// # Errors
    ///
    /// When it cannot be one, with the reason and, where there is one, a name that would do.
    pub(super) fn parse(written: &str) -> Result<Self> {
        let name = Self::of(written);
        let Some(reason) = fault(written, &name) else {
            return Ok(name);
        };
        Err(CliError::Name {
            name: written.to_owned(),
            what: "an entity",
            reason,
            suggestion: suggestion(written, &name),
        })
    }

    /// Of a struct that exists.
    pub(super) fn of(written: &str) -> Self {
        let ty = written.to_pascal_case();
        // As `#[entity]` does it, which sees the struct alone: `area_51` is `Area51` is `area51`.
        let one = ty.to_snake_case();
        let many = inflection::plural(&one);
        Self { ty, one, many }
    }
}

fn fault(written: &str, name: &EntityName) -> Option<String> {
    let EntityName { ty, one, many } = name;
    let is_strange = |c: &char| !c.is_ascii_alphanumeric() && *c != '_';
    if written.is_empty() {
        Some("it is empty".to_owned())
    } else if let Some(strange) = written.chars().find(is_strange) {
        Some(format!(
            "it has {strange:?} in it; letters, digits and `_` are what it can have"
        ))
    } else if !written.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Some("it does not start with a letter".to_owned())
    } else if many.len() > MAX_LENGTH {
        Some(format!("it is longer than {MAX_LENGTH} letters"))
    } else if is_keyword(one) {
        Some("it is a word of the Rust language".to_owned())
    } else if reserved::is_sql_alone(one) {
        Some("it is a word of SQL".to_owned())
    } else if reserved::is_sql(many) {
        Some(format!("its table would be `{many}`, a word of SQL"))
    } else if TAKEN.contains(&ty.as_str()) || PARAMETERS.contains(&one.as_str()) {
        Some(format!("the generated code uses `{}`", hidden(name)))
    } else if written.chars().any(|c| c.is_ascii_uppercase()) {
        // Who writes it as a type means it so: `Lens`.
        None
    } else {
        inflection::singular(one).map(|_| {
            format!("it looks like a plural, and an entity is one thing (`{ty}` is taken as it is)")
        })
    }
}

/// What of the generated code's an entity of this name would hide.
fn hidden(name: &EntityName) -> &str {
    match TAKEN.contains(&name.ty.as_str()) {
        true if name.ty == "Base" => "BaseRepository",
        true => &name.ty,
        false => &name.one,
    }
}

/// The nearest name that would do.
fn suggestion(written: &str, name: &EntityName) -> Option<String> {
    let singular = inflection::singular(&name.one);
    let more = [
        singular,
        Some(name.one.clone()),
        Some(format!("{}_item", name.one)),
    ];
    let mut candidates = more.into_iter().flatten();
    candidates.find(|other| other != written && fault(other, &EntityName::of(other)).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_gives_all_others() {
        for (written, ty, one, many) in [
            ("product", "Product", "product", "products"),
            ("BlogPost", "BlogPost", "blog_post", "blog_posts"),
            ("blogPost", "BlogPost", "blog_post", "blog_posts"),
            ("blog_post", "BlogPost", "blog_post", "blog_posts"),
            ("area_51", "Area51", "area51", "area51s"),
            ("person", "Person", "person", "people"),
            ("user", "User", "user", "users"),
            ("order", "Order", "order", "orders"),
            ("Lens", "Lens", "lens", "lenses"),
            ("address", "Address", "address", "addresses"),
        ] {
            let name = EntityName::parse(written).unwrap();
            assert_eq!(
                (name.ty.as_str(), name.one.as_str(), name.many.as_str()),
                (ty, one, many)
            );
        }
    }

    #[test]
    fn what_names_no_entity_is_refused_with_the_reason() {
        for (written, reason, advice) in [
            ("", "empty", None),
            ("my-post", "'-'", Some("my_post")),
            ("größe", "'ö'", None),
            ("2fast", "start with a letter", None),
            ("_post", "start with a letter", Some("post")),
            ("type", "word of the Rust language", Some("type_item")),
            ("Match", "word of the Rust language", Some("match_item")),
            ("select", "word of SQL", Some("select_item")),
            ("Table", "word of SQL", Some("table_item")),
            ("value", "`values`, a word of SQL", Some("value_item")),
            ("page", "the generated code uses `Page`", Some("page_item")),
            ("app", "the generated code uses `app`", Some("app_item")),
            ("products", "looks like a plural", Some("product")),
            ("people", "looks like a plural", Some("person")),
            (&"x".repeat(48), "longer than 48", None),
        ] {
            let Err(CliError::Name {
                reason: told,
                suggestion,
                ..
            }) = EntityName::parse(written)
            else {
                panic!("{written} should be refused");
            };
            assert!(told.contains(reason), "{written}: {told}");
            assert_eq!(suggestion.as_deref(), advice, "{written}");
        }
    }
}
