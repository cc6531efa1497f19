//! A bar for people; nothing in a pipe, where cargo's own plain lines do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::estimate;
use crate::ops::project::Project;
use crate::terminal;

/// How far a build has come.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    estimating: Arc<AtomicBool>,
}

impl Progress {
    /// A bar where a person watches.
    pub(crate) fn for_terminal() -> Self {
        Self {
            bar: terminal::is_interactive().then(bar),
            estimating: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Whether there is a bar to draw.
    pub(super) fn draws(&self) -> bool {
        self.bar.is_some()
    }

    /// A crate is done.
    pub(super) fn step(&self, krate: &str, fresh: bool, project: &Project) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if fresh {
            return;
        }
        // From here on there is something to wait for. The estimate needs what cargo has resolved
        // and downloaded by now, and takes a moment of its own.
        bar.set_message(krate.to_owned());
        if !self.estimating.swap(true, Ordering::Relaxed) {
            bar.enable_steady_tick(Duration::from_millis(120));
            let (bar, root, name) = (bar.clone(), project.root.clone(), project.name.clone());
            thread::spawn(move || {
                if let Some(steps) = estimate::steps(&root, &name) {
                    bar.set_length(steps);
                }
            });
        }
    }

    /// A build script has run.
    pub(super) fn script(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Shows a line of cargo's or the compiler's.
    pub(super) fn say(&self, line: &str) {
        use std::io::Write;
        let show = || {
            let _ = writeln!(anstream::stderr(), "{line}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(show),
            None => show(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let template = "{prefix:>12.green.bold} [{bar:25}] {pos}/{len} {elapsed} {wide_msg:.dim}";
    let style = ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ");
    ProgressBar::no_length()
        .with_style(style)
        .with_prefix("Building")
}
