//! PostgreSQL as people write it: diesel-async, a pool of bb8's with its defaults, one query after
//! the other.

use chrono::Utc;
use diesel::prelude::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult};
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use savia_data_bench::{PAGE, POSTGRES_POOL, POSTGRES_TABLE, Result, Store, spread, text};

use crate::model::Post;
use crate::model::postgres::posts;

/// The pool.
#[derive(Clone)]
pub(crate) struct Plain {
    pool: Pool<AsyncPgConnection>,
}

impl Plain {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let mut first = AsyncPgConnection::establish(url).await?;
        first.batch_execute(POSTGRES_TABLE).await?;
        let pool = Pool::builder()
            .max_size(POSTGRES_POOL)
            .build(AsyncDieselConnectionManager::new(url))
            .await?;
        Ok(Self { pool })
    }
}

impl Store for Plain {
    type Post = Post;

    async fn find(&self, id: i64) -> Result<Option<Post>> {
        let mut connection = self.pool.get().await?;
        let found = posts::table.find(id).first(&mut connection).await;
        Ok(found.optional()?)
    }

    async fn reads(&self, start: i64) -> Result<Vec<Post>> {
        let mut connection = self.pool.get().await?;
        let mut found = Vec::new();
        for id in spread(start) {
            found.push(posts::table.find(id).first(&mut connection).await?);
        }
        Ok(found)
    }

    async fn page(&self, number: i64) -> Result<(Vec<Post>, i64)> {
        let mut connection = self.pool.get().await?;
        let page = posts::table
            .order(posts::id)
            .limit(PAGE)
            .offset(number * PAGE)
            .load(&mut connection)
            .await?;
        let total = posts::table.count().get_result(&mut connection).await?;
        Ok((page, total))
    }

    async fn insert(&self, number: i32) -> Result<Post> {
        let (title, body) = text(number);
        let mut connection = self.pool.get().await?;
        let stored = diesel::insert_into(posts::table)
            .values((
                posts::title.eq(title),
                posts::body.eq(body),
                posts::number.eq(number),
                posts::version.eq(1),
                posts::created_at.eq(Utc::now()),
            ))
            .get_result(&mut connection)
            .await?;
        Ok(stored)
    }

    async fn updates(&self, start: i64) -> Result<u64> {
        let mut connection = self.pool.get().await?;
        let updated: QueryResult<u64> = connection
            .transaction(async |connection| {
                let mut count = 0;
                for id in spread(start) {
                    count += diesel::update(posts::table.find(id))
                        .set(posts::number.eq(start as i32))
                        .execute(connection)
                        .await? as u64;
                }
                Ok(count)
            })
            .await;
        Ok(updated?)
    }

    async fn change(&self, id: i64) -> Result<Option<Post>> {
        let mut connection = self.pool.get().await?;
        let found = posts::table.find(id).first::<Post>(&mut connection).await;
        let Some(post) = found.optional()? else {
            return Ok(None);
        };
        let changed = diesel::update(
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
        .get_result(&mut connection)
        .await;
        Ok(changed.optional()?)
    }
}
