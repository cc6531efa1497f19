//! `savia generate`.

use std::process::ExitCode;

use super::current_dir;
use crate::error::Result;
use crate::ops::generate::{self, Asked, Kind};
use crate::terminal;

/// Generates code, tests and a migration
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// What is stored, and the migration that makes its table
    Entity(Of),
    /// How an entity is found and stored
    Repository(Of),
    /// What is done with an entity
    Service(Of),
    /// What answers HTTP for an entity
    Controller(Of),
    /// All of these, with tests
    Resource(Of),
    /// A function that runs in the background
    Task(Task),
    /// Registration and login: what sends their mails, and tests
    Auth(Auth),
}

/// Behind the help of every one.
const TYPES: &str = "\
Types: string, text, int, bigint, float, decimal, bool, date, datetime, uuid, json,
references:Other. `?` behind one lets the value be missing, `!` says that no two are alike;
shells want quotes around them.

Examples:
  savia generate resource author name:string 'born:date?'
  savia generate resource book title:string 'isbn:string!' author:references:Author";

/// Of what it is generated.
#[derive(Debug, clap::Args)]
#[command(after_help = TYPES)]
struct Of {
    /// The entity, as one of its kind is called: product
    name: String,
    /// Its fields, each name:type; of a new entity
    #[arg(value_name = "FIELD:TYPE")]
    fields: Vec<String>,
    /// The app, which is made if it is not there [default: the plural of the name]
    #[arg(long)]
    app: Option<String>,
    /// Replaces files that were edited, where they have nothing else in them
    #[arg(long)]
    force: bool,
    /// Writes no migration
    #[arg(long)]
    no_migration: bool,
}

/// A function that runs in the background.
#[derive(Debug, clap::Args)]
struct Task {
    /// The function: send_receipt
    name: String,
    /// What is kept with each task, each name:type
    #[arg(value_name = "PARAMETER:TYPE")]
    parameters: Vec<String>,
    /// The app, which is made if it is not there [default: `home`, or the first there is]
    #[arg(long)]
    app: Option<String>,
}

/// Registration and login.
#[derive(Debug, clap::Args)]
struct Auth {
    /// The app, which is made [default: accounts]
    #[arg(long)]
    app: Option<String>,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let (kind, of) = match args.what {
        What::Entity(of) => (Kind::Entity, of),
        What::Repository(of) => (Kind::Repository, of),
        What::Service(of) => (Kind::Service, of),
        What::Controller(of) => (Kind::Controller, of),
        What::Resource(of) => (Kind::Resource, of),
        What::Task(task) => {
            let app = task.app.as_deref();
            let done = generate::task::make(&task.name, &task.parameters, app, &current_dir()?)?;
            terminal::print(format_args!("{done}\n"));
            return Ok(ExitCode::SUCCESS);
        }
        What::Auth(auth) => {
            let done = generate::auth::make(auth.app.as_deref(), &current_dir()?)?;
            terminal::print(format_args!("{done}\n"));
            return Ok(ExitCode::SUCCESS);
        }
    };
    let asked = Asked {
        kind,
        name: of.name,
        fields: of.fields,
        app: of.app,
        force: of.force,
    };
    let mut made = generate::make(&asked, &current_dir()?)?;
    terminal::print(made.summary());
    if !of.no_migration {
        made.migrate()?;
    }
    terminal::print(made.next());
    Ok(ExitCode::SUCCESS)
}
