//! `routes`: which handler answers what.

use std::process::ExitCode;

use async_trait::async_trait;
use savia_core::command::{Call, Command, CommandRegistration, Listing, Needs, clap};
use savia_core::component::Location;
use savia_core::error::StartupError;

use crate::route::{PlannedRoute, RouteTable};

savia_core::__private::inventory::submit! {
    CommandRegistration {
        make: || Box::new(Routes),
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
    }
}

struct Routes;

#[async_trait]
impl Command for Routes {
    fn name(&self) -> &'static str {
        "routes"
    }

    fn about(&self) -> &'static str {
        "List the routes, who answers them and who may call"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        savia_core::command::format_argument(command)
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> savia_core::Result<ExitCode> {
        let routes = RouteTable::collect(call.app).map_err(StartupError::from)?;
        call.print_listing(&listing(&routes));
        Ok(ExitCode::SUCCESS)
    }
}

/// The routes in the table's order: by path, then by method.
fn listing(routes: &[PlannedRoute]) -> Listing {
    let mut listing = Listing::new(["method", "path", "handler", "app", "access", "location"]);
    for PlannedRoute { route, .. } in routes {
        let access = match &route.meta.access {
            Some(rule) => rule.to_string().into(),
            None if route.meta.public => "public".into(),
            None => serde_json::Value::Null,
        };
        listing.row([
            route.method.as_str().into(),
            route.pattern.as_str().into(),
            route.name().into(),
            route.app.into(),
            access,
            route.location.to_string().into(),
        ]);
    }
    listing
}
