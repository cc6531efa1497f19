//! Which foreign keys go, stay and come.

use super::columns::Pair;
use crate::schema::model::{ColumnSchema, ReferenceSchema, Schema};

/// The foreign keys of two schemas, the first under its new names.
#[derive(Clone, Copy)]
pub(super) struct ForeignKeys<'a> {
    pub(super) base: &'a Schema,
    pub(super) new: &'a Schema,
}

impl ForeignKeys<'_> {
    /// Whether the foreign key of a column is the same before and after, and stays all the while.
    pub(super) fn stays(self, from: &ColumnSchema, to: &ColumnSchema) -> bool {
        let (Some(before), Some(after)) = (&from.references, &to.references) else {
            return false;
        };
        before == after && from.data_type == to.data_type && !self.changes(before)
    }

    /// Whether something happens to what is referred to that no foreign key outlives: it goes, or
    /// its type or primary key changes.
    pub(super) fn changes(self, to: &ReferenceSchema) -> bool {
        let Some(before) = self.base.table(&to.table) else {
            // Another app's, or one that comes.
            return false;
        };
        let Some(after) = self.new.table(&to.table) else {
            return true;
        };
        let types = (before.column(&to.column), after.column(&to.column));
        let (Some(from), Some(into)) = types else {
            return true;
        };
        from.data_type != into.data_type || Pair { before, after }.changes_primary_key()
    }

    /// Whether a foreign key can stand in the statement that creates a table: what it refers to is
    /// there then, as it will be.
    pub(super) fn is_ready(self, to: &ReferenceSchema, created: &[&str]) -> bool {
        let is_to_come =
            self.new.table(&to.table).is_some() && self.base.table(&to.table).is_none();
        match is_to_come {
            true => created.contains(&to.table.as_str()),
            false => !self.changes(to),
        }
    }
}
