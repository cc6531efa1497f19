//! The commands of the project's binary that know about routes: `routes` and `openapi`.

mod openapi;
mod routes;

use savia_core::command::clap;

/// `--format`, as every listing has it.
fn format_argument(command: clap::Command) -> clap::Command {
    command.arg(
        clap::Arg::new("format")
            .long("format")
            .value_parser(["table", "json"])
            .default_value("table")
            .help("How to write the listing"),
    )
}
