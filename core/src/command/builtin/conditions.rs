//! `conditions`: which conditions matched, which did not, and why.

use std::process::ExitCode;

use async_trait::async_trait;

use crate::command::{Call, Command, Listing, Needs};
use crate::container::short;

pub(super) struct Conditions;

#[async_trait]
impl Command for Conditions {
    fn name(&self) -> &'static str {
        "conditions"
    }

    fn about(&self) -> &'static str {
        "List which auto-configurations and conditional components matched, and why"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        super::format_argument(command)
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> crate::Result<ExitCode> {
        let mut listing = Listing::new(["name", "matched", "why"]);
        for entry in &call.app.conditions().entries {
            let why: Vec<_> = entry
                .outcomes
                .iter()
                .map(|outcome| outcome.message.clone())
                .collect();
            let why = if why.is_empty() {
                "no condition".to_owned()
            } else {
                why.join("; ")
            };
            listing.row([short(&entry.name).into(), entry.matched.into(), why.into()]);
        }
        call.print_listing(&listing);
        Ok(ExitCode::SUCCESS)
    }
}
