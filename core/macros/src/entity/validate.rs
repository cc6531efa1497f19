//! What is wrong with an entity that can be read.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Error, Ident};

use super::attributes::OnDelete;
use super::model::{Column, Entity, IdSource, Role, Storage};
use super::names::LONGEST;
use super::types;
use crate::shared::{Errors, unknown};

/// Notes what is wrong.
pub(super) fn validate(entity: &Entity, errors: &mut Errors) {
    once(entity, errors);
    for column in &entity.columns {
        name(entity, column, errors);
        kind(column, errors);
        role(column, errors);
        access(column, errors);
        reference(column, errors);
    }
    twice(entity, errors);
    loaded(entity, errors);
    indexes(entity, errors);
    let table = &entity.table;
    if table.name.len() > LONGEST {
        errors.push(too_long(&table.name, "table", table.module.span()));
    }
}

/// What an entity has one of.
fn once(entity: &Entity, errors: &mut Errors) {
    type Stands = fn(&Column) -> Option<Span>;
    let attributes: [(&str, &str, Stands); 5] = [
        ("id", "one column is the id", |it| {
            it.attributes.id.as_ref().map(|id| id.span)
        }),
        ("version", "one column is the version", |it| {
            it.attributes.version
        }),
        ("created_at", "one column says when", |it| {
            it.attributes.created_at
        }),
        ("updated_at", "one column says when", |it| {
            it.attributes.updated_at
        }),
        ("soft_delete", "one column says when", |it| {
            it.attributes.soft_delete
        }),
    ];
    for (attribute, why, stands) in attributes {
        let mut all = entity
            .columns
            .iter()
            .filter_map(|it| Some((&it.field, stands(it)?)));
        let Some((first, _)) = all.next() else {
            continue;
        };
        for (_, span) in all {
            let hint = match attribute {
                "id" => "; several together are `#[entity(unique(a, b))]`",
                _ => "",
            };
            errors.push(Error::new(
                span,
                format!("`{first}` has `#[{attribute}]` already: {why}{hint}"),
            ));
        }
    }
}

fn name(entity: &Entity, column: &Column, errors: &mut Errors) {
    if column.name.is_empty() {
        errors.push(Error::new(column.name_span, "a column has a name"));
    }
    if column.name.len() > LONGEST {
        errors.push(too_long(&column.name, "column", column.name_span));
    }
    if let Some(of) = column.clash(entity) {
        let field = column.field.unraw();
        errors.at(
            &column.field,
            format!(
                "{of}: name the field otherwise; `#[column(name = \"{field}\")]` keeps the column's"
            ),
        );
    }
}

fn too_long(name: &str, what: &str, span: Span) -> Error {
    Error::new(
        span,
        format!(
            "the name of this {what} has {} bytes, and PostgreSQL cuts it after {LONGEST}: \
             choose a shorter one",
            name.len()
        ),
    )
}

/// Options that the column's type has no use for.
fn kind(column: &Column, errors: &mut Errors) {
    let options = &column.attributes.column;
    let is_decimal = matches!(column.storage, Storage::Decimal { .. });
    for number in [options.scale, options.precision].into_iter().flatten() {
        if !is_decimal {
            errors.push(Error::new(
                number.span,
                "`scale` and `precision` are of a `Decimal`",
            ));
        }
    }
    if let Some(length) = options.length {
        let stored = types::option(&column.ty).unwrap_or(&column.ty);
        let is_plain = matches!(column.storage, Storage::Plain(_) | Storage::Unknown(_));
        if !is_plain
            || !matches!(
                types::named(stored),
                types::Named::Sql("Text") | types::Named::Other
            )
        {
            errors.push(Error::new(
                length.span,
                "`length` is of a text: the most characters that it may have",
            ));
        } else if !(1..=10_485_760).contains(&length.value) {
            // PostgreSQL's own limit of `varchar(n)`.
            errors.push(Error::new(length.span, "`length` is 1 to 10485760"));
        }
    }
    if let (Some(span), Some(path)) = (column.attributes.json, &options.sql_type) {
        let mut error = Error::new_spanned(path, "what is stored as JSON has that SQL type");
        error.combine(Error::new(span, "it is stored as JSON by this"));
        errors.push(error);
    }
    for span in [
        column.attributes.has_many.as_ref().map(|it| it.span),
        column.attributes.many_to_many.as_ref().map(|it| it.span),
    ]
    .into_iter()
    .flatten()
    {
        errors.push(Error::new(
            span,
            "what is associated is loaded into a field `Loaded<Vec<…>>`",
        ));
    }
}

