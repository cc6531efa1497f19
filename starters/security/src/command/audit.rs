//! `audit verify`: whether the records are whole.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use savia_core::command::{Call, Command, CommandRegistration, Needs, clap};
use savia_core::component::Location;
use savia_core::{Error, Result};

use crate::audit::{self, AuditSink, Head, Verified};
use crate::config::SecurityConfig;

savia_core::__private::inventory::submit! {
    CommandRegistration {
        make: || Box::new(Audit),
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
    }
}

struct Audit;

#[async_trait]
impl Command for Audit {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn about(&self) -> &'static str {
        "Verify the audit log"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        let verify = clap::Command::new("verify")
            .about("Name the first record that was altered, removed, put in or moved; exit 1 where there is one")
            .arg(
                clap::Arg::new("file")
                    .long("file")
                    .value_name("FILE")
                    .help("A file of records; without it, where the application records"),
            )
            .arg(
                clap::Arg::new("head")
                    .long("head")
                    .value_name("SEQ:HASH")
                    .help("A record that was noted elsewhere, as this command says it: the chain has to hold it"),
            );
        command.subcommand_required(true).subcommand(verify)
    }

    fn needs(&self) -> Needs {
        Needs::Ready
    }

    async fn run(&self, call: Call<'_>) -> Result<ExitCode> {
        let Some((_, matches)) = call.matches.subcommand() else {
            return Err(Error::bad_request("`audit verify`"));
        };
        let call = Call {
            app: call.app,
            matches,
        };
        let config = call.app.config();
        let security = config.section::<SecurityConfig>();
        let security =
            security.map_err(|_| Error::bad_request("the section `security` cannot be read"))?;
        let noted = call.option::<String>("head")?;
        let noted = noted.as_deref().map(Head::noted).transpose()?;
        let verdict = match call.option::<PathBuf>("file")? {
            Some(file) => audit::verify_file(file, audit::key(&security.audit), noted).await?,
            None => {
                let sink: Option<Arc<dyn AuditSink>> = call.app.component();
                let missing =
                    || Error::bad_request("the security starter is off: `security.enabled`");
                sink.ok_or_else(missing)?.verify(noted).await?
            }
        };
        let verified = match verdict {
            Ok(verified) => verified,
            Err(fault) => {
                call.print(fault);
                return Ok(ExitCode::FAILURE);
            }
        };
        call.print(told(&verified));
        if security.audit.key.is_none() {
            call.print(
                "there is no `security.audit.key`: who can write the records could have written them all anew",
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(verified: &Verified) -> String {
    match verified.first {
        None => "there are no records".to_owned(),
        Some(first) => format!(
            "records {first} to {} are whole; the last is {}",
            verified.head.seq,
            verified.noted()
        ),
    }
}
