//! Records in the application's own database.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};
use savia_core::{Error, Result};
use savia_starter_data::statement::Dialect;
use savia_starter_data::{Connection, Database, dsl, from_diesel};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::chain::{Chain, ChainKey, Head, Sealed, hex, read_hex, same};
use super::super::verify::Verifier;
use super::super::{AuditEvent, Fault, FaultKind, Verified};
use super::{AuditQuery, AuditSink};
use crate::late::LateDatabase;

/// How many records are read at once.
const PAGE: i64 = 10_000;

/// Records in the application's own database: the table `security_audit`. Several instances make one chain: each
/// batch holds the head while it is written.
pub struct DatabaseAuditSink {
    database: Arc<LateDatabase>,
    key: ChainKey,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    record: String,
}

#[derive(QueryableByName)]
struct HeadRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    head: String,
    #[diesel(sql_type = BigInt)]
    anchor: i64,
}

/// What the head says.
#[derive(Serialize, Deserialize)]
struct Written {
    seq: u64,
    hash: String,
    anchor_seq: u64,
    anchor_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<String>,
}

/// The last record, and the last that retention has removed.
#[derive(Clone, Copy)]
struct Ends {
    head: Head,
    anchor: Head,
}

impl DatabaseAuditSink {
    /// In this database.
    pub fn new(database: Arc<Database>, key: ChainKey) -> Self {
        Self::late(Arc::new(LateDatabase::of(database)), key)
    }

    /// In the database that the application will have.
    pub(crate) fn late(database: Arc<LateDatabase>, key: ChainKey) -> Self {
        Self { database, key }
    }
}

#[async_trait]
impl AuditSink for DatabaseAuditSink {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn open(&self) -> Result<()> {
        let key = self.key.clone();
        self.database
            .get()?
            .with(move |tx| Box::pin(async move { opened(tx, &key).await }))
            .await
    }

    async fn append(&self, events: &[AuditEvent]) -> Result<()> {
        let (key, events) = (self.key.clone(), events.to_vec());
        self.database
            .get()?
            .with(move |tx| Box::pin(async move { append(tx, key, &events).await }))
            .await
    }

    async fn find(&self, query: &AuditQuery) -> Result<Vec<AuditEvent>> {
        let query = query.clone();
        self.database
            .get()?
            .read(move |tx| Box::pin(async move { find(tx, &query).await }))
            .await
    }

    async fn verify(&self, noted: Option<Head>) -> Result<std::result::Result<Verified, Fault>> {
        let key = self.key.clone();
        self.database
            .get()?
            .read(move |tx| Box::pin(async move { verify(tx, &key, noted).await }))
            .await
    }

    async fn prune(&self, before: DateTime<Utc>) -> Result<Option<u64>> {
        let (key, before) = (self.key.clone(), before.timestamp_millis());
        self.database
            .get()?
            .with(move |tx| Box::pin(async move { prune(tx, &key, before).await }))
            .await
    }
}

async fn opened(tx: Connection<'_>, key: &ChainKey) -> Result<()> {
    let ends = ends(tx, key, false).await?;
    let rows = page(tx, ends.head.seq.saturating_sub(1)).await?;
    let last = rows.first().and_then(|it| Sealed::of(it.record.as_bytes()));
    match last.map(|it| it.head()) {
        Some(last) if last != ends.head => Err(changed(
            "the last record is not the one that the head names",
        )),
        None if ends.head != ends.anchor => Err(changed("its end is missing")),
        _ => Ok(()),
    }
}

