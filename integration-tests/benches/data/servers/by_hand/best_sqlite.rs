//! SQLite as well as it can be written: one hop for all of a request's queries to a thread that
//! owns a connection, one transaction around several reads, statements planned once and kept.

use chrono::Utc;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use savia_data_bench::{PAGE, Result, SQLITE_READERS, SQLITE_TABLE, Store, spread, text};

use crate::kept::{Change, Insert, Kept, SetNumber};
use crate::model::sqlite::posts;
use crate::model::{Post, SQLITE_MOMENTS};
use crate::planned_once;
use crate::threads::Threads;

/// Threads that read, and one that writes.
#[derive(Clone)]
pub(crate) struct Best {
    readers: Threads,
    writer: Threads,
}

impl Best {
    pub(crate) fn open(file: &str) -> Result<Self> {
        planned_once::enable();
        // The writer comes first: it turns the log on.
        let writer = Threads::start(file, 1)?;
        let mut first = SqliteConnection::establish(file)?;
        first.batch_execute(SQLITE_TABLE)?;
        first.batch_execute(SQLITE_MOMENTS)?;
        let readers = Threads::start(file, SQLITE_READERS)?;
        Ok(Self { readers, writer })
    }
}

impl Store for Best {
    type Post = Post;

    async fn find(&self, id: i64) -> Result<Option<Post>> {
        self.readers
            .run(move |connection| posts::table.find(id).get_result(connection).optional())
            .await
    }

    async fn reads(&self, start: i64) -> Result<Vec<Post>> {
        self.readers
            .run(move |connection| {
                connection.transaction(|connection| {
                    spread(start)
                        .map(|id| posts::table.find(id).get_result(connection))
                        .collect()
                })
            })
            .await
    }

    async fn page(&self, number: i64) -> Result<(Vec<Post>, i64)> {
        self.readers
            .run(move |connection| {
                connection.transaction(|connection| {
                    let page = posts::table
                        .order(posts::id)
                        .limit(PAGE)
                        .offset(number * PAGE)
                        .load(connection)?;
                    Ok((page, posts::table.count().get_result(connection)?))
                })
            })
            .await
    }

    async fn insert(&self, number: i32) -> Result<Post> {
        self.writer
            .run(move |connection| {
                let (title, body) = text(number);
                let insert = diesel::insert_into(posts::table)
                    .values((
                        posts::title.eq(title),
                        posts::body.eq(body),
                        posts::number.eq(number),
                        posts::version.eq(1),
                        posts::created_at.eq(Utc::now()),
                    ))
                    .returning(posts::all_columns);
                Kept::<Insert, _>::of(insert).get_result(connection)
            })
            .await
    }

    async fn updates(&self, start: i64) -> Result<u64> {
        self.writer
            .run(move |connection| {
                connection.immediate_transaction(|connection| {
                    let mut count = 0;
                    for id in spread(start) {
                        let number = start as i32;
                        count += SetNumber { id, number }.execute(connection)? as u64;
                    }
                    Ok(count)
                })
            })
            .await
    }

    async fn change(&self, id: i64) -> Result<Option<Post>> {
        self.writer
            .run(move |connection| {
                connection.immediate_transaction(|connection| {
                    let found: Option<Post> =
                        posts::table.find(id).get_result(connection).optional()?;
                    let Some(post) = found else {
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
                    Kept::<Change, _>::of(update)
                        .get_result(connection)
                        .optional()
                })
            })
            .await
    }
}
