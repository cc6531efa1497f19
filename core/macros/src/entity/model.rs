//! An entity as its attributes describe it.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::{Ident, Type, Visibility};

use super::attributes::{Attributes, BelongsTo, HasMany, ManyToMany};
use super::options::Index;

/// The most columns that diesel's tuples hold by its feature `32-column-tables`.
pub(super) const MOST_COLUMNS: usize = 32;

/// An entity.
pub(super) struct Entity {
    pub(super) name: Ident,
    pub(super) vis: Visibility,
    pub(super) table: Table,
    pub(super) columns: Vec<Column>,
    pub(super) loaded: Vec<Loaded>,
    /// The id's place among the columns.
    pub(super) id: usize,
    pub(super) indexes: Vec<Index>,
    pub(super) checks: Vec<syn::LitStr>,
    /// Whether diesel's table and traits are wanted.
    pub(super) schema: bool,
}

/// Its table.
pub(super) struct Table {
    pub(super) name: String,
    /// The name as that of diesel's module.
    pub(super) module: Ident,
}

/// A field that is a column.
pub(super) struct Column {
    /// Its place among the struct's fields.
    pub(super) at: usize,
    pub(super) field: Ident,
    pub(super) ty: Type,
    pub(super) name: String,
    /// Where the author says the name.
    pub(super) name_span: Span,
    pub(super) nullable: bool,
    pub(super) storage: Storage,
    pub(super) role: Role,
    /// The default, as SQL.
    pub(super) default: Option<String>,
    pub(super) read_only: bool,
    pub(super) attributes: Attributes,
}

/// How a column is stored.
pub(super) enum Storage {
    /// As its type says; this is its SQL type.
    Plain(TokenStream),
    /// The same, of a SQL type that is the starter's own.
    Own(TokenStream),
    /// The same, of a type that says nothing by its name: an enum of texts, or a mistake.
    Unknown(TokenStream),
    Decimal {
        precision: u8,
        scale: u32,
    },
    Json,
}

/// What a column is for; named as the starter's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    Id(IdSource),
    Version,
    CreatedAt,
    UpdatedAt,
    SoftDelete,
}

/// Where ids come from; named as the starter's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IdSource {
    Database,
    UuidV7,
    Assigned,
}

/// A field that holds the other side of an association.
pub(super) struct Loaded {
    /// Its place among the struct's fields.
    pub(super) at: usize,
    pub(super) field: Ident,
    pub(super) ty: Type,
    pub(super) association: Option<Association>,
    /// Whether its mistake was told already.
    pub(super) told: bool,
}

/// What a field `Loaded<…>` is loaded by; none where a column belongs to it, which says all.
pub(super) enum Association {
    HasMany(HasMany),
    ManyToMany(ManyToMany),
}

impl Entity {
    /// Whether diesel's table and traits are made: wanted, and diesel takes it.
    pub(super) fn has_schema(&self) -> bool {
        self.schema
            && self.columns.len() <= MOST_COLUMNS
            && !self.columns.iter().any(|it| it.clash(self).is_some())
    }

    /// The column of a field.
    pub(super) fn column(&self, field: &Ident) -> Option<&Column> {
        let field = field.unraw();
        self.columns.iter().find(|it| it.field.unraw() == field)
    }

    /// The field that an association's other side is loaded into.
    pub(super) fn loaded_by(&self, column: &Column) -> Option<&Loaded> {
        let name = column.association_name();
        self.loaded
            .iter()
            .find(|it| it.association.is_none() && it.field.unraw() == name)
    }

    /// The id's column.
    pub(super) fn id_column(&self) -> Option<&Column> {
        self.columns.get(self.id)
    }
}

impl Column {
    /// Why diesel's module of the table cannot have the field, where a schema is wanted.
    pub(super) fn clash(&self, entity: &Entity) -> Option<&'static str> {
        /// What the module has beside its columns.
        const TAKEN: [&str; 6] = ["table", "columns", "dsl", "star", "all_columns", "diesel"];
        let field = self.field.unraw();
        if !entity.schema {
            None
        } else if TAKEN.iter().any(|taken| field == taken) {
            Some("diesel's module of a table has something of this name")
        } else if field == entity.table.module.unraw() {
            Some("the table has this name")
        } else {
            None
        }
    }

    /// Whether diesel binds it in `As`.
    pub(super) fn is_wrapped(&self) -> bool {
        matches!(self.storage, Storage::Own(_) | Storage::Decimal { .. })
    }

    /// Whether the database makes the value.
    pub(super) fn is_generated(&self) -> bool {
        self.role == Role::Id(IdSource::Database)
    }

    /// What it belongs to.
    pub(super) fn belongs_to(&self) -> Option<&BelongsTo> {
        self.attributes.belongs_to.as_ref()
    }

    /// The association's name: `author` of `author_id`.
    pub(super) fn association_name(&self) -> String {
        let field = self.field.unraw().to_string();
        field.strip_suffix("_id").unwrap_or(&field).to_owned()
    }
}
