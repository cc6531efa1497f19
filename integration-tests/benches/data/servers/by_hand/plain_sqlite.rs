//! SQLite as people write it: a pool of r2d2's, and `web::block` around each request's queries.

use actix_web::web;
use chrono::Utc;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error as SetupError, Pool};
use savia_data_bench::{
    PAGE, Result, SQLITE_POOL, SQLITE_PRAGMAS, SQLITE_TABLE, Store, spread, text,
};

use crate::model::sqlite::posts;
use crate::model::{Post, SQLITE_MOMENTS};

/// The pool.
#[derive(Clone)]
pub(crate) struct Plain {
    pool: Pool<ConnectionManager<SqliteConnection>>,
}

/// Says the pragmas on each connection.
#[derive(Debug)]
struct Pragmas;

impl CustomizeConnection<SqliteConnection, SetupError> for Pragmas {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> std::result::Result<(), SetupError> {
        connection
            .batch_execute(SQLITE_PRAGMAS)
            .map_err(SetupError::QueryError)
    }
}

impl Plain {
    pub(crate) fn open(file: &str) -> Result<Self> {
        let mut first = SqliteConnection::establish(file)?;
        first.batch_execute(SQLITE_PRAGMAS)?;
        first.batch_execute(SQLITE_TABLE)?;
        first.batch_execute(SQLITE_MOMENTS)?;
        let pool = Pool::builder()
            .max_size(SQLITE_POOL)
            .connection_customizer(Box::new(Pragmas))
            .build(ConnectionManager::new(file))?;
        Ok(Self { pool })
    }

    async fn run<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> QueryResult<R> + Send + 'static,
    {
        let pool = self.pool.clone();
        web::block(move || {
            let mut connection = pool.get()?;
            Ok(work(&mut connection)?)
        })
        .await?
    }
}

impl Store for Plain {
    type Post = Post;

    async fn find(&self, id: i64) -> Result<Option<Post>> {
        self.run(move |connection| posts::table.find(id).first(connection).optional())
            .await
    }

    async fn reads(&self, start: i64) -> Result<Vec<Post>> {
        self.run(move |connection| {
            spread(start)
                .map(|id| posts::table.find(id).first(connection))
                .collect()
        })
        .await
    }

    async fn page(&self, number: i64) -> Result<(Vec<Post>, i64)> {
        self.run(move |connection| {
            let page = posts::table
                .order(posts::id)
                .limit(PAGE)
                .offset(number * PAGE)
                .load(connection)?;
            Ok((page, posts::table.count().get_result(connection)?))
        })
        .await
    }

    async fn insert(&self, number: i32) -> Result<Post> {
        self.run(move |connection| {
            let (title, body) = text(number);
            diesel::insert_into(posts::table)
                .values((
                    posts::title.eq(title),
                    posts::body.eq(body),
                    posts::number.eq(number),
                    posts::version.eq(1),
                    posts::created_at.eq(Utc::now()),
                ))
                .get_result(connection)
        })
        .await
    }

    async fn updates(&self, start: i64) -> Result<u64> {
        self.run(move |connection| {
            connection.immediate_transaction(|connection| {
                let mut count = 0;
                for id in spread(start) {
                    count += diesel::update(posts::table.find(id))
                        .set(posts::number.eq(start as i32))
                        .execute(connection)? as u64;
                }
                Ok(count)
            })
        })
        .await
    }

    async fn change(&self, id: i64) -> Result<Option<Post>> {
        self.run(move |connection| {
            let found: Option<Post> = posts::table.find(id).first(connection).optional()?;
            let Some(post) = found else {
                return Ok(None);
            };
            diesel::update(
                posts::table
                    .find(id)
                    .filter(posts::version.eq(post.version)),
            )
            .set((
                posts::title.eq(post.title),
                posts::body.eq(post.body),
                posts::number.eq(post.number + 1),
                posts::version.eq(posts::version + 1),
            ))
            .get_result(connection)
            .optional()
        })
        .await
    }
}
