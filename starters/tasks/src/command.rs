//! `savia tasks`: what there is to run, what waits, and what is to become of it.

mod act;
mod listings;

use std::process::ExitCode;

use async_trait::async_trait;
use savia_core::command::clap::{Arg, ArgAction, ArgMatches, Command as Clap, value_parser};
use savia_core::command::{Call, Command, CommandRegistration, Needs, format_argument};
use savia_core::component::Location;
use savia_core::tasks::TaskState;
use savia_core::{Error, Result};

savia_core::__private::inventory::submit! {
    CommandRegistration {
        make: || Box::new(TasksCommand),
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
    }
}

/// `tasks`.
struct TasksCommand;

#[async_trait]
impl Command for TasksCommand {
    fn name(&self) -> &'static str {
        "tasks"
    }

    fn about(&self) -> &'static str {
        "Task functions and schedules; and list, show, retry, cancel, purge, stats, pause, resume"
    }

    fn arguments(&self, command: Clap) -> Clap {
        let id = || Arg::new("id").required(true).value_name("ID");
        let queue = || Arg::new("queue").required(true).value_name("QUEUE");
        format_argument(command)
            .subcommand(
                format_argument(filtered(
                    Clap::new("list").about("Tasks in the queue, the oldest first"),
                ))
                .arg(
                    Arg::new("limit")
                        .long("limit")
                        .value_name("COUNT")
                        .default_value("100")
                        .value_parser(value_parser!(u32))
                        .help("At most so many, up to 1,000"),
                )
                .arg(
                    Arg::new("after")
                        .long("after")
                        .value_name("ID")
                        .help("Only those enqueued after this one"),
                ),
            )
            .subcommand(
                format_argument(Clap::new("show").about("One task, with all that is known of it"))
                    .arg(id()),
            )
            .subcommand(
                filtered(
                    Clap::new("retry")
                        .about("Lets a task run again; without an id, all dead letters that fit"),
                )
                .arg(Arg::new("id").value_name("ID")),
            )
            .subcommand(
                Clap::new("cancel")
                    .about("Keeps a task from running")
                    .arg(id()),
            )
            .subcommand(
                filtered(Clap::new("purge").about("Forgets tasks that came to an outcome")).arg(
                    Arg::new("yes")
                        .long("yes")
                        .action(ArgAction::SetTrue)
                        .help("Also without a filter"),
                ),
            )
            .subcommand(format_argument(
                Clap::new("stats").about("How many tasks each queue has in each state"),
            ))
            .subcommand(
                Clap::new("pause")
                    .about("Lets nobody take tasks from a queue")
                    .arg(queue()),
            )
            .subcommand(
                Clap::new("resume")
                    .about("Lets tasks be taken from a queue again")
                    .arg(queue()),
            )
    }

    fn needs(&self) -> Needs {
        Needs::Started
    }

    fn needs_for(&self, matches: &ArgMatches) -> Needs {
        match matches.subcommand() {
            // What is compiled in is known without connecting to anything.
            None => Needs::Discovered,
            Some(_) => Needs::Started,
        }
    }

    async fn run(&self, call: Call<'_>) -> Result<ExitCode> {
        let Some((name, matches)) = call.matches.subcommand() else {
            return listings::functions(call);
        };
        let call = Call {
            app: call.app,
            matches,
        };
        match name {
            "list" => listings::list(call).await,
            "show" => listings::show(call).await,
            "stats" => listings::stats(call).await,
            "retry" => act::retry(call).await,
            "cancel" => act::cancel(call).await,
            "purge" => act::purge(call).await,
            "pause" => act::set_paused(call, true).await,
            "resume" => act::set_paused(call, false).await,
            other => Err(Error::bad_request(format!("there is no `tasks {other}`"))),
        }
    }
}

/// The arguments by which tasks are chosen.
fn filtered(command: Clap) -> Clap {
    let states = TaskState::ALL.map(TaskState::word);
    command
        .arg(
            Arg::new("queue")
                .long("queue")
                .value_name("QUEUE")
                .help("Only of this queue"),
        )
        .arg(
            Arg::new("name")
                .long("name")
                .value_name("NAME")
                .help("Only of this name"),
        )
        .arg(
            Arg::new("state")
                .long("state")
                .value_name("STATE")
                .value_parser(states)
                .help("Only in this state"),
        )
}
