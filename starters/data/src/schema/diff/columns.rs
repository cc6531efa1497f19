//! How columns of one name compare.

use std::collections::BTreeSet;

use crate::schema::conversion::Conversion;
use crate::schema::model::{ColumnSchema, TableSchema};
use crate::schema::tokens::{mentions, same};

/// A table as it was, under its new names, and as it is to be.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) before: &'a TableSchema,
    pub(super) after: &'a TableSchema,
}

impl<'a> Pair<'a> {
    /// The columns that are there before and after.
    pub(super) fn kept(self) -> impl Iterator<Item = (&'a ColumnSchema, &'a ColumnSchema)> {
        let Self { before, after } = self;
        after.columns.iter().filter_map(move |to| {
            let from = before.column(&to.name)?;
            (!is_recreated(from, to)).then_some((from, to))
        })
    }

    /// The columns that go, for good or for another of their name.
    pub(super) fn dropped(self) -> impl Iterator<Item = &'a ColumnSchema> {
        let stays = move |from: &ColumnSchema| {
            let after = self.after.column(&from.name);
            after.is_some_and(|to| !is_recreated(from, to))
        };
        self.before.columns.iter().filter(move |from| !stays(from))
    }

    /// The columns that come.
    pub(super) fn added(self) -> impl Iterator<Item = &'a ColumnSchema> {
        let was = move |to: &ColumnSchema| {
            let before = self.before.column(&to.name);
            before.is_some_and(|from| !is_recreated(from, to))
        };
        self.after.columns.iter().filter(move |to| !was(to))
    }

    /// The names of columns that go for another of their name.
    pub(super) fn recreated(self) -> BTreeSet<&'a str> {
        let dropped = self.dropped().map(|it| it.name.as_str());
        dropped
            .filter(|name| self.after.column(name).is_some())
            .collect()
    }

    /// Of keys or indexes: those that go, and those that come.
    pub(super) fn keys(
        self,
        of: fn(&TableSchema) -> &[Vec<String>],
    ) -> (Vec<&'a Vec<String>>, Vec<&'a Vec<String>>) {
        let recreated = self.recreated();
        let stays = |key: &Vec<String>, others: &[Vec<String>]| {
            others.contains(key) && !key.iter().any(|it| recreated.contains(it.as_str()))
        };
        let (before, after) = (of(self.before), of(self.after));
        (
            before.iter().filter(|it| !stays(it, after)).collect(),
            after.iter().filter(|it| !stays(it, before)).collect(),
        )
    }

    /// Of the checks over several columns: those that go, and those that come.
    pub(super) fn checks(self) -> (Vec<&'a String>, Vec<&'a String>) {
        let recreated = self.recreated();
        let stays = |check: &String, others: &[String]| {
            others.iter().any(|other| same(check, other))
                && !recreated.iter().any(|column| mentions(check, column))
        };
        let (before, after) = (&self.before.checks, &self.after.checks);
        (
            before.iter().filter(|it| !stays(it, after)).collect(),
            after.iter().filter(|it| !stays(it, before)).collect(),
        )
    }

    /// Whether the primary key goes for another.
    pub(super) fn changes_primary_key(self) -> bool {
        let (before, after) = (&self.before.primary_key, &self.after.primary_key);
        let recreated = self.recreated();
        before != after || before.iter().any(|it| recreated.contains(it.as_str()))
    }
}

/// Whether no value can become one of the new type.
fn is_recreated(from: &ColumnSchema, to: &ColumnSchema) -> bool {
    Conversion::of(from.data_type, to.data_type) == Conversion::Impossible
}

/// Whether a column stays what it is, but for what it refers to.
pub(super) fn is_same(from: &ColumnSchema, to: &ColumnSchema) -> bool {
    from.data_type == to.data_type
        && from.identity == to.identity
        && from.nullable == to.nullable
        && from.default == to.default
        && from.values == to.values
        && is_same_check(from, to)
}

/// Whether its own check stays what it is.
pub(super) fn is_same_check(from: &ColumnSchema, to: &ColumnSchema) -> bool {
    match (&from.check, &to.check) {
        (Some(from), Some(to)) => same(from, to),
        (from, to) => from.is_none() && to.is_none(),
    }
}
