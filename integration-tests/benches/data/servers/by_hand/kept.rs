//! Statements that a connection keeps prepared although diesel would not: updates, and inserts of
//! what may be missing.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Integer};
use diesel::{QueryResult, RunQueryDsl};

/// A statement whose text is always the same; the tag is what it is found again by, so that its
/// text is written once.
pub(crate) struct Kept<Tag, Q>(Q, PhantomData<Tag>);

impl<Tag, Q> Kept<Tag, Q> {
    pub(crate) fn of(query: Q) -> Self {
        Self(query, PhantomData)
    }
}

impl<DB: Backend, Tag, Q: QueryFragment<DB>> QueryFragment<DB> for Kept<Tag, Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Tag: 'static, Q> QueryId for Kept<Tag, Q> {
    type QueryId = Tag;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Tag, Q: Query> Query for Kept<Tag, Q> {
    type SqlType = Q::SqlType;
}

impl<Tag, Q, C> RunQueryDsl<C> for Kept<Tag, Q> {}

/// The insert of a post.
pub(crate) struct Insert;

/// The update of a post of which somebody else may have written a newer version.
pub(crate) struct Change;

/// The update of a post's number. It is written out, because diesel runs what returns no rows
/// through a reference, and a reference does not keep what `Kept` says.
#[derive(QueryId)]
pub(crate) struct SetNumber {
    pub(crate) id: i64,
    pub(crate) number: i32,
}

impl<DB> QueryFragment<DB> for SetNumber
where
    DB: Backend + HasSqlType<Integer> + HasSqlType<BigInt>,
    i32: ToSql<Integer, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("update posts set number = ");
        out.push_bind_param::<Integer, _>(&self.number)?;
        out.push_sql(" where id = ");
        out.push_bind_param::<BigInt, _>(&self.id)
    }
}

impl<C> RunQueryDsl<C> for SetNumber {}
