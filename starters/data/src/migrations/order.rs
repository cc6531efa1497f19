//! Which app's migrations come before which.

use std::collections::BTreeMap;

use savia_core::app::{Apps, Owner};

use crate::metadata::{AssociationKind, EntityMetadata, entities};
use crate::schema::order;

/// What the project's own migrations bear for an app's name.
pub(crate) const PROJECT: &str = "project";

/// A number for each live app, lower for those that come first: starters, the project, and then the
/// apps, each after those whose tables its own refer to and those it requires. Apps that need one
/// another have one number: their migrations go by time.
pub(crate) fn app_ranks(apps: &Apps) -> BTreeMap<&'static str, usize> {
    let installed: Vec<_> = apps.installed().collect();
    let place = |name: &str| installed.iter().position(|app| app.name == name);
    let mut needs: Vec<Vec<usize>> = installed
        .iter()
        .map(|app| app.requires.iter().filter_map(|name| place(name)).collect())
        .collect();
    let owner_of = |module_path: &str| match apps.owner_of(module_path) {
        Owner::App(name) => place(name),
        _ => None,
    };
    let entities: Vec<_> = entities()
        .into_iter()
        .map(|entity| ((entity.metadata)(), owner_of(entity.module_path)))
        .collect();
    let owner = |of: &EntityMetadata| {
        let found = entities.iter().find(|(known, _)| known.table == of.table);
        found.and_then(|(_, owner)| *owner)
    };
    for (entity, at) in &entities {
        let Some(at) = at else { continue };
        for other in referred_to(entity).filter_map(owner) {
            if other != *at {
                needs[*at].push(other);
            }
        }
    }
    let sorted = order::sort(&needs);
    let by_time = sorted.circle.is_some();
    let ranks = sorted.order.into_iter().enumerate().map(|(rank, at)| {
        let rank = if by_time { 0 } else { rank };
        (installed[at].name, rank + 2)
    });
    let mut ranks: BTreeMap<_, _> = ranks.collect();
    ranks.insert(PROJECT, 1);
    ranks
}

/// What an entity's table, and the tables of its pairs, refer to.
fn referred_to(entity: &EntityMetadata) -> impl Iterator<Item = &'static EntityMetadata> {
    let columns = entity.columns.iter().filter_map(|column| column.references);
    let pairs = entity
        .associations
        .iter()
        .filter(|it| matches!(it.kind, AssociationKind::ManyToMany { .. }));
    columns
        .map(|reference| (reference.entity)())
        .chain(pairs.map(|it| (it.target)()))
}
