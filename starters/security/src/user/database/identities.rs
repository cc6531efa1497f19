//! Identities at providers: the table `security_identities`.

use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, sql_query};
use savia_core::{Error, Result};
use savia_starter_data::{Connection, dsl, from_diesel};
use uuid::Uuid;

use super::{OneText, found, id_parameter, is, moment};
use crate::user::{Identity, User};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    issuer: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Text)]
    provider: String,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
}

/// The user of an identity.
pub(super) async fn owner(
    tx: Connection<'_>,
    issuer: String,
    subject: String,
) -> Result<Option<User>> {
    let query = sql_query(
        "select cast(user_id as text) as text from security_identities \
         where issuer = $1 and subject = $2",
    )
    .bind::<Text, _>(issuer)
    .bind::<Text, _>(subject);
    let rows: Vec<OneText> = dsl!(tx, query.load(tx)).map_err(from_diesel)?;
    match rows.into_iter().next() {
        Some(row) => found(tx, "id", row.text).await,
        None => Ok(None),
    }
}

/// Gives an identity to a user.
pub(super) async fn add(tx: Connection<'_>, user: &str, identity: Identity) -> Result<()> {
    let dialect = tx.dialect();
    let (id, user_id) = (id_parameter(dialect, "$1"), id_parameter(dialect, "$2"));
    let now = moment(dialect);
    let sql = format!(
        "insert into security_identities \
         (id, user_id, issuer, subject, provider, email, created_at) \
         values ({id}, {user_id}, $3, $4, $5, $6, {now}) on conflict (issuer, subject) do nothing"
    );
    let query = sql_query(sql)
        .bind::<Text, _>(Uuid::now_v7().to_string())
        .bind::<Text, _>(user.to_owned())
        .bind::<Text, _>(identity.issuer)
        .bind::<Text, _>(identity.subject)
        .bind::<Text, _>(identity.provider)
        .bind::<Nullable<Text>, _>(identity.email);
    let added = dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    if added == 0 {
        return Err(Error::conflict("the identity is taken"));
    }
    Ok(())
}

/// The identities of a user.
pub(super) async fn of(tx: Connection<'_>, user: String) -> Result<Vec<Identity>> {
    let is_user = is(tx.dialect(), "user_id", "$1");
    let sql = format!(
        "select issuer, subject, provider, email from security_identities \
         where {is_user} order by id"
    );
    let query = sql_query(sql).bind::<Text, _>(user);
    let rows: Vec<Row> = dsl!(tx, query.load(tx)).map_err(from_diesel)?;
    let identity = |row: Row| Identity {
        issuer: row.issuer,
        subject: row.subject,
        provider: row.provider,
        email: row.email,
    };
    Ok(rows.into_iter().map(identity).collect())
}

/// Takes an identity from a user.
pub(super) async fn remove(
    tx: Connection<'_>,
    user: String,
    issuer: String,
    subject: String,
) -> Result<bool> {
    let is_user = is(tx.dialect(), "user_id", "$1");
    let sql =
        format!("delete from security_identities where {is_user} and issuer = $2 and subject = $3");
    let query = sql_query(sql)
        .bind::<Text, _>(user)
        .bind::<Text, _>(issuer)
        .bind::<Text, _>(subject);
    let removed = dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    Ok(removed > 0)
}
