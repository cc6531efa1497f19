//! What entities want of the database.

mod pairs;

use std::collections::BTreeMap;

use super::data_type::DataType;
use super::error::SchemaError;
use super::model::{ColumnSchema, ReferenceSchema, Schema, TableSchema};
use super::names;
use crate::metadata::{ColumnMetadata, ColumnRole, EntityMetadata, IdSource, Reference};

impl Schema {
    /// What the entities of one app want. Tables of other apps are referred to by their names;
    /// the table of the pairs of two apps' entities is that of the app which says
    /// `#[many_to_many]`, and where both do, of the one whose entity's table comes first by name.
    ///
    /// # Errors
    ///
    /// [`SchemaError::Faults`] with all that does not go together.
    pub fn of_entities(entities: &[&'static EntityMetadata]) -> Result<Self, SchemaError> {
        let mut entities = entities.to_vec();
        entities.sort_by_key(|it| (it.table, it.location));
        let mut faults = Vec::new();
        let mut tables: BTreeMap<&str, &EntityMetadata> = BTreeMap::new();
        for entity in &entities {
            if let Some(other) = tables.insert(entity.table, entity) {
                faults.push(format!(
                    "`{}` ({}) and `{}` ({}) have one table, `{}`: an entity has a table of its own",
                    other.name, other.location, entity.name, entity.location, entity.table
                ));
            }
            of_references(entity, &mut faults);
        }
        let pairs = pairs::tables(&entities, &mut faults);
        let own = entities.iter().map(|entity| table(entity));
        let schema = Self::new(own.chain(pairs).collect());
        if !faults.is_empty() {
            return Err(SchemaError::Faults(faults));
        }
        names::check(&schema)?;
        Ok(schema)
    }
}

fn table(entity: &EntityMetadata) -> TableSchema {
    let id = entity.columns.get(entity.id_index());
    let primary_key: Vec<String> = id.iter().map(|it| it.name.to_owned()).collect();
    let alone = |is: fn(&ColumnMetadata) -> bool| {
        let columns = entity.columns.iter().filter(move |it| is(it));
        columns.map(|it| vec![it.name.to_owned()])
    };
    let together = |unique: bool| {
        let indexes = entity.indexes.iter().filter(move |it| it.unique == unique);
        indexes.map(|it| it.columns.iter().map(|it| (*it).to_owned()).collect())
    };
    let is_new = |key: &Vec<String>| *key != primary_key;
    let uniques: Vec<Vec<String>> = alone(|it| it.unique)
        .chain(together(true))
        .filter(is_new)
        .collect();
    // A key finds its rows as an index does.
    let indexes = alone(|it| it.indexed)
        .chain(together(false))
        .filter(is_new)
        .filter(|it| !uniques.contains(it))
        .collect();
    TableSchema {
        name: entity.table.to_owned(),
        columns: entity.columns.iter().map(column).collect(),
        primary_key,
        uniques,
        indexes,
        checks: entity.checks.iter().map(|it| (*it).to_owned()).collect(),
    }
}

fn column(column: &ColumnMetadata) -> ColumnSchema {
    ColumnSchema {
        name: column.name.to_owned(),
        data_type: DataType::of(column.kind, column.length),
        identity: column.role == ColumnRole::Id(IdSource::Database),
        nullable: column.nullable,
        default: column.default.map(str::to_owned),
        values: column
            .values
            .map(|values| values.iter().map(|it| (*it).to_owned()).collect()),
        check: column.check.map(str::to_owned),
        references: column.references.as_ref().and_then(reference),
    }
}

fn reference(reference: &Reference) -> Option<ReferenceSchema> {
    let target = (reference.entity)();
    Some(ReferenceSchema {
        table: target.table.to_owned(),
        column: target.columns.get(target.id_index())?.name.to_owned(),
        on_delete: reference.on_delete,
    })
}

/// A reference is compared with what it refers to, so both are of one type.
fn of_references(entity: &EntityMetadata, faults: &mut Vec<String>) {
    for column in entity.columns {
        let Some(target) = column.references.as_ref().map(|it| (it.entity)()) else {
            continue;
        };
        let Some(id) = target.columns.get(target.id_index()) else {
            continue;
        };
        let (is, wanted) = (DataType::of(column.kind, None), DataType::of(id.kind, None));
        if is != wanted && !(is.is_integer() && wanted.is_integer()) {
            faults.push(format!(
                "`{}.{}` ({}) holds {is} and refers to `{}.{}`, which holds {wanted}: give it the \
                 type of that id",
                entity.name, column.field, entity.location, target.name, id.field
            ));
        }
    }
}
