//! A bar for people; nothing in a pipe, where cargo's own plain lines do.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cargo_metadata::Artifact;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::estimate;
use crate::ops::project::Project;
use crate::terminal;

/// A build that has nothing to do is over before anybody needs to see it.
const UNNOTICED: Duration = Duration::from_millis(400);

const TICK: Duration = Duration::from_millis(120);

/// Before it is known how much there is to do.
const SPINNER: &str = "{prefix:>12.green.bold} {spinner} {elapsed} {wide_msg:.dim}";

/// How far of it we are.
const BAR: &str = "{prefix:>12.green.bold} [{bar:25}] {pos}/{len} {elapsed} {wide_msg:.dim}";

/// How far a build has come.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    estimated: Arc<AtomicBool>,
}

impl Progress {
    /// A bar where a person watches.
    pub(crate) fn for_terminal() -> Self {
        let hidden = || {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_style(style(SPINNER))
                .with_prefix("Building")
                .with_message("resolving and downloading")
        };
        Self {
            bar: terminal::is_interactive().then(hidden),
            estimated: Arc::default(),
        }
    }

    /// Whether there is a bar to draw.
    pub(super) fn draws(&self) -> bool {
        self.bar.is_some()
    }

    /// Shows the bar once there is something to wait for.
    pub(super) fn begin(&self) {
        let Some(bar) = self.bar.clone() else { return };
        thread::spawn(move || {
            thread::sleep(UNNOTICED);
            if !bar.is_finished() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(TICK);
            }
        });
    }

    /// A crate is done, or the build script of one.
    pub(super) fn step(&self, artifact: &Artifact, project: &Project) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        // Every build script is called alike.
        if !artifact.target.is_custom_build() {
            bar.set_message(artifact.target.name.clone());
        }
        // The estimate needs what cargo has resolved and downloaded by now, and is of use only
        // where something is compiled.
        if !artifact.fresh && !self.estimated.swap(true, Ordering::Relaxed) {
            let (bar, root, name) = (bar.clone(), project.root.clone(), project.name.clone());
            thread::spawn(move || {
                if let Some(steps) = estimate::steps(&root, &name) {
                    bar.set_length(steps);
                    bar.set_style(style(BAR));
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

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_valid() {
        for template in [SPINNER, BAR] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
