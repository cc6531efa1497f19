//! The shop with a database of its own, on SQLite and on PostgreSQL.

use savia::test::TestApp;

/// Runs tests on both databases: nothing but the URL differs.
#[macro_export]
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[savia::test]
            async fn $name(app: savia::test::TestApp) {
                super::$name(app).await;
            })*
        }

        mod postgres {
            $(#[savia::test]
            async fn $name() {
                let Some(app) = $crate::support::on_postgres().await else { return };
                app.scope(super::$name(app.clone())).await;
                app.stop().await;
            })*
        }
    };
}

/// The shop on PostgreSQL; nothing where there is no server, which is said aloud, and a failure
/// where services are required.
pub(crate) async fn on_postgres() -> Option<TestApp> {
    let server = std::env::var("SAVIA_TEST_POSTGRES")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned());
    let started = TestApp::builder()
        .private_database(server)
        .try_start()
        .await;
    match started {
        Ok(app) => Some(app),
        Err(error) => {
            let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
            let report = error.report(false);
            assert!(!required, "PostgreSQL is required and away: {report}");
            eprintln!("skipped: there is no PostgreSQL at SAVIA_TEST_POSTGRES\n{report}");
            None
        }
    }
}
