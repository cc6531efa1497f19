//! The statements of an entity, written when its repository is made.

use crate::clauses::{and_live, id, is_counted, select, where_live};
use crate::list;
use crate::metadata::{ColumnMetadata, ColumnRole, EntityMetadata};
use crate::statement::{Dialect, Sql, SqlBuilder};
use crate::value::Value;

/// An entity's statements.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) entity: &'static EntityMetadata,
    pub(super) dialect: Dialect,
    pub(super) find_by_id: Sql,
    pub(super) count: Sql,
    pub(super) exists_by_id: Sql,
    pub(super) insert: Sql,
    pub(super) update: Sql,
    pub(super) save: Sql,
    pub(super) delete: Sql,
    pub(super) delete_version: Sql,
}

impl Statements {
    /// The most rows of one insert; SQLite binds 32,766 values at most, PostgreSQL 65,535.
    pub(super) const CHUNK: usize = 500;

    pub(super) fn of(entity: &'static EntityMetadata, dialect: Dialect) -> Self {
        let new = || SqlBuilder::new(dialect);
        let writer = Writer { entity, dialect };
        Self {
            entity,
            dialect,
            find_by_id: {
                let mut sql = new();
                select(&mut sql, entity);
                sql.push(" where ").name(id(entity).name).push(" = ").bind();
                and_live(&mut sql, entity);
                sql.finish()
            },
            count: {
                let mut sql = new();
                sql.push("select count(*) from ").name(entity.table);
                where_live(&mut sql, entity);
                sql.finish()
            },
            exists_by_id: {
                let mut sql = new();
                sql.push("select 1 from ").name(entity.table);
                sql.push(" where ").name(id(entity).name).push(" = ").bind();
                and_live(&mut sql, entity);
                sql.finish()
            },
            insert: writer.insert(1),
            update: writer.update(),
            save: writer.save(),
            delete: writer.delete(false),
            delete_version: writer.delete(true),
        }
    }

    /// The rows of these ids: the statement, and what it binds.
    pub(super) fn find_all_by_id(&self, ids: &[Value]) -> (Sql, Vec<Value>) {
        let (mut sql, mut values) = (SqlBuilder::new(self.dialect), Vec::new());
        let id = id(self.entity).name;
        select(&mut sql, self.entity);
        sql.push(" where ").name(id).push(" in (");
        list::push(&mut sql, &mut values, ids.iter());
        sql.push(")");
        and_live(&mut sql, self.entity);
        (sql.finish(), values)
    }

    pub(super) fn insert_all(&self, rows: usize) -> Sql {
        let Self {
            entity, dialect, ..
        } = *self;
        Writer { entity, dialect }.insert(rows)
    }
}

/// Writes the statements that write.
struct Writer {
    entity: &'static EntityMetadata,
    dialect: Dialect,
}

impl Writer {
    /// Binds, row by row, the columns but a counted id.
    fn insert(&self, rows: usize) -> Sql {
        let counted = is_counted(self.entity);
        let columns = self
            .entity
            .columns
            .iter()
            .filter(|column| !(counted && matches!(column.role, ColumnRole::Id(_))));
        let mut sql = self.insert_into(columns, rows);
        self.returning(&mut sql);
        match rows {
            1 | Statements::CHUNK => sql.finish(),
            // Of as many texts as there are numbers of rows, none is worth keeping.
            _ => sql.finish_once(),
        }
    }

    fn insert_into(
        &self,
        columns: impl Iterator<Item = &'static ColumnMetadata>,
        rows: usize,
    ) -> SqlBuilder {
        let names: Vec<_> = columns.map(|column| column.name).collect();
        let mut sql = SqlBuilder::new(self.dialect);
        sql.push("insert into ").name(self.entity.table);
        if names.is_empty() {
            sql.push(" default values");
            return sql;
        }
        sql.push(" (")
            .names(names.iter().copied())
            .push(") values ");
        for row in 0..rows {
            sql.push(if row > 0 { ", (" } else { "(" });
            sql.binds(names.len()).push(")");
        }
        sql
    }

