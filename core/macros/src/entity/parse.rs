//! Reads a struct and its attributes as an entity.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Field, Fields, Ident, ItemStruct, Type};

use super::attributes::{Attributes, Number};
use super::model::{
    Association, Column, Entity, IdSource, Loaded, MOST_COLUMNS, Role, Storage, Table,
};
use super::types::{self, Named};
use super::{default, names, options};
use crate::shared::{Errors, cfgs};

/// Reads the entity, and takes our attributes off its fields; notes what is wrong. None where
/// nothing can be made of it.
pub(super) fn parse(
    args: TokenStream,
    item: &mut ItemStruct,
    errors: &mut Errors,
) -> Option<Entity> {
    let options = options::read(args, errors);
    let mut fields = Vec::new();
    for (at, field) in item.fields.iter_mut().enumerate() {
        let attributes = Attributes::take(&mut field.attrs, errors);
        fields.push((at, field.clone(), attributes));
    }
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            "an entity is one type with one table: it cannot have type or lifetime parameters",
        );
        return None;
    }
    if !matches!(item.fields, Fields::Named(_)) {
        let message = "the columns of an entity have names: write `struct Post { id: i64 }`";
        match &item.fields {
            Fields::Unnamed(fields) => errors.at(fields, message),
            _ => errors.at(&item.ident, message),
        }
        return None;
    }
    let (mut columns, mut loaded) = (Vec::new(), Vec::new());
    for (at, field, attributes) in fields {
        for cfg in cfgs(&field.attrs) {
            errors.at(
                cfg,
                "a table is the same in every build: a field of an entity cannot come and go",
            );
        }
        match types::is(&field.ty, "Loaded") {
            true => loaded.extend(association(at, field, attributes, errors)),
            false => columns.extend(column(at, field, attributes, errors)),
        }
    }
    let id = columns
        .iter()
        .position(|it: &Column| matches!(it.role, Role::Id(_)));
    if id.is_none() {
        errors.at(
            &item.ident,
            "an entity has an id: put `#[id]` on the field that tells one row from another",
        );
    }
    Some(Entity {
        table: table(options.table, &item.ident, errors),
        name: item.ident.clone(),
        vis: item.vis.clone(),
        columns,
        loaded,
        id: id?,
        indexes: options.indexes,
        checks: options.checks,
        schema: options.schema,
    })
    .map(|entity| most_columns(entity, errors))
}

fn most_columns(entity: Entity, errors: &mut Errors) -> Entity {
    if let Some(column) = entity.columns.get(MOST_COLUMNS) {
        errors.at(
            &column.field,
            format!(
                "an entity has at most {MOST_COLUMNS} columns, and this has {}: keep some in an \
                 entity of their own, or together in one with `#[json]`",
                entity.columns.len()
            ),
        );
    }
    entity
}

fn table(given: Option<syn::LitStr>, name: &Ident, errors: &mut Errors) -> Table {
    let by_name = || names::table(&name.unraw().to_string());
    let (name, span) = match &given {
        Some(text) => (text.value(), text.span()),
        None => (by_name(), name.span()),
    };
    if let Some(module) = names::identifier(&name, span) {
        return Table { name, module };
    }
    errors.push(syn::Error::new(
        span,
        format!(
            "{name:?} names no table: diesel's module bears the same name, so it is letters, \
             digits and `_`, such as \"posts\""
        ),
    ));
    let name = by_name();
    Table {
        module: Ident::new(&name, span),
        name,
    }
}

fn column(at: usize, field: Field, attributes: Attributes, errors: &mut Errors) -> Option<Column> {
    let ident = field.ident?;
    let inner = types::option(&field.ty);
    let stored = inner.unwrap_or(&field.ty);
    let storage = storage(stored, &attributes, errors);
    let role = role(&attributes, stored);
    let (name, name_span) = match &attributes.column.name {
        Some(text) => (text.value(), text.span()),
        None => (ident.unraw().to_string(), ident.span()),
    };
    let default = attributes
        .column
        .default
        .as_ref()
        .and_then(|it| errors.keep(default::sql(it, stored)));
    let by_role = matches!(
        role,
        Role::Id(IdSource::Database | IdSource::UuidV7)
            | Role::CreatedAt
            | Role::UpdatedAt
            | Role::SoftDelete
    );
    Some(Column {
        at,
        nullable: inner.is_some(),
        storage,
        role,
        default,
        read_only: by_role || attributes.read_only.is_some(),
        name,
        name_span,
        field: ident,
        ty: field.ty,
        attributes,
    })
}

