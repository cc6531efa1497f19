//! The options of a schedule.

use std::time::Duration;

use syn::LitStr;

use crate::shared::{Argument, unknown};
use crate::task::parse::{self, duration, text_or_key};

pub(super) const KNOWN: [&str; 11] = [
    "cron", "every", "zone", "missed", "overlap", "name", "queue", "retries", "backoff", "timeout",
    "priority",
];

/// What the author says of the schedule.
#[derive(Default)]
pub(super) struct Options {
    pub(super) task: parse::Options,
    pub(super) when: Option<Time>,
    pub(super) zone: Option<LitStr>,
    pub(super) run_once: bool,
    pub(super) overlap: bool,
}

/// When it is due: as is written, or as a key of the configuration says.
pub(super) enum Time {
    Cron {
        key: Option<LitStr>,
        text: Option<LitStr>,
    },
    Every {
        key: Option<LitStr>,
        period: Option<Duration>,
    },
}

impl Options {
    pub(super) fn take(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.name().as_str() {
            "cron" => {
                let (text, key) = text_or_key(argument, "cron = \"0 3 * * *\"")?;
                self.put(argument, Time::Cron { key, text })?;
            }
            "every" => {
                let (text, key) = text_or_key(argument, "every = \"30s\"")?;
                let period = text.as_ref().map(duration).transpose()?;
                self.put(argument, Time::Every { key, period })?;
            }
            "zone" => self.zone = Some(argument.text("zone = \"Europe/Berlin\"")?),
            "missed" => {
                let word = argument.text("missed = \"run_once\"")?;
                self.run_once = match word.value().as_str() {
                    "run_once" => true,
                    "skip" => false,
                    other => {
                        return Err(unknown("word", other, &["skip", "run_once"], word.span()));
                    }
                };
            }
            "overlap" => {
                argument.flag()?;
                self.overlap = true;
            }
            // An unfinished run keeps the next from being enqueued, so retries take from its time.
            _ => self.task.take(argument)?,
        }
        Ok(())
    }

    fn put(&mut self, argument: &Argument, when: Time) -> syn::Result<()> {
        if self.when.is_some() {
            let text = "`cron` and `every` on one function: it has one schedule";
            return Err(syn::Error::new(argument.name.span(), text));
        }
        self.when = Some(when);
        Ok(())
    }
}