fn role(column: &Column, errors: &mut Errors) {
    let attributes = &column.attributes;
    let id = attributes.id.as_ref().map(|id| id.span);
    let roles = [
        id,
        attributes.version,
        attributes.created_at,
        attributes.updated_at,
        attributes.soft_delete,
    ];
    let mut roles = roles.into_iter().flatten();
    let first = roles.next();
    for span in roles {
        errors.push(Error::new(span, "a column is for one thing"));
    }
    let Some(span) = first else { return };
    let stored = types::option(&column.ty).unwrap_or(&column.ty);
    let wrong = match column.role {
        Role::Plain => None,
        Role::Id(_) if column.nullable => Some("every row has an id: it cannot be an `Option`"),
        Role::Id(IdSource::Assigned) if attributes.json.is_some() => {
            Some("an id is one value that can be compared: it cannot be JSON")
        }
        Role::Id(_) => None,
        Role::Version => {
            let counts = types::is(&column.ty, "i32") || types::is(&column.ty, "i64");
            (!counts).then_some("a version is an `i32` or `i64`")
        }
        Role::CreatedAt | Role::UpdatedAt => {
            (!types::is_utc(&column.ty)).then_some("this time is a `DateTime<Utc>`")
        }
        Role::SoftDelete => {
            let may_be = column.nullable && types::is_utc(stored);
            (!may_be).then_some(
                "what is deleted softly says when, and what is not says nothing: \
                 `Option<DateTime<Utc>>`",
            )
        }
    };
    if let Some(wrong) = wrong {
        errors.push(Error::new(span, wrong));
    }
    if column.is_generated() && column.belongs_to().is_some() {
        errors.push(Error::new(
            span,
            "the database counts this id, so it refers to nothing: write `#[id(assigned)]`",
        ));
    }
}

fn access(column: &Column, errors: &mut Errors) {
    let (Some(write_only), true) = (column.attributes.write_only, column.read_only) else {
        return;
    };
    errors.push(Error::new(
        write_only,
        "this field is read-only already: what is neither read nor written has no place in the API",
    ));
}

fn reference(column: &Column, errors: &mut Errors) {
    let Some(it) = column.belongs_to() else {
        return;
    };
    if it.on_delete == OnDelete::SetNull && !column.nullable {
        errors.push(Error::new(
            it.span,
            format!(
                "`set_null` needs a column that may be null: make `{}` an `Option`",
                column.field
            ),
        ));
    }
}

/// Two columns of one name.
fn twice(entity: &Entity, errors: &mut Errors) {
    for (at, column) in entity.columns.iter().enumerate() {
        let earlier = entity.columns.iter().take(at);
        if let Some(earlier) = earlier.into_iter().find(|it| it.name == column.name) {
            errors.push(Error::new(
                column.name_span,
                format!(
                    "`{}` is the column `{}` already",
                    earlier.field, column.name
                ),
            ));
        }
    }
}

fn loaded(entity: &Entity, errors: &mut Errors) {
    for field in entity.loaded.iter().filter(|it| !it.told) {
        let loaded = types::argument(&field.ty);
        let is_list = loaded.is_some_and(|it| types::is(it, "Vec"));
        let name = &field.field;
        let belongs = entity.columns.iter().any(|column| {
            column.belongs_to().is_some() && *name.unraw().to_string() == column.association_name()
        });
        let wrong = match &field.association {
            Some(_) if !is_list => {
                Some("there may be many of them: the field is a `Loaded<Vec<…>>`".to_owned())
            }
            Some(_) => None,
            None if is_list => Some(format!(
                "say how `{name}` is associated: `#[has_many(Comment)]` or \
                 `#[many_to_many(Tag, through = \"post_tags\")]`"
            )),
            None if !belongs => Some(format!(
                "`{name}` belongs to no column: put `#[belongs_to(…)]` on a column `{name}_id`"
            )),
            None => None,
        };
        if let Some(wrong) = wrong {
            errors.at(name, wrong);
        }
    }
}

fn indexes(entity: &Entity, errors: &mut Errors) {
    let known: Vec<String> = entity
        .columns
        .iter()
        .map(|it| it.field.unraw().to_string())
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    for index in &entity.indexes {
        let mut seen: Vec<&Ident> = Vec::new();
        for field in &index.fields {
            let name = field.unraw().to_string();
            if entity.column(field).is_none() {
                errors.push(unknown("column", &name, &known, field.span()));
            } else if seen.contains(&field) {
                errors.at(field, format!("`{name}` stands in this index already"));
            }
            seen.push(field);
        }
    }
}
