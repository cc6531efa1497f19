//! `#[query]`: statements that the author of a repository writes.

mod bind;
mod run;

use std::marker::PhantomData;
use std::sync::OnceLock;

use savia_core::component::Location;
use savia_core::{Error, Result};

use crate::list;
use crate::metadata::ColumnKind;
use crate::statement::{Dialect, Sql, SqlBuilder};
use crate::table::FromRow;
use crate::value::Value;

pub use bind::{Bind, Bound, bind, bind_as, bind_list, bind_list_as};

/// A statement with named parameters, as `#[query]` has read it; one text for each database.
///
/// Parameters are bound, never pasted. One that holds a list stands for its values with commas
/// between them, `id in (:ids)`; of an empty list, for a question that finds nothing, so that `in`
/// holds for no row and `not in` for every one. Lists are filled up with their last value to a power
/// of two, so that few statements serve all lengths. `None` is bound as null, which nothing is equal
/// to: ask for it with `is not distinct from :name`, which both databases know.
#[derive(Debug)]
pub struct RawQuery {
    /// The trait and the method, for logs: `PostRepository::published_since`.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: RawText,
    /// The text for PostgreSQL.
    pub postgres: RawText,
    /// Whether it changes something, or locks it.
    pub writes: bool,
    /// What its rows are read as, where they are.
    pub rows: fn() -> Option<RawRows>,
}

/// What the rows of a query are read as.
#[derive(Debug)]
pub struct RawRows {
    /// The type's name.
    pub name: &'static str,
    /// The columns, by name; none where it is the first, whatever its name.
    pub columns: Option<Vec<&'static str>>,
    /// What they hold, in the same order; none where that is not known.
    pub kinds: Vec<ColumnKind>,
}

/// Asks what rows that are read as `T` have; nothing where none can be, which is told elsewhere.
#[derive(Debug)]
pub struct RowsOf<T>(PhantomData<fn() -> T>);

impl<T> RowsOf<T> {
    /// Of this type.
    #[allow(clippy::new_without_default, reason = "it is written by a macro")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: FromRow> RowsOf<T> {
    /// What they have.
    pub fn get(&self) -> Option<RawRows> {
        let name = std::any::type_name::<T>();
        let generics = name.find('<').unwrap_or(name.len());
        let start = name[..generics].rfind("::").map_or(0, |at| at + 2);
        Some(RawRows {
            name: &name[start..],
            columns: T::columns(),
            kinds: T::kinds(),
        })
    }
}

/// What [`RowsOf`] says of a type that no row can be read as.
pub trait NoRows {
    /// Nothing.
    fn get(&self) -> Option<RawRows> {
        None
    }
}

impl<T> NoRows for RowsOf<T> {}

/// A text in pieces.
#[derive(Debug)]
pub struct RawText {
    pieces: &'static [&'static str],
    parameters: &'static [usize],
    /// The statement with a value at each parameter, written when it is first needed.
    whole: OnceLock<Sql>,
}

impl RawText {
    /// Of the text around the parameters, one piece more than there are parameters; and which
    /// parameter stands between each two pieces.
    pub const fn new(pieces: &'static [&'static str], parameters: &'static [usize]) -> Self {
        Self {
            pieces,
            parameters,
            whole: OnceLock::new(),
        }
    }
}

/// What `#[query]` submits, so that `savia check` can have the database read the statement.
#[derive(Debug)]
pub struct QueryRegistration {
    /// The statement.
    pub query: &'static RawQuery,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where the method was declared.
    pub location: Location,
}

inventory::collect!(QueryRegistration);

/// Every query of an author's there is, by name and place.
pub fn queries() -> Vec<&'static QueryRegistration> {
    let mut all: Vec<_> = inventory::iter::<QueryRegistration>.into_iter().collect();
    all.sort_by_key(|it| (it.query.name, it.location));
    all
}

impl RawQuery {
    /// The statement with room for one value at each parameter: what a database can be asked to
    /// read without running it.
    pub fn sql(&self, dialect: Dialect) -> Sql {
        let text = self.text(dialect);
        text.whole
            .get_or_init(|| Sql::of(dialect, text.pieces))
            .clone()
    }

    fn text(&self, dialect: Dialect) -> &RawText {
        match dialect {
            Dialect::Sqlite => &self.sqlite,
            Dialect::Postgres => &self.postgres,
        }
    }

    /// The statement, and what it binds.
    fn written(&self, dialect: Dialect, arguments: Vec<Bound>) -> Result<(Sql, Vec<Value>)> {
        if !arguments.iter().all(|it| matches!(it, Bound::One(_))) {
            // Its text goes by the lengths of its lists.
            let mut sql = SqlBuilder::new(dialect);
            let mut values = Vec::new();
            self.push(&mut sql, &mut values, &arguments)?;
            return Ok((sql.finish(), values));
        }
        let parameters = self.text(dialect).parameters;
        let in_order = parameters.len() == arguments.len()
            && parameters.iter().enumerate().all(|(at, it)| at == *it);
        // They are as large as arguments, and take their place.
        let values = arguments.into_iter().map(|it| match it {
            Bound::One(value) => value,
            Bound::Many(kind, _) => Value::Null(kind),
        });
        let values: Vec<Value> = values.collect();
        if in_order {
            return Ok((self.sql(dialect), values));
        }
        let values = parameters.iter().map(|at| {
            let value = values.get(*at).cloned();
            value.ok_or_else(|| Error::internal("a parameter was given no value"))
        });
        Ok((self.sql(dialect), values.collect::<Result<_>>()?))
    }

    /// Writes the statement with what is given for its parameters.
    fn push(
        &self,
        sql: &mut SqlBuilder,
        values: &mut Vec<Value>,
        arguments: &[Bound],
    ) -> Result<()> {
        let text = self.text(sql.dialect());
        for (at, piece) in text.pieces.iter().enumerate() {
            if let Some(before) = at.checked_sub(1) {
                let argument = text
                    .parameters
                    .get(before)
                    .and_then(|it| arguments.get(*it));
                let argument =
                    argument.ok_or_else(|| Error::internal("a parameter was given no value"))?;
                push_argument(sql, values, argument)?;
            }
            sql.push(piece);
        }
        Ok(())
    }
}

fn push_argument(sql: &mut SqlBuilder, values: &mut Vec<Value>, argument: &Bound) -> Result<()> {
    match argument {
        Bound::One(value) => {
            sql.bind();
            values.push(value.clone());
        }
        Bound::Many(kind, list) if list.is_empty() => {
            sql.push("select cast(null as ").push(type_name(*kind));
            sql.push(") where 1 = 0");
        }
        Bound::Many(_, list) => {
            list::check(list.len())?;
            list::push(sql, values, list.iter());
        }
    }
    Ok(())
}

/// A type that PostgreSQL compares with the column's; SQLite takes any name.
fn type_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::SmallInt => "smallint",
        ColumnKind::Integer => "integer",
        ColumnKind::BigInt => "bigint",
        ColumnKind::Real => "real",
        ColumnKind::Double => "double precision",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Text => "text",
        ColumnKind::Bytes => "bytea",
        ColumnKind::Timestamp => "timestamptz",
        ColumnKind::DateTime => "timestamp",
        ColumnKind::Date => "date",
        ColumnKind::Time => "time",
        ColumnKind::Uuid => "uuid",
        ColumnKind::Decimal { .. } => "numeric",
        ColumnKind::Json => "jsonb",
    }
}

#[cfg(test)]
mod tests;
