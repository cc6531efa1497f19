//! A server that goes away under load, and comes back.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use savia::transaction::{TransactionOptions, transactional};
use savia::{Database, Repository};
use savia_core::config::Sources;
use savia_core::context::ContextKind;
use savia_core::{Context, ErrorKind, Result};
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::Line;
use crate::support::{Schema, exec, number, start};

/// Stands between the application and the server, so that the server can go away for one test
/// alone.
struct Wire {
    address: SocketAddr,
    server: String,
    forwards: Option<JoinHandle<()>>,
}

impl Wire {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let forwards = Some(tokio::spawn(forward(listener, server.clone())));
        Self {
            address,
            server,
            forwards,
        }
    }

    /// Every connection ends, and none is accepted.
    async fn cut(&mut self) {
        let forwards = self.forwards.take().unwrap();
        forwards.abort();
        let _ = forwards.await;
    }

    async fn mend(&mut self) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        let listener = socket.listen(128).unwrap();
        self.forwards = Some(tokio::spawn(forward(listener, self.server.clone())));
    }
}

async fn forward(listener: TcpListener, server: String) {
    let mut streams = tokio::task::JoinSet::new();
    while let Ok((mut inside, _)) = listener.accept().await {
        let server = server.clone();
        streams.spawn(async move {
            if let Ok(mut outside) = TcpStream::connect(server).await {
                let _ = copy_bidirectional(&mut inside, &mut outside).await;
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_hangs_nothing_is_lost_and_it_works_again_by_itself() {
    let Some(schema) = Schema::make().await else {
        return;
    };
    let url = schema.url();
    let (head, rest) = url.split_once('@').unwrap();
    let (server, rest) = rest.split_once('/').unwrap();
    let mut wire = Wire::to(server.to_owned()).await;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("{head}@{}/{rest}&sslmode=disable", wire.address);
    let config = [
        ("data.pool.acquire_timeout", json!("1s")),
        ("data.pool.connect_timeout", json!("1s")),
    ];
    let sources = Sources::in_dir(folder.path()).over("data.url", url);
    let app = start(sources, &config).await.unwrap();
    let database = app.handle().component::<Database>().unwrap();
    let made = database
        .with(|tx| {
            Box::pin(async move { exec(tx, "create table lines (n bigint primary key)").await })
        })
        .await;
    made.unwrap();

    let (stop, next) = (AtomicBool::new(false), AtomicI64::new(1));
    let options = TransactionOptions::new();
    let client = |client: usize| {
        let lines = Repository::<Line>::new(Arc::clone(&database));
        let (stop, next, options) = (&stop, &next, &options);
        let context = Context::new(app.handle().clone(), ContextKind::Test);
        context.scope(async move {
            let (mut stored, mut refused) = (Vec::new(), 0);
            while !stop.load(Ordering::SeqCst) {
                let n = next.fetch_add(1, Ordering::SeqCst);
                let since = Instant::now();
                let written: Result<Line> = if client.is_multiple_of(2) {
                    lines.insert(Line { n }).await
                } else {
                    transactional(options, async {
                        lines.find_by_id(n).await?;
                        lines.insert(Line { n }).await
                    })
                    .await
                };
                assert!(since.elapsed() < Duration::from_secs(4), "it hung");
                match written {
                    Ok(line) => stored.push(line.n),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
                        refused += 1;
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
            }
            (stored, refused)
        })
    };
    let faults = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            wire.cut().await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            wire.mend().await;
            // It is back when one call says so, and that must not take long.
            let since = Instant::now();
            let back = || {
                database
                    .read(|tx| Box::pin(async move { number(tx, "select 1::bigint as n").await }))
            };
            while back().await.is_err() {
                assert!(
                    since.elapsed() < Duration::from_secs(5),
                    "it does not come back"
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.store(true, Ordering::SeqCst);
    };
    let (told, ()) = tokio::join!(join_all((0..8).map(client)), faults);
    let refused: i32 = told.iter().map(|(_, refused)| refused).sum();
    let stored: BTreeSet<i64> = told.into_iter().flat_map(|(stored, _)| stored).collect();
    assert!(refused > 0, "nobody noticed");
    assert!(stored.len() > 100, "{}", stored.len());

    let lines = Repository::<Line>::new(Arc::clone(&database));
    let ids: Vec<i64> = stored.iter().copied().collect();
    let found = lines.find_all_by_id(&ids).await.unwrap();
    assert_eq!(found.len(), stored.len(), "what was confirmed is there");
    assert!(app.stop().await);
    schema.drop().await;
}
