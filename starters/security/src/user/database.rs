//! Users in the application's own database.

mod identities;

use std::sync::Arc;

use async_trait::async_trait;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{QueryableByName, sql_query};
use futures_util::future::BoxFuture;
use savia_core::{Error, Result};
use savia_starter_data::statement::Dialect;
use savia_starter_data::{Connection, Database, dsl, from_diesel};
use uuid::Uuid;

use super::{Identity, User, UserStore};
use crate::late::LateDatabase;

/// Users in the application's own database: the tables `security_users`, `security_roles`,
/// `security_user_roles` and `security_role_permissions`.
pub struct DatabaseUserStore {
    database: Arc<LateDatabase>,
}

#[derive(QueryableByName)]
struct UserRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Nullable<Text>)]
    password: Option<String>,
    #[diesel(sql_type = Bool)]
    enabled: bool,
    #[diesel(sql_type = Bool)]
    verified: bool,
}

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    text: String,
}

impl DatabaseUserStore {
    /// In this database.
    pub fn new(database: Arc<Database>) -> Self {
        Self::late(Arc::new(LateDatabase::of(database)))
    }

    /// In the database that the application will have.
    pub(crate) fn late(database: Arc<LateDatabase>) -> Self {
        Self { database }
    }

    async fn find(&self, condition: &'static str, value: String) -> Result<Option<User>> {
        self.look(move |tx| Box::pin(async move { found(tx, condition, value).await }))
            .await
    }

    /// Reads where it was written: a replica may not know yet who is locked out or has another password.
    async fn look<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        let database = self.database.get()?;
        match database.dialect() {
            Dialect::Sqlite => database.read(work).await,
            Dialect::Postgres => database.with(work).await,
        }
    }

    /// Changes a user. SQLite numbers parameters as they come: the value comes before the id.
    async fn change(&self, id: &str, column: &'static str, value: Change) -> Result<()> {
        let id = known(id)?;
        let changed = self
            .database
            .get()?
            .with(move |tx| {
                Box::pin(async move {
                    let is_id = is(tx.dialect(), "id", "$2");
                    let sql = format!("update security_users set {column} = $1 where {is_id}");
                    let changed = match value {
                        Change::Text(value) => {
                            let query = sql_query(sql).bind::<Text, _>(value).bind::<Text, _>(id);
                            dsl!(tx, query.execute(tx))
                        }
                        Change::Flag(value) => {
                            let query = sql_query(sql).bind::<Bool, _>(value).bind::<Text, _>(id);
                            dsl!(tx, query.execute(tx))
                        }
                    };
                    changed.map_err(from_diesel)
                })
            })
            .await?;
        if changed == 0 {
            return Err(Error::not_found("there is no such user"));
        }
        Ok(())
    }
}

/// What a column is to be.
enum Change {
    Text(String),
    Flag(bool),
}

#[async_trait]
impl UserStore for DatabaseUserStore {
    async fn by_email(&self, email: &str) -> Result<Option<User>> {
        self.find("email", email.to_owned()).await
    }

    async fn by_id(&self, id: &str) -> Result<Option<User>> {
        match known(id) {
            Ok(id) => self.find("id", id).await,
            Err(_) => Ok(None),
        }
    }

    async fn create(&self, user: User) -> Result<User> {
        self.database
            .get()?
            .with(move |tx| Box::pin(async move { insert(tx, user).await }))
            .await
    }

    async fn set_password(&self, id: &str, password: &str) -> Result<()> {
        self.change(id, "password", Change::Text(password.to_owned()))
            .await
    }

    async fn set_verified(&self, id: &str) -> Result<()> {
        self.change(id, "verified", Change::Flag(true)).await
    }

    async fn set_roles(&self, id: &str, roles: &[String]) -> Result<()> {
        let (id, roles) = (id.to_owned(), roles.to_vec());
        self.database
            .get()?
            .with(move |tx| Box::pin(async move { assign(tx, &id, &roles).await }))
            .await
    }

