//! sqlx, as its documentation has it: a pool, statements as text, rows through `FromRow`.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use savia_data_bench::{
    PAGE, POSTGRES_POOL, POSTGRES_TABLE, Result, SQLITE_POOL, SQLITE_TABLE, Store, serve, spread,
    text,
};
use serde::Serialize;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

/// A row.
#[derive(sqlx::FromRow, Serialize)]
struct Post {
    id: i64,
    title: String,
    body: String,
    number: i32,
    version: i32,
    created_at: DateTime<Utc>,
}

const FIND: &str = "select id, title, body, number, version, created_at from posts where id = $1";
const PAGE_OF: &str = "select id, title, body, number, version, created_at from posts
    order by id limit $1 offset $2";
const COUNT: &str = "select count(*) from posts";
const INSERT: &str = "insert into posts (title, body, number, version, created_at)
    values ($1, $2, $3, 1, $4) returning id, title, body, number, version, created_at";
const UPDATE: &str = "update posts set number = $1 where id = $2";
const CHANGE: &str = "update posts set title = $1, body = $2, number = $3, version = version + 1
    where id = $4 and version = $5 returning id, title, body, number, version, created_at";

/// SQLite and PostgreSQL are two types to sqlx; the text is the same, SQLite takes `$1` too.
macro_rules! store {
    ($name:ident, $pool:ty, $begin:literal) => {
        #[derive(Clone)]
        struct $name($pool);

        impl Store for $name {
            type Post = Post;

            async fn find(&self, id: i64) -> Result<Option<Post>> {
                Ok(sqlx::query_as(FIND)
                    .bind(id)
                    .fetch_optional(&self.0)
                    .await?)
            }

            async fn reads(&self, start: i64) -> Result<Vec<Post>> {
                let mut connection = self.0.acquire().await?;
                let mut found = Vec::new();
                for id in spread(start) {
                    let query = sqlx::query_as(FIND).bind(id);
                    found.push(query.fetch_one(&mut *connection).await?);
                }
                Ok(found)
            }

            async fn page(&self, number: i64) -> Result<(Vec<Post>, i64)> {
                let mut connection = self.0.acquire().await?;
                let page = sqlx::query_as(PAGE_OF)
                    .bind(PAGE)
                    .bind(number * PAGE)
                    .fetch_all(&mut *connection)
                    .await?;
                let total = sqlx::query_scalar(COUNT).fetch_one(&mut *connection);
                Ok((page, total.await?))
            }

            async fn insert(&self, number: i32) -> Result<Post> {
                let (title, body) = text(number);
                let insert = sqlx::query_as(INSERT)
                    .bind(title)
                    .bind(body)
                    .bind(number)
                    .bind(Utc::now());
                Ok(insert.fetch_one(&self.0).await?)
            }

            async fn updates(&self, start: i64) -> Result<u64> {
                let mut transaction = self.0.begin_with($begin).await?;
                let mut count = 0;
                for id in spread(start) {
                    let update = sqlx::query(UPDATE).bind(start as i32).bind(id);
                    count += update.execute(&mut *transaction).await?.rows_affected();
                }
                transaction.commit().await?;
                Ok(count)
            }

            async fn change(&self, id: i64) -> Result<Option<Post>> {
                let mut connection = self.0.acquire().await?;
                let found: Option<Post> = sqlx::query_as(FIND)
                    .bind(id)
                    .fetch_optional(&mut *connection)
                    .await?;
                let Some(post) = found else {
                    return Ok(None);
                };
                let change = sqlx::query_as(CHANGE)
                    .bind(post.title)
                    .bind(post.body)
                    .bind(post.number + 1)
                    .bind(id)
                    .bind(post.version);
                Ok(change.fetch_optional(&mut *connection).await?)
            }
        }
    };
}

store!(Sqlite, SqlitePool, "begin immediate");
store!(Postgres, PgPool, "begin");

async fn sqlite(url: &str) -> Result<Sqlite> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "memory");
    let pool = SqlitePoolOptions::new()
        .max_connections(SQLITE_POOL)
        .connect_with(options)
        .await?;
    sqlx::raw_sql(SQLITE_TABLE).execute(&pool).await?;
    Ok(Sqlite(pool))
}

async fn postgres(url: &str) -> Result<Postgres> {
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_POOL)
        .connect(url)
        .await?;
    sqlx::raw_sql(POSTGRES_TABLE).execute(&pool).await?;
    Ok(Postgres(pool))
}

fn main() -> Result<()> {
    let url = std::env::var("DATABASE_URL")?;
    actix_web::rt::System::new().block_on(async {
        if url.starts_with("sqlite:") {
            serve(sqlite(&url).await?).await
        } else {
            serve(postgres(&url).await?).await
        }
    })
}
