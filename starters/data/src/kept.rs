//! Statements that diesel does not keep prepared by itself.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{
    AsQuery, AstPass, MoveableBindCollector, Query, QueryBuilder, QueryFragment, QueryId,
};
use diesel::result::QueryResult;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};
use futures_util::future::BoxFuture;

/// Has a connection keep a statement of diesel's prepared, and find it again by its text.
///
/// diesel never keeps an `update`, whose text goes by the changes it is given, and no `insert` with
/// an `Option`: the database reads such a statement anew each time, which costs more than a small
/// one takes to run. Wrap one whose text is the same each time, or one of a few: connections forget
/// none of the texts they keep.
///
/// ```
/// # extern crate savia_starter_data as savia_data;
/// use savia_data::{Connection, dsl, prelude::*};
///
/// diesel::table! { posts (id) { id -> BigInt, title -> Text, } }
///
/// async fn rename(tx: Connection<'_>, id: i64, title: &str) -> savia_core::Result<usize> {
///     let update = diesel::update(posts::table.find(id)).set(posts::title.eq(title));
///     Ok(dsl!(tx, kept(update).execute(tx))?)
/// }
/// ```
pub fn kept<Q>(query: Q) -> Kept<Q> {
    Kept(query)
}

/// Made by [`kept`].
#[derive(Debug, Clone, Copy)]
pub struct Kept<Q>(Q);

impl<Q> Kept<Q> {
    /// Runs it; says how many rows it touched.
    pub fn execute<C: ExecuteKept<Q>>(self, connection: &mut C) -> C::Executed {
        connection.execute_kept(self.0)
    }
}

impl<Q: AsQuery> AsQuery for Kept<Q> {
    type SqlType = Q::SqlType;
    type Query = KeptQuery<Q::Query>;

    fn as_query(self) -> Self::Query {
        KeptQuery(self.0.as_query())
    }
}

impl<Q, C> RunQueryDsl<C> for Kept<Q> {}

/// What runs of a [`Kept`].
#[derive(Debug, Clone, Copy)]
pub struct KeptQuery<Q>(Q);

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for KeptQuery<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> QueryId for KeptQuery<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for KeptQuery<Q> {
    type SqlType = Q::SqlType;
}

/// A connection inside [`dsl!`](crate::dsl), as it runs a [`Kept`] that returns no rows.
pub trait ExecuteKept<Q> {
    /// How many rows it touched, or a future of that.
    type Executed;

    #[doc(hidden)]
    fn execute_kept(&mut self, query: Q) -> Self::Executed;
}

impl<Q: QueryFragment<Sqlite>> ExecuteKept<Q> for SqliteConnection {
    type Executed = QueryResult<usize>;

    fn execute_kept(&mut self, query: Q) -> Self::Executed {
        let written = Written::of(&query)?;
        diesel::Connection::execute_returning_count(self, &written)
    }
}

impl<'p, Q: QueryFragment<diesel::pg::Pg> + Send> ExecuteKept<Q> for &'p AsyncPgConnection {
    type Executed = BoxFuture<'p, QueryResult<usize>>;

    fn execute_kept(&mut self, query: Q) -> Self::Executed {
        AsyncConnectionCore::execute_returning_count(self, KeptQuery(query))
    }
}

/// A statement that was written already. diesel runs what returns no rows through a reference, which
/// does not hand on what a statement says of itself; this one has nothing to say.
struct Written {
    text: String,
    binds: Binds,
}

type Collector<'b> = <Sqlite as Backend>::BindCollector<'b>;
type Binds = <Collector<'static> as MoveableBindCollector<Sqlite>>::BindData;

impl Written {
    fn of(query: &impl QueryFragment<Sqlite>) -> QueryResult<Self> {
        let mut text = <Sqlite as Backend>::QueryBuilder::default();
        query.to_sql(&mut text, &Sqlite)?;
        let mut binds = Collector::default();
        query.collect_binds(&mut binds, &mut (), &Sqlite)?;
        Ok(Self {
            text: text.finish(),
            binds: binds.moveable(),
        })
    }
}

impl QueryFragment<Sqlite> for Written {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(&self.text);
        out.push_bind_collector_data(&self.binds)
    }
}

impl QueryId for Written {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
