//! Two instances on one PostgreSQL.

#[cfg(feature = "data")]
pub(crate) use postgres::Schema;

#[cfg(feature = "data")]
mod postgres {
    use std::time::Duration;

    use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
    use futures_util::future::join_all;
    use serde_json::json;

    use crate::application::{EMAIL, PASSWORD, Pair, Site, site};

    /// A schema of its own on the server.
    pub(crate) struct Schema {
        server: String,
        name: String,
    }

    impl Schema {
        /// Nothing where there is no server, which is said aloud, and a failure where services are
        /// required.
        pub(crate) async fn make() -> Option<Self> {
            let server = std::env::var("SAVIA_TEST_POSTGRES")
                .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned());
            let mut connection = match AsyncPgConnection::establish(&server).await {
                Ok(connection) => connection,
                Err(error) => {
                    let required =
                        std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
                    assert!(!required, "PostgreSQL is required and away: {error}");
                    eprintln!("skipped: there is no PostgreSQL at SAVIA_TEST_POSTGRES: {error}");
                    return None;
                }
            };
            let name = format!("t_{}", uuid::Uuid::new_v4().simple());
            connection
                .batch_execute(&format!("create schema {name}"))
                .await
                .unwrap();
            Some(Self { server, name })
        }

        pub(crate) fn url(&self) -> String {
            format!("{}?options=-csearch_path%3D{}", self.server, self.name)
        }

        pub(crate) async fn drop(self) {
            let mut connection = AsyncPgConnection::establish(&self.server).await.unwrap();
            connection
                .batch_execute(&format!("drop schema {} cascade", self.name))
                .await
                .unwrap();
        }
    }

    async fn two() -> Option<(Schema, Site, Site)> {
        let schema = Schema::make().await?;
        let config = [
            ("data.url", json!(schema.url())),
            ("security.jwt.revocation_refresh", json!("200ms")),
        ];
        let (one, other) = (site(&config).await, site(&config).await);
        Some((schema, one, other))
    }

    async fn end(schema: Schema, one: Site, other: Site) {
        one.stop().await;
        other.stop().await;
        schema.drop().await;
    }

    #[tokio::test]
    async fn a_login_of_one_is_known_to_the_other_and_revoked_there_in_time() {
        let Some((schema, one, other)) = two().await else {
            return;
        };
        let pair = one.registered().await;
        other.with(&pair.access).await.assert_status(200);
        let next = Pair::of(&other.refresh(&pair.refresh).await);
        one.with(&next.access).await.assert_status(200);
        one.post_json("/auth/logout", json!({ "refresh_token": next.refresh }))
            .await
            .assert_status(204);
        one.with(&next.access).await.assert_status(401);
        // The stated time, and what a busy machine needs.
        tokio::time::sleep(Duration::from_millis(200 + 400)).await;
        other.with(&next.access).await.assert_status(401);
        other.refresh(&next.refresh).await.assert_status(401);
        end(schema, one, other).await;
    }

    #[tokio::test]
    async fn a_race_of_refreshes_at_both() {
        let Some((schema, one, other)) = two().await else {
            return;
        };
        one.registered().await;
        for _ in 0..5 {
            let pair = Pair::of(&one.login(EMAIL, PASSWORD).await);
            let answers = join_all((0..6).map(|at| {
                let at = if at % 2 == 0 { &one } else { &other };
                at.refresh(&pair.refresh)
            }))
            .await;
            let won: Vec<_> = answers.iter().filter(|it| it.status() == 200).collect();
            assert!(won.len() <= 1, "{}", won.len());
            if let Some(won) = won.first() {
                other
                    .refresh(&Pair::of(won).refresh)
                    .await
                    .assert_status(401);
            }
        }
        end(schema, one, other).await;
    }

    #[tokio::test]
    async fn guesses_at_both_are_counted_together() {
        let Some((schema, one, other)) = two().await else {
            return;
        };
        one.registered().await;
        let guesses = join_all((0..20).map(|at| {
            let at = if at % 2 == 0 { &one } else { &other };
            at.login(EMAIL, "a wrong guess")
        }))
        .await;
        assert_eq!(guesses.iter().filter(|it| it.status() == 401).count(), 5);
        one.login(EMAIL, PASSWORD).await.assert_status(429);
        other.login(EMAIL, PASSWORD).await.assert_status(429);
        end(schema, one, other).await;
    }
}
