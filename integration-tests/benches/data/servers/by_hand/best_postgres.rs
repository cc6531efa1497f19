//! PostgreSQL as well as it can be written: diesel-async, no question before a connection is used,
//! queries that do not need each other sent together, updates kept prepared.

use chrono::Utc;
use diesel::prelude::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::{try_join, try_join_all};
use savia_data_bench::{PAGE, POSTGRES_POOL, POSTGRES_TABLE, Result, Store, spread, text};

use crate::kept::{Change, Insert, Kept, SetNumber};
use crate::model::Post;
use crate::model::postgres::posts;

/// The pool.
#[derive(Clone)]
pub(crate) struct Best {
    pool: Pool<AsyncPgConnection>,
}

impl Best {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let mut first = AsyncPgConnection::establish(url).await?;
        first.batch_execute(POSTGRES_TABLE).await?;
        let pool = Pool::builder()
            .max_size(POSTGRES_POOL)
            .test_on_check_out(false)
            .build(AsyncDieselConnectionManager::new(url))
            .await?;
        Ok(Self { pool })
    }
}

impl Store for Best {
    type Post = Post;

    async fn find(&self, id: i64) -> Result<Option<Post>> {
        let mut connection = self.pool.get().await?;
        let found = posts::table.find(id).get_result(&mut connection).await;
        Ok(found.optional()?)
    }

    async fn reads(&self, start: i64) -> Result<Vec<Post>> {
        let connection = self.pool.get().await?;
        let shared: &AsyncPgConnection = &connection;
        let reads = spread(start).map(async |id| {
            let mut connection = shared;
            posts::table.find(id).get_result(&mut connection).await
        });
        Ok(try_join_all(reads).await?)
    }

    async fn page(&self, number: i64) -> Result<(Vec<Post>, i64)> {
        let connection = self.pool.get().await?;
        let (mut first, mut second): (&AsyncPgConnection, _) = (&connection, &*connection);
        let page = posts::table
            .order(posts::id)
            .limit(PAGE)
            .offset(number * PAGE)
            .load(&mut first);
        let total = posts::table.count().get_result(&mut second);
        Ok(try_join(page, total).await?)
    }

    async fn insert(&self, number: i32) -> Result<Post> {
        let (title, body) = text(number);
        let mut connection = self.pool.get().await?;
        let insert = diesel::insert_into(posts::table)
            .values((
                posts::title.eq(title),
                posts::body.eq(body),
                posts::number.eq(number),
                posts::version.eq(1),
                posts::created_at.eq(Utc::now()),
            ))
            .returning(posts::all_columns);
        Ok(Kept::<Insert, _>::of(insert)
            .get_result(&mut connection)
            .await?)
    }

    async fn updates(&self, start: i64) -> Result<u64> {
        let connection = self.pool.get().await?;
        let shared: &AsyncPgConnection = &connection;
        let begin = async {
            let mut connection = shared;
            connection.batch_execute("begin").await
        };
        let updates = try_join_all(spread(start).map(async |id| {
            let mut connection = shared;
            let number = start as i32;
            SetNumber { id, number }.execute(&mut connection).await
        }));
        // They are sent in this order, and no request of the benchmark fails: what would have to be
        // rolled back is not looked after.
        let ((), counts) = try_join(begin, updates).await?;
        let mut connection = shared;
        connection.batch_execute("commit").await?;
        Ok(counts.into_iter().sum::<usize>() as u64)
    }

    async fn change(&self, id: i64) -> Result<Option<Post>> {
        let mut connection = self.pool.get().await?;
        let found = posts::table
            .find(id)
            .get_result::<Post>(&mut connection)
            .await;
        let Some(post) = found.optional()? else {
            return Ok(None);
        };
        let unchanged = posts::table
            .find(id)
            .filter(posts::version.eq(post.version));
        let update = diesel::update(unchanged)
            .set((
                posts::title.eq(post.title),
                posts::body.eq(post.body),
                posts::number.eq(post.number + 1),
                posts::version.eq(posts::version + 1),
            ))
            .returning(posts::all_columns);
        Ok(Kept::<Change, _>::of(update)
            .get_result(&mut connection)
            .await
            .optional()?)
    }
}
