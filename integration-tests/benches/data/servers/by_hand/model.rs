//! The table, as diesel knows it on either database, and its row.

use chrono::{DateTime, Utc};
use diesel::Queryable;
use serde::Serialize;

/// The table on SQLite.
pub(crate) mod sqlite {
    diesel::table! {
        posts (id) {
            id -> BigInt,
            title -> Text,
            body -> Text,
            number -> Integer,
            version -> Integer,
            created_at -> TimestamptzSqlite,
        }
    }
}

/// The table on PostgreSQL.
pub(crate) mod postgres {
    diesel::table! {
        posts (id) {
            id -> BigInt,
            title -> Text,
            body -> Text,
            number -> Integer,
            version -> Integer,
            created_at -> Timestamptz,
        }
    }
}

/// A row.
#[derive(Queryable, Serialize)]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) number: i32,
    pub(crate) version: i32,
    pub(crate) created_at: DateTime<Utc>,
}

/// Writes moments as diesel does, which looks for its own form first when it reads.
pub(crate) const SQLITE_MOMENTS: &str =
    "update posts set created_at = replace(replace(created_at, 'T', ' '), 'Z', '+00:00');";
