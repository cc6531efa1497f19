//! 1,000 components: found, checked and built.

#![allow(
    unreachable_pub,
    missing_docs,
    reason = "a thousand components that only a macro names"
)]
// A benchmark talks on the terminal, and one that cannot go on had better stop.
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::sync::Arc;
use std::time::Instant;

use savia::config::Sources;
use savia::container::Overrides;
use savia::lifecycle::Application;
use savia::service;

const STARTS: usize = 30;

/// A component that others are made of.
macro_rules! component {
    ($name:ident) => {
        #[service]
        pub struct $name {}
    };
    ($name:ident: $($field:ident $dependency:ident),+) => {
        #[service]
        pub struct $name { $(pub $field: Arc<$dependency>),+ }
    };
}

/// Ten components that need one another, as controllers need services and those repositories.
macro_rules! ten {
    ($($module:ident)*) => { $(
        pub mod $module {
            use super::*;
            component!(A);
            component!(B: a A);
            component!(C: a A, b B);
            component!(D: b B, c C);
            component!(E: a A, d D);
            component!(F: c C, e E);
            component!(G: a A, b B, c C);
            component!(H: f F, g G);
            component!(I: g G, h H);
            component!(J: a A, e E, i I);
        }
    )* };
}

macro_rules! hundred {
    ($($module:ident)*) => { $(
        pub mod $module {
            use super::*;
            ten!(m0 m1 m2 m3 m4 m5 m6 m7 m8 m9);
        }
    )* };
}

#[allow(
    dead_code,
    reason = "injected, which is what is measured, and not used"
)]
mod components {
    use super::*;
    hundred!(c0 c1 c2 c3 c4 c5 c6 c7 c8 c9);
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let mut times: Vec<(f64, f64)> = Vec::new();
    for _ in 0..STARTS {
        let sources = Sources::in_dir(folder.path()).set("server.enabled", "false");
        let configured = Application::configure(sources).expect("a configuration");
        let started = Instant::now();
        let discovered = configured.discover(Overrides::default());
        let checked = started.elapsed();
        let ready = runtime.block_on(discovered.build()).expect("no faults");
        let built = started.elapsed();
        assert!(
            ready
                .handle()
                .component::<components::c9::m9::J>()
                .is_some()
        );
        times.push((checked.as_secs_f64() * 1e3, built.as_secs_f64() * 1e3));
    }
    let first = times[0];
    times.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (checked, built) = times[times.len() / 2];
    println!("1,000 components, {STARTS} starts in one process (ms):");
    println!("  median: found and checked {checked:.2}, and built {built:.2} in all");
    println!(
        "  first:  found and checked {:.2}, and built {:.2} in all",
        first.0, first.1
    );
}
