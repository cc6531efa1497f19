//! sea-orm, as its documentation has it: an entity, an active model, a paginator.

use savia_data_bench::{
    PAGE, POSTGRES_POOL, POSTGRES_TABLE, Result, SQLITE_POOL, SQLITE_TABLE, Store, serve, spread,
    text,
};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, TransactionTrait,
};

use posts::{ActiveModel, Column, Entity, Model};

/// The entity.
#[allow(unreachable_pub, reason = "what sea-orm derives beside them is public")]
mod posts {
    use sea_orm::entity::prelude::*;
    use serde::Serialize;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        pub body: String,
        pub number: i32,
        pub version: i32,
        pub created_at: DateTimeUtc,
    }

    /// There are none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Clone)]
struct Orm(DatabaseConnection);

impl Store for Orm {
    type Post = Model;

    async fn find(&self, id: i64) -> Result<Option<Model>> {
        Ok(Entity::find_by_id(id).one(&self.0).await?)
    }

    async fn reads(&self, start: i64) -> Result<Vec<Model>> {
        let mut found = Vec::new();
        for id in spread(start) {
            found.extend(Entity::find_by_id(id).one(&self.0).await?);
        }
        Ok(found)
    }

    async fn page(&self, number: i64) -> Result<(Vec<Model>, i64)> {
        let pages = Entity::find()
            .order_by_asc(Column::Id)
            .paginate(&self.0, PAGE as u64);
        let page = pages.fetch_page(number as u64).await?;
        Ok((page, pages.num_items().await? as i64))
    }

    async fn insert(&self, number: i32) -> Result<Model> {
        let (title, body) = text(number);
        let post = ActiveModel {
            title: Set(title),
            body: Set(body),
            number: Set(number),
            version: Set(1),
            created_at: Set(chrono::Utc::now()),
            ..Default::default()
        };
        Ok(post.insert(&self.0).await?)
    }

    async fn updates(&self, start: i64) -> Result<u64> {
        let transaction = self.0.begin().await?;
        let mut count = 0;
        for id in spread(start) {
            let updated = Entity::update_many()
                .col_expr(Column::Number, Expr::value(start as i32))
                .filter(Column::Id.eq(id))
                .exec(&transaction)
                .await?;
            count += updated.rows_affected;
        }
        transaction.commit().await?;
        Ok(count)
    }

    async fn change(&self, id: i64) -> Result<Option<Model>> {
        let Some(post) = Entity::find_by_id(id).one(&self.0).await? else {
            return Ok(None);
        };
        let changed = Entity::update_many()
            .col_expr(Column::Title, Expr::value(post.title))
            .col_expr(Column::Body, Expr::value(post.body))
            .col_expr(Column::Number, Expr::value(post.number + 1))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id))
            .filter(Column::Version.eq(post.version))
            .exec_with_returning(&self.0)
            .await?;
        Ok(changed.into_iter().next())
    }
}

async fn open(url: &str) -> Result<Orm> {
    let mut options = ConnectOptions::new(url);
    let (size, table) = match url.starts_with("sqlite:") {
        true => (SQLITE_POOL, SQLITE_TABLE),
        false => (POSTGRES_POOL, POSTGRES_TABLE),
    };
    options.max_connections(size);
    options.map_sqlx_sqlite_opts(|options| {
        use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
        options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "memory")
    });
    let database = Database::connect(options).await?;
    database.execute_unprepared(table).await?;
    Ok(Orm(database))
}

fn main() -> Result<()> {
    let url = std::env::var("DATABASE_URL")?;
    actix_web::rt::System::new().block_on(async { serve(open(&url).await?).await })
}