async fn append(tx: Connection<'_>, key: ChainKey, events: &[AuditEvent]) -> Result<()> {
    let ends = ends(tx, &key, true).await?;
    let mut chain = Chain::new(ends.head, key.clone());
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let mut line = Vec::new();
        chain.seal(event, &mut line)?;
        let who = event.who.as_ref();
        rows.push(json!({
            "seq": chain.head.seq,
            "at": event.time.timestamp_millis(),
            "type": event.kind,
            "id": who.map(|it| &it.id),
            "name": who.map(|it| &it.name),
            "record": String::from_utf8_lossy(&line),
        }));
    }
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "insert into security_audit (seq, at, type, principal_id, principal_name, record) \
             select json_extract(value, '$.seq'), json_extract(value, '$.at'), json_extract(value, '$.type'), \
             json_extract(value, '$.id'), json_extract(value, '$.name'), json_extract(value, '$.record') \
             from json_each($1)"
        }
        _ => {
            "insert into security_audit (seq, at, type, principal_id, principal_name, record) \
             select (it->>'seq')::bigint, (it->>'at')::bigint, it->>'type', it->>'id', it->>'name', \
             it->>'record' from json_array_elements($1::json) as it"
        }
    };
    // A null character is none that PostgreSQL stores; in the record it is escaped.
    let rows = serde_json::to_string(&rows)?.replace("\\u0000", "\\ufffd");
    let query = sql_query(sql).bind::<Text, _>(rows);
    dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    let ends = Ends {
        head: chain.head,
        ..ends
    };
    write(tx, &ends, &key).await
}

/// What the head says; to write, it is held until the end of the transaction.
async fn ends(tx: Connection<'_>, key: &ChainKey, hold: bool) -> Result<Ends> {
    let hold = hold && !matches!(tx.dialect(), Dialect::Sqlite);
    let query = sql_query(match hold {
        true => "select seq, head, anchor from security_audit_head where id = 1 for update",
        false => "select seq, head, anchor from security_audit_head where id = 1",
    });
    let rows: Vec<HeadRow> = dsl!(tx, query.load(tx)).map_err(from_diesel)?;
    let row = rows.first().ok_or_else(|| changed("its head is gone"))?;
    said(row, key).map_err(changed)
}

const CODE: &str = "database head:";

fn said(row: &HeadRow, key: &ChainKey) -> std::result::Result<Ends, &'static str> {
    let altered = "its head was altered, or written with another `security.audit.key`";
    if row.head.is_empty() && row.seq == 0 {
        return Ok(Ends {
            head: Head::NONE,
            anchor: Head::NONE,
        });
    }
    let mut written: Written = serde_json::from_str(&row.head).map_err(|_| altered)?;
    let mac = written.mac.take();
    let code = key.code(CODE, &serde_json::to_vec(&written).map_err(|_| altered)?);
    let authentic = match (code, mac) {
        (None, None) => true,
        (Some(code), Some(mac)) => read_hex(mac.as_bytes()).is_some_and(|it| same(&code, &it)),
        _ => false,
    };
    let head = |seq, hash: &str| read_hex(hash.as_bytes()).map(|hash| Head { seq, hash });
    let ends = head(written.seq, &written.hash).zip(head(written.anchor_seq, &written.anchor_hash));
    match ends {
        Some((head, anchor)) if authentic && i64::try_from(anchor.seq) == Ok(row.anchor) => {
            Ok(Ends { head, anchor })
        }
        _ => Err(altered),
    }
}

async fn write(tx: Connection<'_>, ends: &Ends, key: &ChainKey) -> Result<()> {
    let mut written = Written {
        seq: ends.head.seq,
        hash: hex(&ends.head.hash),
        anchor_seq: ends.anchor.seq,
        anchor_hash: hex(&ends.anchor.hash),
        mac: None,
    };
    written.mac = key
        .code(CODE, &serde_json::to_vec(&written)?)
        .as_ref()
        .map(hex);
    let query =
        sql_query("update security_audit_head set seq = $1, head = $2, anchor = $3 where id = 1")
            .bind::<BigInt, _>(signed(ends.head.seq))
            .bind::<Text, _>(serde_json::to_string(&written)?)
            .bind::<BigInt, _>(signed(ends.anchor.seq));
    dsl!(tx, query.execute(tx)).map(drop).map_err(from_diesel)
}

