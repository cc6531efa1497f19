//! `apps`: the apps that were compiled in, and which are installed.

use std::process::ExitCode;

use async_trait::async_trait;

use crate::app::discovery;
use crate::command::{Call, Command, Listing, Needs};

pub(super) struct Apps;

#[async_trait]
impl Command for Apps {
    fn name(&self) -> &'static str {
        "apps"
    }

    fn about(&self) -> &'static str {
        "List the apps that are compiled in, and which are installed"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        super::format_argument(command)
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> crate::Result<ExitCode> {
        let apps = call.app.apps();
        let mut listing = Listing::new(["app", "installed", "module", "components", "listeners"]);
        for app in apps.compiled() {
            let (components, listeners) = discovery::registered_in(apps, app.name);
            listing.row([
                app.name.into(),
                apps.is_installed(app.name).into(),
                app.module_path.into(),
                components.into(),
                listeners.into(),
            ]);
        }
        call.print_listing(&listing);
        Ok(ExitCode::SUCCESS)
    }
}
