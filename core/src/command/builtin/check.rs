//! `check`: everything that would keep the application from starting, without starting it.

use std::io::IsTerminal;
use std::process::ExitCode;

use async_trait::async_trait;

use super::FAULTS;
use crate::command::{Call, Command, Format, Needs};
use crate::error::diagnosis::{render, told_once};

pub(super) struct Check;

#[async_trait]
impl Command for Check {
    fn name(&self) -> &'static str {
        "check"
    }

    fn about(&self) -> &'static str {
        "Find what would keep the application from starting; exit 1 on any finding"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        let command = command.arg(
            clap::Arg::new("production")
                .long("production")
                .action(clap::ArgAction::SetTrue)
                .help("Hold it against the strict rules of profile prod too"),
        );
        super::format_argument(command)
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> crate::Result<ExitCode> {
        let mut found = FAULTS
            .try_with(|faults| faults.borrow().clone())
            .unwrap_or_default();
        let mut errors = found.errors;
        let production = call.flag("production") || call.app.config().is_prod();
        errors.extend(crate::check::run(call.app, production));
        // What does not hold together by itself is not to be held against anything else.
        if errors.is_empty() {
            let findings = crate::check::inspect(call.app, production).await;
            errors.extend(findings.errors);
            found.warnings.extend(findings.warnings);
        }
        told_once(&mut errors);
        if call.format() == Format::Json {
            call.print(serde_json::to_string_pretty(&serde_json::json!({
                "errors": errors,
                "warnings": found.warnings,
            }))?);
        } else {
            let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            for warning in &found.warnings {
                call.print(format!("warning: {}", warning.line()));
            }
            call.print(if errors.is_empty() {
                "everything is in order".to_owned()
            } else {
                render(&errors, colour)
            });
        }
        Ok(if errors.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
