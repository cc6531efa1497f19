//! `config` and `config explain KEY`: every value and where it came from.

use std::process::ExitCode;

use async_trait::async_trait;

use crate::command::{Call, Command, Format, Listing, Needs};

pub(super) struct ConfigCommand;

#[async_trait]
impl Command for ConfigCommand {
    fn name(&self) -> &'static str {
        "config"
    }

    fn about(&self) -> &'static str {
        "List the configuration, or explain one key: its value, its source, what it overrode"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        super::format_argument(command).subcommand(
            super::format_argument(clap::Command::new("explain"))
                .about("Explain a key, or every key of a section")
                .arg(clap::Arg::new("key").value_name("KEY").required(true)),
        )
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> crate::Result<ExitCode> {
        if let Some(("explain", matches)) = call.matches.subcommand() {
            return explain(&Call {
                app: call.app,
                matches,
            });
        }
        let mut listing = Listing::new(["key", "value", "source"]);
        for entry in call.app.config().entries() {
            listing.row([
                entry.key.into(),
                entry.value,
                entry.source.to_string().into(),
            ]);
        }
        call.print_listing(&listing);
        Ok(ExitCode::SUCCESS)
    }
}

fn explain(call: &Call<'_>) -> crate::Result<ExitCode> {
    let key: String = call.argument("key")?;
    let explanation = call
        .app
        .config()
        .explain(&key)
        .ok_or_else(|| unknown(call, &key))?;
    call.print(match call.format() {
        Format::Json => serde_json::to_string_pretty(&explanation)?,
        Format::Table => explanation.to_string(),
    });
    Ok(ExitCode::SUCCESS)
}

fn unknown(call: &Call<'_>, key: &str) -> crate::Error {
    let declared = call.app.config().declared();
    let known = declared.keys().into_iter().map(|known| known.key.as_str());
    crate::Error::bad_request(match crate::error::did_you_mean(key, known) {
        Some(near) => format!("no key `{key}` is declared; did you mean `{near}`?"),
        None => format!("no key `{key}` is declared; `savia config` lists those that are"),
    })
}
