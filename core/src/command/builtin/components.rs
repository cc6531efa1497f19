//! `components`: what is live in the container.

use std::process::ExitCode;

use async_trait::async_trait;
use serde_json::Value;

use crate::command::{Call, Command, Listing, Needs};
use crate::component::Wants;
use crate::container::short;

pub(super) struct Components;

#[async_trait]
impl Command for Components {
    fn name(&self) -> &'static str {
        "components"
    }

    fn about(&self) -> &'static str {
        "List the components, what they provide and what they ask for"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        super::format_argument(command)
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> crate::Result<ExitCode> {
        let mut listing = Listing::new([
            "component",
            "stereotype",
            "owner",
            "provides",
            "needs",
            "location",
        ]);
        for entry in call.app.registry().entries() {
            let needs: Vec<Value> = entry
                .points
                .iter()
                .map(|point| match &point.wants {
                    Wants::One(interface) => short(interface.name).into(),
                    Wants::Optional(interface) => format!("{}?", short(interface.name)).into(),
                    Wants::All(interface) => format!("{}*", short(interface.name)).into(),
                    Wants::Value(value) => format!("${{{}}}", value.key).into(),
                })
                .collect();
            listing.row([
                short(&entry.name).into(),
                serde_json::to_value(entry.options.stereotype)?,
                entry.owner.to_string().into(),
                entry
                    .provides()
                    .map(|name| short(name).into())
                    .collect::<Vec<Value>>()
                    .into(),
                needs.into(),
                entry
                    .location
                    .map_or(Value::Null, |location| location.to_string().into()),
            ]);
        }
        call.print_listing(&listing);
        Ok(ExitCode::SUCCESS)
    }
}
