//! What is known of an entity beside its Rust type: what migrations, documents and checks read.

use savia_core::component::Location;

/// An entity, as `#[entity]` describes it.
#[derive(Debug)]
pub struct EntityMetadata {
    /// The struct's name.
    pub name: &'static str,
    /// The table's name.
    pub table: &'static str,
    /// Its columns, in the order of the struct's fields.
    pub columns: &'static [ColumnMetadata],
    /// Indexes over several columns; those of one column stand at the column.
    pub indexes: &'static [IndexMetadata],
    /// Checks over several columns, as SQL.
    pub checks: &'static [&'static str],
    /// What it is associated with.
    pub associations: &'static [AssociationMetadata],
    /// Where it was declared.
    pub location: Location,
}

impl EntityMetadata {
    /// The column of this field or column name.
    pub fn column(&self, name: &str) -> Option<&'static ColumnMetadata> {
        self.columns
            .iter()
            .find(|column| column.field == name || column.name == name)
    }

    /// The first column of a role, with its place.
    pub fn role(
        &self,
        is: impl Fn(ColumnRole) -> bool,
    ) -> Option<(usize, &'static ColumnMetadata)> {
        self.columns
            .iter()
            .enumerate()
            .find(|(_, column)| is(column.role))
    }

    /// Its id's place among the columns.
    pub fn id_index(&self) -> usize {
        self.role(|role| matches!(role, ColumnRole::Id(_)))
            .map_or(0, |(index, _)| index)
    }
}

/// A column.
#[derive(Debug)]
pub struct ColumnMetadata {
    /// Its name in the table.
    pub name: &'static str,
    /// The struct's field.
    pub field: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may hold nothing.
    pub nullable: bool,
    /// Its default, as SQL.
    pub default: Option<&'static str>,
    /// Whether no two rows may hold the same.
    pub unique: bool,
    /// Whether it has an index of its own.
    pub indexed: bool,
    /// The most characters it may hold.
    pub length: Option<u32>,
    /// A check, as SQL.
    pub check: Option<&'static str>,
    /// The only texts it may hold: an enum's.
    pub values: Option<&'static [&'static str]>,
    /// What it refers to.
    pub references: Option<Reference>,
    /// What it is for.
    pub role: ColumnRole,
    /// Whether input is ignored.
    pub read_only: bool,
    /// Whether it never leaves.
    pub write_only: bool,
}

/// What a column holds; each is the same on both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnKind {
    /// 16 bits.
    SmallInt,
    /// 32 bits.
    Integer,
    /// 64 bits.
    BigInt,
    /// 32 bits, floating.
    Real,
    /// 64 bits, floating.
    Double,
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A moment, kept in UTC to the microsecond.
    Timestamp,
    /// A date and time of no zone.
    DateTime,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A UUID.
    Uuid,
    /// A decimal.
    Decimal {
        /// Digits in all, up to 19: what a scaled 64-bit integer holds.
        precision: u8,
        /// Digits after the point.
        scale: u32,
    },
    /// JSON.
    Json,
}

impl ColumnKind {
    /// Digits of a decimal whose column says nothing of it.
    pub const DECIMAL_PRECISION: u8 = 19;
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnRole {
    /// The entity's own data.
    Plain,
    /// The id.
    Id(IdSource),
    /// Raised with every update; a stale one is refused.
    Version,
    /// When it was inserted.
    CreatedAt,
    /// When it was last written.
    UpdatedAt,
    /// When it was deleted, if it was.
    SoftDelete,
}

/// Where ids come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdSource {
    /// The database counts.
    Database,
    /// A UUID of version 7 (RFC 9562), made before the insert.
    UuidV7,
    /// The application gives it.
    Assigned,
}

/// What a column refers to.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The entity.
    pub entity: fn() -> &'static EntityMetadata,
    /// What happens to the row when what it refers to is deleted.
    pub on_delete: OnDelete,
}

/// What happens to a row when what it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The delete is refused (409).
    Restrict,
    /// It is deleted too.
    Cascade,
    /// Its reference becomes null.
    SetNull,
    /// As the database has it: refused at the end of the statement.
    NoAction,
}

impl OnDelete {
    /// As SQL says it.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set null",
            Self::NoAction => "no action",
        }
    }
}

/// An index over several columns.
#[derive(Debug)]
pub struct IndexMetadata {
    /// The columns' names.
    pub columns: &'static [&'static str],
    /// Whether no two rows may hold the same in all of them.
    pub unique: bool,
}

/// What an entity is associated with.
#[derive(Debug)]
pub struct AssociationMetadata {
    /// Its name: the field that holds what was loaded, or the column's without `_id`.
    pub name: &'static str,
    /// How.
    pub kind: AssociationKind,
    /// With what.
    pub target: fn() -> &'static EntityMetadata,
}

/// How two entities are associated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssociationKind {
    /// This one's column holds the other's id.
    BelongsTo {
        /// The column of this one.
        column: &'static str,
    },
    /// The others' column holds this one's id.
    HasMany {
        /// The column of the others.
        foreign_key: &'static str,
    },
    /// Through a table of pairs.
    ManyToMany {
        /// The table of pairs.
        through: &'static str,
        /// Its column that refers to this one.
        foreign_key: &'static str,
        /// Its column that refers to the other.
        other_key: &'static str,
    },
}

/// What `#[entity]` submits.
pub struct EntityRegistration {
    /// The entity.
    pub metadata: fn() -> &'static EntityMetadata,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
}

inventory::collect!(EntityRegistration);

/// Every entity there is, by table name and place.
pub fn entities() -> Vec<&'static EntityRegistration> {
    let mut all: Vec<_> = inventory::iter::<EntityRegistration>.into_iter().collect();
    all.sort_by_key(|it| {
        let metadata = (it.metadata)();
        (metadata.table, metadata.location)
    });
    all
}
