//! Records in the application's own database.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};
use savia_core::{Context, Result};
use savia_starter_data::{Database, dsl, from_diesel};

use super::{Kind, TokenRecord, TokenStore};
use crate::clock;
use crate::late::LateDatabase;

/// Records in the application's own database: the table `security_tokens`.
///
/// What is written stands whatever becomes of the transaction of the request it was written for: a
/// failure that was counted stays counted.
pub struct DatabaseTokenStore {
    database: Arc<LateDatabase>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = BigInt)]
    changed_at: i64,
    #[diesel(sql_type = BigInt)]
    expires_at: i64,
}

const COLUMNS: &str = "id, owner, value, version, changed_at, expires_at";

/// Runs a statement on a connection of its own; says how many rows it touched.
macro_rules! execute {
    ($store:ident, $sql:expr $(, $type:ty: $value:expr)*) => {{
        let sql = $sql;
        let query = sql_query(sql)$(.bind::<$type, _>($value))*;
        let database = $store.database.get()?;
        let work = database.with(move |tx| {
            Box::pin(async move { dsl!(tx, query.execute(tx)).map_err(from_diesel) })
        });
        outside(work).await
    }};
}

/// Reads rows.
macro_rules! load {
    ($store:ident, $kind:ident, $condition:literal $(, $type:ty: $value:expr)*) => {{
        let sql = format!(
            concat!("select {} from security_tokens where kind = $1 and expires_at > $2 and ", $condition),
            COLUMNS
        );
        let query = sql_query(sql)
            .bind::<Text, _>($kind.word())
            .bind::<BigInt, _>(clock::now())
            $(.bind::<$type, _>($value))*;
        // Not by `read`, which may ask a copy that does not know yet.
        let database = $store.database.get()?;
        let work = database.with(move |tx| {
            Box::pin(async move {
                let rows: Vec<Row> = dsl!(tx, query.load(tx)).map_err(from_diesel)?;
                Ok(rows)
            })
        });
        let rows: Vec<Row> = outside(work).await?;
        rows.into_iter().map(|row| row.record($kind)).collect::<Vec<_>>()
    }};
}

impl DatabaseTokenStore {
    /// In this database.
    pub fn new(database: Arc<Database>) -> Self {
        Self::late(Arc::new(LateDatabase::of(database)))
    }

    /// In the database that the application will have.
    pub(crate) fn late(database: Arc<LateDatabase>) -> Self {
        Self { database }
    }
}

/// Outside of the transaction that the caller is in.
async fn outside<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    match Context::current() {
        Some(context) => context.outside_transaction().scope(work).await,
        None => work.await,
    }
}

#[async_trait]
impl TokenStore for DatabaseTokenStore {
    async fn get(&self, kind: Kind, key: &str) -> Result<Option<TokenRecord>> {
        Ok(load!(self, kind, "id = $3", Text: key.to_owned()).pop())
    }

    async fn insert(&self, record: TokenRecord) -> Result<bool> {
        let sql = "insert into security_tokens (kind, id, owner, value, version, changed_at, expires_at) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict (kind, id) do update set \
                   owner = excluded.owner, value = excluded.value, version = excluded.version, \
                   changed_at = excluded.changed_at, expires_at = excluded.expires_at \
                   where security_tokens.expires_at <= $8";
        let added = execute!(
            self, sql, Text: record.kind.word(), Text: record.key, Text: record.owner,
            Text: record.value, BigInt: record.version, BigInt: record.changed_at,
            BigInt: record.expires_at, BigInt: clock::now()
        )?;
        Ok(added == 1)
    }

    async fn replace(&self, record: TokenRecord) -> Result<bool> {
        let sql = "update security_tokens set value = $1, version = version + 1, changed_at = $2, \
                   expires_at = $3 where kind = $4 and id = $5 and version = $6 and expires_at > $7";
        let replaced = execute!(
            self, sql, Text: record.value, BigInt: record.changed_at, BigInt: record.expires_at,
            Text: record.kind.word(), Text: record.key, BigInt: record.version, BigInt: clock::now()
        )?;
        Ok(replaced == 1)
    }

    async fn remove(&self, kind: Kind, key: &str) -> Result<bool> {
        // What is past its end was not there: the purge has it.
        let sql = "delete from security_tokens where kind = $1 and id = $2 and expires_at > $3";
        let key = key.to_owned();
        let removed = execute!(self, sql, Text: kind.word(), Text: key, BigInt: clock::now())?;
        Ok(removed == 1)
    }

    async fn owned(&self, kind: Kind, owner: &str) -> Result<Vec<TokenRecord>> {
        Ok(load!(self, kind, "owner = $3", Text: owner.to_owned()))
    }

    async fn changed_since(&self, kind: Kind, moment: i64) -> Result<Vec<TokenRecord>> {
        Ok(load!(self, kind, "changed_at >= $3", BigInt: moment))
    }

    async fn purge(&self) -> Result<()> {
        let sql = "delete from security_tokens where expires_at <= $1";
        execute!(self, sql, BigInt: clock::now()).map(drop)
    }
}

impl Row {
    fn record(self, kind: Kind) -> TokenRecord {
        TokenRecord {
            kind,
            key: self.id,
            owner: self.owner,
            value: self.value,
            version: self.version,
            changed_at: self.changed_at,
            expires_at: self.expires_at,
        }
    }
}
