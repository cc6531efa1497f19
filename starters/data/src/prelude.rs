//! What a file that writes plain diesel names: `use savia::data::prelude::*;`.
//!
//! It is diesel's own prelude without `RunQueryDsl`, of which there is one for each way of running a
//! query: [`dsl!`](crate::dsl) brings the right one.

pub use diesel;
pub use diesel::{
    BoolExpressionMethods, CombineDsl, ExpressionMethods, JoinOnDsl, JoinTo,
    NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, TextExpressionMethods,
};

pub use crate::sql_types::As;
pub use crate::{Connection, Database, dsl, kept};
