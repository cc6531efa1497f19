//! Tables of pairs: what `#[many_to_many]` goes through.

use std::collections::BTreeMap;

use crate::metadata::{AssociationKind, EntityMetadata, OnDelete};
use crate::schema::data_type::DataType;
use crate::schema::model::{ColumnSchema, ReferenceSchema, TableSchema};

/// The tables of pairs of these entities, but those that are an entity's own.
pub(super) fn tables(
    entities: &[&'static EntityMetadata],
    faults: &mut Vec<String>,
) -> Vec<TableSchema> {
    let mut tables: BTreeMap<&str, (TableSchema, &EntityMetadata)> = BTreeMap::new();
    for entity in entities {
        for association in entity.associations {
            let AssociationKind::ManyToMany {
                through,
                foreign_key,
                other_key,
            } = association.kind
            else {
                continue;
            };
            let target = (association.target)();
            let is_own = |other: &EntityMetadata| entities.iter().any(|it| it.table == other.table);
            let is_theirs = !is_own(target) && says(target, through) && target.table < entity.table;
            if entities.iter().any(|it| it.table == through) || is_theirs {
                continue;
            }
            if foreign_key == other_key {
                faults.push(format!(
                    "`{}.{}` ({}) goes through `{through}` with one column, `{foreign_key}`, for \
                     both sides: name the other with `other_key`",
                    entity.name, association.name, entity.location
                ));
                continue;
            }
            let table = pairs(through, [(foreign_key, entity), (other_key, target)]);
            match tables.get(through) {
                None => {
                    tables.insert(through, (table, entity));
                }
                Some((first, of)) if !is_same(first, &table) => faults.push(format!(
                    "`{}` ({}) and `{}` ({}) go through `{through}` by other columns: \
                     `foreign_key` of the one is `other_key` of the other",
                    of.name, of.location, entity.name, entity.location
                )),
                Some(_) => {}
            }
        }
    }
    tables.into_values().map(|(table, _)| table).collect()
}

fn says(entity: &EntityMetadata, table: &str) -> bool {
    entity.associations.iter().any(
        |it| matches!(it.kind, AssociationKind::ManyToMany { through, .. } if through == table),
    )
}

fn pairs(name: &str, sides: [(&str, &EntityMetadata); 2]) -> TableSchema {
    let columns = sides.iter().filter_map(|(key, entity)| {
        let id = entity.columns.get(entity.id_index())?;
        Some(ColumnSchema {
            name: (*key).to_owned(),
            data_type: DataType::of(id.kind, id.length),
            identity: false,
            nullable: false,
            default: None,
            values: None,
            check: None,
            references: Some(ReferenceSchema {
                table: entity.table.to_owned(),
                column: id.name.to_owned(),
                on_delete: OnDelete::Cascade,
            }),
        })
    });
    let [(one, _), (other, _)] = sides;
    TableSchema {
        name: name.to_owned(),
        columns: columns.collect(),
        primary_key: vec![one.to_owned(), other.to_owned()],
        uniques: Vec::new(),
        // The primary key finds pairs by its first column only.
        indexes: vec![vec![other.to_owned()]],
        checks: Vec::new(),
    }
}

fn is_same(one: &TableSchema, other: &TableSchema) -> bool {
    let columns = |table: &TableSchema| {
        let mut columns = table.columns.clone();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        columns
    };
    columns(one) == columns(other)
}
