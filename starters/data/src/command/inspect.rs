//! `savia db inspect`.

use std::process::ExitCode;

use savia_core::command::{Call, clap};
use savia_core::{Error, Result};

use super::database;
use crate::schema::{Catalogue, inspect};

pub(super) const NAME: &str = "inspect";

pub(super) fn arguments() -> clap::Command {
    clap::Command::new(NAME)
        .about("Write entities from the tables that the database has")
        .arg(
            clap::Arg::new("output")
                .long("output")
                .short('o')
                .value_name("FILE")
                .help("Write them there; a file that exists is left alone"),
        )
}

pub(super) async fn run(call: Call<'_>) -> Result<ExitCode> {
    let database = database(&call)?;
    let is = database
        .read(|tx| Box::pin(async move { Catalogue::read(tx).await }))
        .await?;
    let source = inspect(&is);
    let Some(file) = call.option::<String>("output")? else {
        call.print(source);
        return Ok(ExitCode::SUCCESS);
    };
    let cannot =
        |error: std::io::Error| Error::bad_request(format!("{file} cannot be written: {error}"));
    let mut out = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&file)
        .map_err(cannot)?;
    std::io::Write::write_all(&mut out, source.as_bytes()).map_err(cannot)?;
    call.print(file);
    Ok(ExitCode::SUCCESS)
}
