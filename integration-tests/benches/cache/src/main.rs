//! A hit of a `#[cached]` function against a `get` of moka by hand, and hit rates under a Zipf load.
//!
//! Both run in turns, many times, so that what disturbs one disturbs the other; the ratio is the
//! median of the turns' ratios. `cargo run --release`, or with a name (`sync`, `async`, `zipf`) one
//! part; `profile` runs hits of ours alone, for a profiler.

mod subject;
mod zipf;

use std::future::Future;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use savia::Context;
use savia::config::Sources;
use savia::container::Overrides;
use savia::context::ContextKind;
use savia::lifecycle::Application;
use subject::Post;

const ENTRIES: i64 = 10_000;
const TURNS: usize = 41;
const GETS: i64 = 100_000;

/// The limit that a hit is held against.
const LIMIT: f64 = 1.3;

fn main() {
    let part = std::env::args().nth(1).unwrap_or_default();
    let runtime = savia::tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = std::env::temp_dir();
    let app = runtime.block_on(async {
        let sources = Sources::in_dir(&folder).over("cache.max_entries", i64::from(20_000));
        let application = Application::configure(sources).expect("it is configured");
        let application = application.discover(Overrides::default());
        application
            .build()
            .await
            .expect("it is built")
            .start()
            .await
            .expect("it starts")
    });
    let context = Context::new(app.handle().clone(), ContextKind::Test);
    let wanted = |name: &str| part.is_empty() || part == name;
    if wanted("sync") {
        context.sync_scope(synchronous);
    }
    if wanted("async") {
        runtime.block_on(context.clone().scope(asynchronous()));
    }
    if wanted("zipf") {
        context.sync_scope(zipf::run);
    }
    if part == "profile" {
        context.sync_scope(|| {
            fill();
            for id in keys(50_000) {
                black_box(subject::shared(id));
            }
        });
    }
    if part == "profile-moka" {
        let map = by_hand();
        for id in keys(50_000) {
            black_box(map.get(&id));
        }
    }
}

fn by_hand() -> moka::sync::Cache<i64, Arc<Post>> {
    let map = moka::sync::Cache::builder()
        .max_capacity(20_000)
        .time_to_live(Duration::from_secs(3600))
        .build();
    for id in 0..ENTRIES {
        map.insert(id, Arc::new(Post::of(id)));
    }
    map.run_pending_tasks();
    map
}

fn fill() {
    for id in 0..ENTRIES {
        subject::shared(id);
        subject::number(id);
        subject::text("posts", id);
    }
}

/// Keys in an order that no cache of the processor foresees.
fn keys(count: i64) -> impl Iterator<Item = i64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..count).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % ENTRIES as u64) as i64
    })
}

fn timed(mut get: impl FnMut(i64)) -> f64 {
    let since = Instant::now();
    for id in keys(GETS) {
        get(id);
    }
    since.elapsed().as_secs_f64() * 1e9 / GETS as f64
}

fn synchronous() {
    fill();
    let arcs = by_hand();
    let numbers = moka::sync::Cache::builder()
        .max_capacity(20_000)
        .time_to_live(Duration::from_secs(3600))
        .build();
    let texts = moka::sync::Cache::builder()
        .max_capacity(20_000)
        .time_to_live(Duration::from_secs(3600))
        .build();
    for id in 0..ENTRIES {
        numbers.insert(id, id * 2);
        texts.insert(("posts".to_owned(), id), format!("posts {id}"));
    }
    report("sync, Arc", || {
        (
            timed(|id| drop(black_box(arcs.get(&id)))),
            timed(|id| drop(black_box(subject::shared(id)))),
        )
    });
    report("sync, i64", || {
        (
            timed(|id| {
                black_box(numbers.get(&id));
            }),
            timed(|id| {
                black_box(subject::number(id));
            }),
        )
    });
    report("sync, String, two parameters", || {
        (
            timed(|id| drop(black_box(texts.get(&("posts".to_owned(), id))))),
            timed(|id| drop(black_box(subject::text("posts", id)))),
        )
    });
}

async fn asynchronous() {
    let map = moka::future::Cache::builder()
        .max_capacity(20_000)
        .time_to_live(Duration::from_secs(3600))
        .build();
    for id in 0..ENTRIES {
        map.insert(id, Arc::new(Post::of(id))).await;
        subject::shared_async(id).await;
    }
    let map = &map;
    let mut pairs = Vec::new();
    for _ in 0..TURNS {
        let direct = timed_async(|id| async move { map.get(&id).await }).await;
        let cached = timed_async(subject::shared_async).await;
        pairs.push((direct, cached));
    }
    show("async, Arc", pairs);
}

async fn timed_async<T, F: Future<Output = T>>(get: impl Fn(i64) -> F) -> f64 {
    let since = Instant::now();
    for id in keys(GETS) {
        black_box(get(id).await);
    }
    since.elapsed().as_secs_f64() * 1e9 / GETS as f64
}

fn report(name: &str, mut turn: impl FnMut() -> (f64, f64)) {
    show(name, (0..TURNS).map(|_| turn()).collect());
}

fn show(name: &str, pairs: Vec<(f64, f64)>) {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let direct = median(pairs.iter().map(|it| it.0).collect());
    let cached = median(pairs.iter().map(|it| it.1).collect());
    let ratio = median(pairs.iter().map(|it| it.1 / it.0).collect());
    let verdict = if ratio <= LIMIT { "kept" } else { "MISSED" };
    println!("{name}: moka {direct:.0} ns, #[cached] {cached:.0} ns, {ratio:.2} times; {LIMIT} is {verdict}");
}
