//! What the macros' code names, as `::savia::__private::tasks::…`.

pub use std::time::Duration;

pub use crate::options::{Backoff, TaskOptions, Uniqueness};
pub use crate::registration::TaskRegistration;
pub use crate::runner::{Failure, Given, Returned, Runner, TaskOutcome};
pub use crate::schedule::{Missed, ScheduleRegistration, When};
pub use crate::{Task, TaskCall, TaskContext};

/// Refuses a literal that is no cron expression while the program is compiled.
///
/// # Panics
///
/// With what is wrong.
#[allow(
    clippy::panic,
    reason = "it is only called while the program is compiled"
)]
pub const fn cron(text: &str) {
    if let Err(wrong) = crate::schedule::Cron::parse(text) {
        panic!("{}", wrong);
    }
}

/// What makes two calls equal, where they are unique by some of their arguments.
pub fn key(parts: &[&dyn erased::Part]) -> Option<String> {
    let texts: Vec<_> = parts.iter().map(|part| part.text()).collect();
    Some(texts.join("\u{1f}"))
}

/// Arguments of any type, as texts.
pub mod erased {
    /// An argument as text.
    pub trait Part {
        /// As JSON; empty where it cannot be written.
        fn text(&self) -> String;
    }

    impl<T: serde::Serialize> Part for T {
        fn text(&self) -> String {
            serde_json::to_string(self).unwrap_or_default()
        }
    }
}
