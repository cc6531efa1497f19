//! Who runs the statements. Futures are boxed for the sake of build times, as those of derived methods.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use savia_core::repository::{Page, PageRequest};
use savia_core::{Error, Result};

use super::{Bound, RawQuery};
use crate::association::Loader;
use crate::clauses::direction;
use crate::connection::{Columns, Connection};
use crate::database::{Access, Database};
use crate::error::from_diesel;
use crate::paged::paged;
use crate::statement::{Dialect, Sql, SqlBuilder};
use crate::table::{FromRow, Table};
use crate::value::Value;

/// The associations that are loaded with entities.
type With = &'static [&'static str];

impl RawQuery {
    /// Its rows.
    ///
    /// # Errors
    ///
    /// The database's, and `Internal` where the rows are not of the type's columns.
    pub fn all<'a, T: FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
    ) -> BoxFuture<'a, Result<Vec<T>>> {
        self.rows(database, arguments).boxed()
    }

    /// Its rows, with their associations.
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all).
    pub fn all_with<'a, E: Table + FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
        with: With,
    ) -> BoxFuture<'a, Result<Vec<E>>> {
        async move {
            let (sql, values) = self.written(database.dialect(), arguments)?;
            database
                .run(self.access(), move |connection| {
                    async move {
                        let mut found = rows(connection, &sql, &values).await?;
                        Loader::load(connection, &mut found, with).await?;
                        Ok(found)
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }

    /// Its row, if it has one.
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all), and `Internal` where it has several.
    pub fn optional<'a, T: FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
    ) -> BoxFuture<'a, Result<Option<T>>> {
        async move { self.at_most_one(self.rows(database, arguments).await?) }.boxed()
    }

    /// Its row, if it has one, with its associations.
    ///
    /// # Errors
    ///
    /// As [`optional`](Self::optional).
    pub fn optional_with<'a, E: Table + FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
        with: With,
    ) -> BoxFuture<'a, Result<Option<E>>> {
        async move { self.at_most_one(self.all_with(database, arguments, with).await?) }.boxed()
    }

    /// Its row.
    ///
    /// # Errors
    ///
    /// As [`optional`](Self::optional), and `NotFound` where it has none.
    pub fn one<'a, T: FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
    ) -> BoxFuture<'a, Result<T>> {
        async move { found(self.at_most_one(self.rows(database, arguments).await?)?) }.boxed()
    }

    /// Its row, with its associations.
    ///
    /// # Errors
    ///
    /// As [`one`](Self::one).
    pub fn one_with<'a, E: Table + FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
        with: With,
    ) -> BoxFuture<'a, Result<E>> {
        async move { found(self.optional_with(database, arguments, with).await?) }.boxed()
    }

    /// A page of its rows, in the page's order, which is by columns of the rows.
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all), and `BadRequest` where the sort names no column of the rows.
    pub fn page<'a, T: FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
        page: &'a PageRequest,
    ) -> BoxFuture<'a, Result<Page<T>>> {
        async move {
            let paged = self.paged::<T>(database.dialect(), &arguments, page)?;
            database
                .run(self.access(), move |connection| {
                    async move { paged.fetch(connection).await }.boxed()
                })
                .await
        }
        .boxed()
    }

    /// A page of its rows, with their associations.
    ///
    /// # Errors
    ///
    /// As [`page`](Self::page).
    pub fn page_with<'a, E: Table + FromRow>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
        page: &'a PageRequest,
        with: With,
    ) -> BoxFuture<'a, Result<Page<E>>> {
        async move {
            let paged = self.paged::<E>(database.dialect(), &arguments, page)?;
            database
                .run(self.access(), move |connection| {
                    async move {
                        let mut page = paged.fetch(connection).await?;
                        Loader::load(connection, &mut page.content, with).await?;
                        Ok(page)
                    }
                    .boxed()
                })
                .await
        }
        .boxed()
    }

    /// Runs it; says how many rows it changed.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn affected<'a>(
        &'a self,
        database: &'a Database,
        arguments: Vec<Bound>,
    ) -> BoxFuture<'a, Result<u64>> {
        async move {
            let (sql, values) = self.written(database.dialect(), arguments)?;
            let affected = database.execute(self.access(), &sql, values).await?;
            Ok(affected as u64)
        }
        .boxed()
    }

    fn access(&self) -> Access {
        match self.writes {
            true => Access::Write,
            false => Access::Read,
        }
    }

    async fn rows<T: FromRow>(&self, database: &Database, arguments: Vec<Bound>) -> Result<Vec<T>> {
        let (sql, values) = self.written(database.dialect(), arguments)?;
        let columns = Columns::ByName;
        database.fetch(self.access(), &sql, values, columns).await
    }

    fn at_most_one<T>(&self, rows: Vec<T>) -> Result<Option<T>> {
        if rows.len() > 1 {
            let (name, rows) = (self.name, rows.len());
            let text = format!("`{name}` returns one row at most, and its query found {rows}");
            return Err(Error::internal(text));
        }
        Ok(rows.into_iter().next())
    }

    fn paged<T: FromRow>(
        &self,
        dialect: Dialect,
        arguments: &[Bound],
        page: &PageRequest,
    ) -> Result<Paged> {
        let (mut values, mut count_values) = (Vec::new(), Vec::new());
        let mut sql = SqlBuilder::new(dialect);
        // The text may end in a comment, which ends with its line.
        sql.push("select * from (");
        self.push(&mut sql, &mut values, arguments)?;
        sql.push("\n) as ").name("page");
        push_order::<T>(&mut sql, page)?;
        let mut count = SqlBuilder::new(dialect);
        count.push("select count(*) from (");
        self.push(&mut count, &mut count_values, arguments)?;
        count.push("\n) as ").name("page");
        Ok(Paged {
            rows: (sql, values),
            count: (count.finish(), count_values),
            page: page.clone(),
        })
    }
}

/// The order of a page. Without one, it is that of the author's text.
fn push_order<T: FromRow>(sql: &mut SqlBuilder, page: &PageRequest) -> Result<()> {
    let columns = T::columns().unwrap_or_default();
    for (at, key) in page.sort.keys.iter().enumerate() {
        let Some(column) = columns.iter().find(|column| **column == key.field) else {
            let known = match columns.is_empty() {
                true => "this list has an order of its own".to_owned(),
                false => format!("sort by {}", columns.join(", ")),
            };
            let field = &key.field;
            return Err(Error::bad_request(format!(
                "cannot sort by `{field}`: {known}"
            )));
        };
        sql.push(if at == 0 { " order by " } else { ", " })
            .name(column);
        // A column of an author's text may hold nothing, whatever its table says.
        sql.push(direction(sql.dialect(), key.descending, true));
    }
    Ok(())
}

/// The two statements of a page.
struct Paged {
    rows: (SqlBuilder, Vec<Value>),
    count: (Sql, Vec<Value>),
    page: PageRequest,
}

impl Paged {
    async fn fetch<T: FromRow>(self, connection: Connection<'_>) -> Result<Page<T>> {
        let (sql, values) = self.rows;
        let count = (&self.count.0, &self.count.1[..]);
        paged(
            connection,
            (sql, values, Columns::ByName),
            count,
            &self.page,
        )
        .await
    }
}

async fn rows<T: FromRow>(
    connection: Connection<'_>,
    sql: &Sql,
    values: &[Value],
) -> Result<Vec<T>> {
    connection
        .fetch(sql, values, Columns::ByName)
        .await
        .map_err(from_diesel)
}

fn found<T>(row: Option<T>) -> Result<T> {
    row.ok_or_else(|| Error::not_found("there is no such row"))
}