async fn page(tx: Connection<'_>, behind: u64) -> Result<Vec<Row>> {
    let sql =
        format!("select seq, record from security_audit where seq > $1 order by seq limit {PAGE}");
    let query = sql_query(sql).bind::<BigInt, _>(signed(behind));
    dsl!(tx, query.load(tx)).map_err(from_diesel)
}

async fn find(tx: Connection<'_>, query: &AuditQuery) -> Result<Vec<AuditEvent>> {
    let limit = i64::try_from(query.most()).unwrap_or(i64::MAX);
    let any = String::new;
    let sql = sql_query(
        "select seq, record from security_audit where at >= $1 and ($2 = '' or type = $3) \
         and ($4 = '' or principal_id = $5 or principal_name = $6) order by seq desc limit $7",
    )
    .bind::<BigInt, _>(query.after.map_or(0, |it| it.timestamp_millis()))
    .bind::<Text, _>(query.kind.clone().unwrap_or_else(any))
    .bind::<Text, _>(query.kind.clone().unwrap_or_else(any))
    .bind::<Text, _>(query.principal.clone().unwrap_or_else(any))
    .bind::<Text, _>(query.principal.clone().unwrap_or_else(any))
    .bind::<Text, _>(query.principal.clone().unwrap_or_else(any))
    .bind::<BigInt, _>(limit);
    let rows: Vec<Row> = dsl!(tx, sql.load(tx)).map_err(from_diesel)?;
    let events = rows
        .iter()
        .rev()
        .filter_map(|it| serde_json::from_str(&it.record).ok());
    Ok(events.filter(|it| query.matches(it)).collect())
}

async fn verify(
    tx: Connection<'_>,
    key: &ChainKey,
    noted: Option<Head>,
) -> Result<std::result::Result<Verified, Fault>> {
    let fault = |seq, kind| Fault {
        place: "security_audit".to_owned(),
        seq,
        kind,
    };
    let Ok(ends) = ends(tx, key, false).await else {
        return Ok(Err(fault(0, FaultKind::Head)));
    };
    let mut verifier = Verifier::behind(ends.anchor, key).holding(noted);
    let mut behind = ends.anchor.seq;
    loop {
        let rows = page(tx, behind).await?;
        let Some(last) = rows.last() else { break };
        behind = u64::try_from(last.seq).unwrap_or(u64::MAX);
        for row in &rows {
            let place = || format!("security_audit seq {}", row.seq);
            if let Err(fault) = verifier.line(row.record.as_bytes(), place) {
                return Ok(Err(fault));
            }
        }
    }
    let verified = match verifier.end(|| "security_audit".to_owned()) {
        Ok(verified) => verified,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(match verified.head.seq.cmp(&ends.head.seq) {
        std::cmp::Ordering::Less => Err(fault(verified.head.seq + 1, FaultKind::Truncated)),
        _ if verified.head != ends.head => Err(fault(ends.head.seq, FaultKind::Head)),
        _ => Ok(verified),
    })
}

/// Removes records from the first on; the head says beforehand where the chain begins then.
async fn prune(tx: Connection<'_>, key: &ChainKey, before: i64) -> Result<Option<u64>> {
    let ends = ends(tx, key, true).await?;
    let query = sql_query(
        "select seq, record from security_audit where seq < coalesce((select min(seq) from security_audit \
         where at >= $1), 9223372036854775807) order by seq desc limit 1",
    )
    .bind::<BigInt, _>(before);
    let rows: Vec<Row> = dsl!(tx, query.load(tx)).map_err(from_diesel)?;
    let Some(last) = rows.first() else {
        return Ok(None);
    };
    let anchor = Sealed::of(last.record.as_bytes()).map(|it| it.head());
    let anchor = anchor.ok_or_else(|| changed("a record is none"))?;
    write(tx, &Ends { anchor, ..ends }, key).await?;
    let query = sql_query("delete from security_audit where seq <= $1").bind::<BigInt, _>(last.seq);
    dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    Ok(Some(anchor.seq))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn changed(why: &str) -> Error {
    Error::internal(format!(
        "the table security_audit was changed by somebody else: {why} (`audit verify` names the record)"
    ))
}
