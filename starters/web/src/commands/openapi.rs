//! `openapi`: the OpenAPI document without a server.

use std::process::ExitCode;

use async_trait::async_trait;
use savia_core::command::{Call, Command, CommandRegistration, Needs, clap};
use savia_core::component::Location;

savia_core::__private::inventory::submit! {
    CommandRegistration {
        make: || Box::new(OpenApi),
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
    }
}

struct OpenApi;

#[async_trait]
impl Command for OpenApi {
    fn name(&self) -> &'static str {
        "openapi"
    }

    fn about(&self) -> &'static str {
        "Write the OpenAPI document"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(
            clap::Arg::new("output")
                .long("output")
                .short('o')
                .value_name("FILE")
                .help("Write it there instead of to standard output"),
        )
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> savia_core::Result<ExitCode> {
        let document = format!("{:#}\n", crate::openapi::document(call.app)?);
        match call.option::<String>("output")? {
            Some(file) => std::fs::write(&file, document).map_err(|error| {
                savia_core::Error::internal(format!("{file} cannot be written: {error}"))
            })?,
            None => call.print(document),
        }
        Ok(ExitCode::SUCCESS)
    }
}