    async fn set_permissions(&self, role: &str, permissions: &[String]) -> Result<()> {
        let (role, permissions) = (role.to_owned(), permissions.to_vec());
        self.database
            .get()?
            .with(move |tx| Box::pin(async move { permit(tx, &role, &permissions).await }))
            .await
    }

    async fn by_identity(&self, issuer: &str, subject: &str) -> Result<Option<User>> {
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        self.look(move |tx| Box::pin(async move { identities::owner(tx, issuer, subject).await }))
            .await
    }

    async fn create_linked(&self, user: User, identity: Identity) -> Result<User> {
        self.database
            .get()?
            .with(move |tx| {
                Box::pin(async move {
                    let user = insert(tx, user).await?;
                    identities::add(tx, &user.id, identity).await?;
                    Ok(user)
                })
            })
            .await
    }

    async fn link(&self, id: &str, identity: Identity) -> Result<()> {
        let id = known(id)?;
        self.database
            .get()?
            .with(move |tx| Box::pin(async move { identities::add(tx, &id, identity).await }))
            .await
    }

    async fn identities(&self, id: &str) -> Result<Vec<Identity>> {
        let Ok(id) = known(id) else {
            return Ok(Vec::new());
        };
        self.look(move |tx| Box::pin(async move { identities::of(tx, id).await }))
            .await
    }

    async fn unlink(&self, id: &str, issuer: &str, subject: &str) -> Result<bool> {
        let Ok(id) = known(id) else {
            return Ok(false);
        };
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        self.database
            .get()?
            .with(move |tx| {
                Box::pin(async move { identities::remove(tx, id, issuer, subject).await })
            })
            .await
    }
}

/// An id as it is bound: PostgreSQL takes no other text for one.
fn known(id: &str) -> Result<String> {
    let id = Uuid::parse_str(id).map_err(|_| Error::not_found("there is no such user"))?;
    Ok(id.to_string())
}

/// `column = $1`, where ids are bound as text.
fn is(dialect: Dialect, column: &str, parameter: &str) -> String {
    match dialect {
        Dialect::Postgres if column != "email" => format!("{column} = {parameter}::uuid"),
        _ => format!("{column} = {parameter}"),
    }
}

fn id_parameter(dialect: Dialect, parameter: &str) -> String {
    match dialect {
        Dialect::Sqlite => parameter.to_owned(),
        Dialect::Postgres => format!("{parameter}::uuid"),
    }
}

/// The moment, as `#[entity]` writes it.
fn moment(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')",
        Dialect::Postgres => "now()",
    }
}

async fn found(tx: Connection<'_>, column: &str, value: String) -> Result<Option<User>> {
    let condition = is(tx.dialect(), column, "$1");
    let sql = format!(
        "select cast(id as text) as id, email, password, enabled, verified \
         from security_users where {condition}"
    );
    let query = sql_query(sql).bind::<Text, _>(value);
    let rows: Vec<UserRow> = dsl!(tx, query.load(tx)).map_err(from_diesel)?;
    let row = rows.into_iter().next();
    // Also of nobody it is asked, so that whether somebody is there shows in no time.
    let id = row
        .as_ref()
        .map_or_else(|| Uuid::nil().to_string(), |row| row.id.clone());
    let is_user = is(tx.dialect(), "ur.user_id", "$1");
    let roles = format!(
        "select r.name as text from security_user_roles ur \
         join security_roles r on r.id = ur.role_id where {is_user} order by r.name"
    );
    let permissions = format!(
        "select distinct p.permission as text from security_user_roles ur \
         join security_role_permissions p on p.role_id = ur.role_id where {is_user} \
         order by p.permission"
    );
    let roles = texts(tx, roles, &id).await?;
    let permissions = texts(tx, permissions, &id).await?;
    Ok(row.map(|row| User {
        password: row.password,
        enabled: row.enabled,
        verified: row.verified,
        roles,
        permissions,
        ..User::new(row.id, row.email)
    }))
}

