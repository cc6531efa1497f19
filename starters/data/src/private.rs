//! What the macros' code names. No promise of stability is made here.

pub use async_trait::async_trait;
pub use chrono::{DateTime, Utc};
pub use diesel;
pub use diesel::deserialize::Result as RowResult;
pub use diesel_async;
pub use futures_util::future::BoxFuture;
pub use rust_decimal::Decimal;
pub use savia_core::Result;
pub use savia_core::repository::{
    BaseRepository, CursorRequest, Entity, EntityStream, Page, PageRequest, Slice, Sort,
};

pub use crate::association::{Loader, unknown_association};
pub use crate::column::{
    Argument, AsJson, AsOptionalJson, Codec, Column, ColumnType, KindOf, NoKind, Plain, Scaled,
    argument, arguments, value,
};
pub use crate::database::Database;
pub use crate::delegate_base_repository;
pub use crate::derived::{
    Arguments, Count, Derived, Operator, Order, Term, is_association, text_argument, unsigned,
};
pub use crate::input::{decimal_string, decimal_string_option, ignored};
pub use crate::loaded::Loaded;
pub use crate::metadata::{
    AssociationKind, AssociationMetadata, ColumnKind, ColumnMetadata, ColumnRole, EntityMetadata,
    EntityRegistration, IdSource, IndexMetadata, OnDelete, Reference,
};
pub use crate::migrations::{CodeMigration, Direction, Migration, MigrationSet, Script, Seed};
pub use crate::raw_query::{
    Bind, Bound, NoRows, QueryRegistration, RawQuery, RawText, RowsOf, bind, bind_as, bind_list,
    bind_list_as,
};
pub use crate::repository::Repository;
pub use crate::rules::{decimal_bound, decimal_digits, decimal_range};
pub use crate::sql_types;
pub use crate::table::{FromRow, RowView, Table};
pub use crate::transaction::{
    Isolation, Propagation, TransactionOptions, TransactionOutcome, transactional,
    transactional_retried,
};
pub use crate::value::Value;