fn role(attributes: &Attributes, ty: &Type) -> Role {
    if let Some(id) = &attributes.id {
        let source = match types::last_segment(ty).map(|it| it.ident.to_string()) {
            _ if id.assigned => IdSource::Assigned,
            Some(ty) if ty == "i32" || ty == "i64" => IdSource::Database,
            Some(ty) if ty == "Uuid" => IdSource::UuidV7,
            _ => IdSource::Assigned,
        };
        return Role::Id(source);
    }
    let roles = [
        (attributes.version, Role::Version),
        (attributes.created_at, Role::CreatedAt),
        (attributes.updated_at, Role::UpdatedAt),
        (attributes.soft_delete, Role::SoftDelete),
    ];
    roles
        .into_iter()
        .find_map(|(stands, role)| stands.map(|_| role))
        .unwrap_or(Role::Plain)
}

fn storage(ty: &Type, attributes: &Attributes, errors: &mut Errors) -> Storage {
    if attributes.json.is_some() {
        return Storage::Json;
    }
    if let Some(path) = &attributes.column.sql_type {
        return Storage::Unknown(quote::quote!(#path));
    }
    match types::named(ty) {
        Named::Sql(name) => {
            let name = Ident::new(name, Span::call_site());
            Storage::Plain(quote::quote!(#name))
        }
        Named::Own(name) => {
            let name = Ident::new(name, Span::call_site());
            Storage::Own(quote::quote!(#name))
        }
        Named::Other => Storage::Unknown(quote::quote!(Text)),
        Named::Decimal => decimal(attributes, errors),
        Named::Unstored(instead) => {
            errors.push(syn::Error::new(
                ty.span(),
                format!("this is no type that both databases store: {instead}"),
            ));
            // Any type of the API can be JSON, so that this stays one error.
            Storage::Json
        }
    }
}

/// `precision` and `scale`, as far as both databases keep them exact.
fn decimal(attributes: &Attributes, errors: &mut Errors) -> Storage {
    /// The digits that a 64-bit integer holds, which is what SQLite stores.
    const MOST: i32 = 18;
    let column = &attributes.column;
    let mut within = |given: Option<Number>, from, to, unless, what: &str| {
        let Some(number) = given else { return unless };
        if (from..=to).contains(&number.value) {
            return number.value;
        }
        errors.push(syn::Error::new(
            number.span,
            format!("{what} is {from} to {to}: SQLite keeps a decimal as a 64-bit integer"),
        ));
        unless
    };
    let scale = within(column.scale, 0, MOST, 2, "the scale");
    let precision = within(column.precision, 1, MOST + 1, MOST + 1, "the precision");
    if let (true, Some(number)) = (precision < scale, column.precision) {
        errors.push(syn::Error::new(
            number.span,
            format!("of {precision} digits in all, {scale} cannot stand after the point"),
        ));
    }
    Storage::Decimal {
        precision: u8::try_from(precision).unwrap_or_default(),
        scale: scale.unsigned_abs(),
    }
}

fn association(
    at: usize,
    field: Field,
    attributes: Attributes,
    errors: &mut Errors,
) -> Option<Loaded> {
    let ident = field.ident?;
    let Attributes {
        id,
        column,
        belongs_to,
        has_many,
        many_to_many,
        version,
        created_at,
        updated_at,
        soft_delete,
        json,
        read_only,
        write_only,
    } = attributes;
    let of_columns = [
        id.map(|it| it.span),
        column.span,
        version,
        created_at,
        updated_at,
        soft_delete,
        json,
        read_only,
        write_only,
    ];
    for span in of_columns.into_iter().flatten() {
        errors.push(syn::Error::new(
            span,
            "a field `Loaded<…>` is no column: this goes on columns",
        ));
    }
    let told = belongs_to.is_some();
    if let Some(it) = belongs_to {
        errors.push(syn::Error::new(
            it.span,
            format!("`#[belongs_to]` goes on the column that refers: `{ident}_id`"),
        ));
    }
    let association = match (has_many, many_to_many) {
        (Some(first), Some(it)) => {
            errors.push(syn::Error::new(
                it.span,
                "one association in each field: `#[has_many]` stands here already",
            ));
            Some(Association::HasMany(first))
        }
        (Some(it), None) => Some(Association::HasMany(it)),
        (None, Some(it)) => Some(Association::ManyToMany(it)),
        (None, None) => None,
    };
    Some(Loaded {
        at,
        field: ident,
        ty: field.ty,
        association,
        told,
    })
}