async fn texts(tx: Connection<'_>, sql: String, id: &str) -> Result<Vec<String>> {
    let query = sql_query(sql).bind::<Text, _>(id.to_owned());
    let rows: Vec<OneText> = dsl!(tx, query.load(tx)).map_err(from_diesel)?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

async fn insert(tx: Connection<'_>, user: User) -> Result<User> {
    let id = Uuid::now_v7().to_string();
    let (id_value, now) = (id_parameter(tx.dialect(), "$1"), moment(tx.dialect()));
    let sql = format!(
        "insert into security_users (id, email, password, enabled, verified, created_at) \
         values ({id_value}, $2, $3, $4, $5, {now}) on conflict (email) do nothing"
    );
    let query = sql_query(sql)
        .bind::<Text, _>(id.clone())
        .bind::<Text, _>(user.email.clone())
        .bind::<Nullable<Text>, _>(user.password.clone())
        .bind::<Bool, _>(user.enabled)
        .bind::<Bool, _>(user.verified);
    let added = dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    if added == 0 {
        return Err(Error::conflict("the address is taken"));
    }
    assign(tx, &id, &user.roles).await?;
    found(tx, "id", id)
        .await?
        .ok_or_else(|| Error::internal("the user is not there"))
}

/// Gives a user these roles and no others; those that are not there are made.
async fn assign(tx: Connection<'_>, id: &str, roles: &[String]) -> Result<()> {
    let is_user = is(tx.dialect(), "user_id", "$1");
    let sql = format!("delete from security_user_roles where {is_user}");
    let query = sql_query(sql).bind::<Text, _>(id.to_owned());
    dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    let new_id = id_parameter(tx.dialect(), "$1");
    for role in roles {
        make_role(tx, role).await?;
        let user_id = id_parameter(tx.dialect(), "$2");
        let sql = format!(
            "insert into security_user_roles (id, user_id, role_id) \
             select {new_id}, {user_id}, id from security_roles where name = $3 \
             on conflict (user_id, role_id) do nothing"
        );
        let query = sql_query(sql)
            .bind::<Text, _>(Uuid::now_v7().to_string())
            .bind::<Text, _>(id.to_owned())
            .bind::<Text, _>(role.clone());
        dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    }
    Ok(())
}

async fn make_role(tx: Connection<'_>, role: &str) -> Result<()> {
    let id = id_parameter(tx.dialect(), "$1");
    let sql = format!(
        "insert into security_roles (id, name) values ({id}, $2) on conflict (name) do nothing"
    );
    let query = sql_query(sql)
        .bind::<Text, _>(Uuid::now_v7().to_string())
        .bind::<Text, _>(role.to_owned());
    dsl!(tx, query.execute(tx)).map(drop).map_err(from_diesel)
}

/// Gives a role these permissions and no others.
async fn permit(tx: Connection<'_>, role: &str, permissions: &[String]) -> Result<()> {
    make_role(tx, role).await?;
    let query = sql_query(
        "delete from security_role_permissions where role_id in \
         (select id from security_roles where name = $1)",
    )
    .bind::<Text, _>(role.to_owned());
    dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    for permission in permissions {
        let id = id_parameter(tx.dialect(), "$1");
        let sql = format!(
            "insert into security_role_permissions (id, role_id, permission) \
             select {id}, id, $2 from security_roles where name = $3 \
             on conflict (role_id, permission) do nothing"
        );
        let query = sql_query(sql)
            .bind::<Text, _>(Uuid::now_v7().to_string())
            .bind::<Text, _>(permission.clone())
            .bind::<Text, _>(role.to_owned());
        dsl!(tx, query.execute(tx)).map_err(from_diesel)?;
    }
    Ok(())
}
