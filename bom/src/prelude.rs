//! What nearly every file of an application names: `use savia::prelude::*;`.
//!
//! The attribute `#[savia::test]` is not here, because it would hide Rust's own `#[test]`.

pub use std::sync::Arc;

pub use async_trait::async_trait;
pub use serde_json::{self, json};

pub use savia_core::cache::BaseCache;
pub use savia_core::command::{Call, Listing};
pub use savia_core::config::Secret;
pub use savia_core::event::Events;
pub use savia_core::lifecycle::Lifecycle;
pub use savia_core::patch::{Merge, MergePatch};
pub use savia_core::repository::{Page, PageRequest, Sort};
pub use savia_core::validation::Validate;
pub use savia_core::{
    AppHandle, Config, Context, Error, ErrorKind, Result, after_commit, command, config, dto,
    event_listener, service, spawn,
};

/// What fields of entities are.
#[cfg(feature = "data")]
pub use chrono::{DateTime, NaiveDate, Utc};
#[cfg(feature = "data")]
pub use rust_decimal::Decimal;
#[cfg(feature = "data")]
pub use uuid::Uuid;

#[cfg(feature = "data")]
pub use savia_core::repository::{BaseRepository, CursorRequest, Slice};
#[cfg(feature = "data")]
pub use savia_starter_data::{
    Connection, Database, Loaded, Repository, dsl, entity, migration, projection, repository,
    transactional,
};

#[cfg(feature = "tasks")]
pub use savia_starter_tasks::{GiveUp, TaskContext, Tasks, scheduled, task};

#[cfg(feature = "web")]
pub use savia_starter_web::{
    Body, Created, CspNonce, Exchange, Flow, Form, Header, Html, Json, NoContent, Path, Problem,
    Query, Text, WebFilter, controller, routes,
};

#[cfg(feature = "cache")]
pub use savia_starter_cache::{Cache, cache_evict, cache_put, cached};

#[cfg(feature = "security")]
pub use savia_starter_security::{
    AuditEvent, AuditLog, Personal, Policy, Principal, audited, authorize, secured,
};
