//! Which app's migrations come before which.

use std::collections::{BTreeMap, BTreeSet};

use savia_core::app::{Apps, Owner};

use crate::metadata::{AssociationKind, EntityMetadata, entities};
use crate::schema::order;

/// The apps that each app needs.
pub(crate) type Needs = BTreeMap<&'static str, BTreeSet<&'static str>>;

/// What the project's own migrations bear for an app's name.
pub(crate) const PROJECT: &str = "project";

/// A number for each live app, lower for those that come first: starters, the project, and then the
/// apps, each after those it needs. Apps that need one another have one number.
pub(crate) fn app_ranks(apps: &Apps) -> BTreeMap<&'static str, usize> {
    let installed: Vec<_> = apps.installed().map(|app| app.name).collect();
    let needs = needs(apps);
    let place = |name: &&str| installed.iter().position(|app| app == name);
    let places: Vec<Vec<usize>> = installed
        .iter()
        .map(|app| {
            needs
                .get(app)
                .into_iter()
                .flatten()
                .filter_map(place)
                .collect()
        })
        .collect();
    let sorted = order::sort(&places);
    let in_a_circle = sorted.circle.is_some();
    let ranks = sorted.order.into_iter().enumerate().map(|(rank, at)| {
        let rank = if in_a_circle { 0 } else { rank };
        (installed[at], rank + 2)
    });
    let mut ranks: BTreeMap<_, _> = ranks.collect();
    ranks.insert(PROJECT, 1);
    ranks
}

/// The apps whose tables an app's own refer to, and those it requires.
pub(crate) fn needs(apps: &Apps) -> Needs {
    let mut needs = Needs::new();
    for app in apps.installed() {
        needs.entry(app.name).or_default().extend(app.requires);
    }
    let entities: Vec<_> = entities()
        .into_iter()
        .filter_map(|entity| match apps.owner_of(entity.module_path) {
            Owner::App(name) => Some(((entity.metadata)(), name)),
            _ => None,
        })
        .collect();
    let owner = |of: &EntityMetadata| {
        let found = entities.iter().find(|(known, _)| known.table == of.table);
        found.map(|(_, owner)| *owner)
    };
    for (entity, app) in &entities {
        let others = referred_to(entity).filter_map(owner);
        let others: Vec<_> = others.filter(|other| other != app).collect();
        needs.entry(app).or_default().extend(others);
    }
    needs
}

/// Brings migrations into the order in which they are applied: by time, whichever app they are of, as
/// whoever wrote one had those before it. But an app's first comes after the first of each app that
/// it needs, however much older it is: an app may be older than the project that installs it.
pub(crate) fn sequence<'a, T>(
    migrations: Vec<T>,
    app: impl Fn(&T) -> &'a str,
    version: impl Fn(&T) -> &'a str,
    needs: &Needs,
) -> Vec<T> {
    let mut left = migrations;
    left.sort_by_key(|it| (version(it), app(it)));
    let mut begun: BTreeSet<&str> = BTreeSet::new();
    let mut sequence = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let has_migrations = |name: &&str| left.iter().any(|it| app(it) == *name);
        let may_begin = |it: &T| {
            let of = needs.get(app(it)).into_iter().flatten();
            begun.contains(app(it))
                || of
                    .filter(|name| **name != app(it))
                    .all(|name| begun.contains(name) || !has_migrations(name))
        };
        // Where apps need one another in a circle, time alone decides.
        let next = left.iter().position(may_begin).unwrap_or_default();
        let next = left.remove(next);
        begun.insert(app(&next));
        sequence.push(next);
    }
    sequence
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        migrations: &[(&'static str, &'static str)],
        needs: &[(&'static str, &[&'static str])],
        expected: &str,
    ) {
        let needs = needs
            .iter()
            .map(|(app, others)| (*app, others.iter().copied().collect()))
            .collect();
        let sorted = sequence(migrations.to_vec(), |it| it.0, |it| it.1, &needs);
        let sorted: Vec<_> = sorted
            .iter()
            .map(|(app, version)| format!("{app}{version}"))
            .collect();
        assert_eq!(sorted.join(" "), expected);
    }

    #[test]
    fn time_decides_and_an_app_begins_after_those_it_needs() {
        let needs: &[(_, &[_])] = &[("b", &["a"])];
        // `a` renames a table after `b` has referred to it.
        check(&[("a", "1"), ("a", "3"), ("b", "2")], needs, "a1 b2 a3");
        // `b` is older than the `a` that it was installed beside.
        check(
            &[("a", "5"), ("a", "7"), ("b", "1"), ("b", "2")],
            needs,
            "a5 b1 b2 a7",
        );
        check(&[("b", "1")], needs, "b1");
    }

    #[test]
    fn apps_that_need_one_another_go_by_time() {
        let needs: &[(_, &[_])] = &[("a", &["b"]), ("b", &["a"])];
        check(&[("b", "2"), ("a", "1"), ("a", "3")], needs, "a1 b2 a3");
    }
}