    /// Binds the columns that an update may write, the id, and the version that was read.
    fn update(&self) -> Sql {
        let mut sql = SqlBuilder::new(self.dialect);
        sql.push("update ").name(self.entity.table).push(" set ");
        self.assignments(&mut sql, |sql, column| {
            let _ = column;
            sql.bind();
        });
        sql.push(" where ")
            .name(id(self.entity).name)
            .push(" = ")
            .bind();
        if let Some((_, version)) = self.version() {
            sql.push(" and ").name(version.name).push(" = ").bind();
        }
        and_live(&mut sql, self.entity);
        self.returning(&mut sql);
        sql.finish()
    }

    /// Binds all columns, and the version that was read.
    fn save(&self) -> Sql {
        let mut sql = self.insert_into(self.entity.columns.iter(), 1);
        sql.push(" on conflict (").name(id(self.entity).name);
        sql.push(") do update set ");
        self.assignments(&mut sql, |sql, column| {
            sql.name("excluded").push(".").name(column.name);
        });
        let conditions = [
            self.version().map(|(_, column)| (column.name, true)),
            self.entity
                .role(|role| role == ColumnRole::SoftDelete)
                .map(|(_, column)| (column.name, false)),
        ];
        for (at, (name, is_version)) in conditions.into_iter().flatten().enumerate() {
            sql.push(if at == 0 { " where " } else { " and " });
            sql.name(self.entity.table).push(".").name(name);
            if is_version {
                sql.push(" = ").bind();
            } else {
                sql.push(" is null");
            }
        }
        self.returning(&mut sql);
        sql.finish()
    }

    /// `column = …` of every column that an update may write; the version is raised.
    fn assignments(
        &self,
        sql: &mut SqlBuilder,
        value: impl Fn(&mut SqlBuilder, &'static ColumnMetadata),
    ) {
        let mut separator = "";
        for column in self.entity.columns {
            if !is_updated(column) && column.role != ColumnRole::Version {
                continue;
            }
            sql.push(separator).name(column.name).push(" = ");
            separator = ", ";
            if column.role == ColumnRole::Version {
                sql.name(self.entity.table)
                    .push(".")
                    .name(column.name)
                    .push(" + 1");
            } else {
                value(sql, column);
            }
        }
        if separator.is_empty() {
            // An entity of nothing but an id: the statement says whether the row is there.
            let id = id(self.entity).name;
            sql.name(id)
                .push(" = ")
                .name(self.entity.table)
                .push(".")
                .name(id);
        }
    }

    fn delete(&self, of_version: bool) -> Sql {
        let mut sql = SqlBuilder::new(self.dialect);
        let deleted = self.entity.role(|role| role == ColumnRole::SoftDelete);
        match deleted {
            Some((_, column)) => {
                sql.push("update ").name(self.entity.table).push(" set ");
                sql.name(column.name).push(" = ").bind();
            }
            None => {
                sql.push("delete from ").name(self.entity.table);
            }
        }
        sql.push(" where ")
            .name(id(self.entity).name)
            .push(" = ")
            .bind();
        if of_version && let Some((_, version)) = self.version() {
            sql.push(" and ").name(version.name).push(" = ").bind();
        }
        and_live(&mut sql, self.entity);
        sql.finish()
    }

    fn version(&self) -> Option<(usize, &'static ColumnMetadata)> {
        self.entity.role(|role| role == ColumnRole::Version)
    }

    fn returning(&self, sql: &mut SqlBuilder) {
        sql.push(" returning ");
        sql.names(self.entity.columns.iter().map(|column| column.name));
    }
}

/// Whether an update writes this column from the entity.
pub(super) fn is_updated(column: &ColumnMetadata) -> bool {
    !matches!(
        column.role,
        ColumnRole::Id(_) | ColumnRole::Version | ColumnRole::CreatedAt | ColumnRole::SoftDelete
    )
}
