//! `create-admin`: the first account that may do everything.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use savia_core::command::{Call, Command, CommandRegistration, Needs, clap};
use savia_core::component::Location;
use savia_core::{Error, Result};

use crate::audit::{self, AuditEvent};
use crate::config::SecurityConfig;
use crate::user::normalized;
use crate::{Accounts, UserStore, encoding};

savia_core::__private::inventory::submit! {
    CommandRegistration {
        make: || Box::new(CreateAdmin),
        module_path: module_path!(),
        location: Location { file: file!(), line: line!() },
    }
}

struct CreateAdmin;

#[async_trait]
impl Command for CreateAdmin {
    fn name(&self) -> &'static str {
        "create-admin"
    }

    fn about(&self) -> &'static str {
        "Make an account that may do everything, or let one do so"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(
                clap::Arg::new("email")
                    .value_name("EMAIL")
                    .required(true)
                    .help("The address it logs in with"),
            )
            .arg(
                clap::Arg::new("role")
                    .long("role")
                    .value_name("ROLE")
                    .default_value("ADMIN")
                    .help("The role it is given; all who have it may then do everything"),
            )
            .arg(
                clap::Arg::new("password-stdin")
                    .long("password-stdin")
                    .action(clap::ArgAction::SetTrue)
                    .help("Read the password from standard input; without it one is made and shown once"),
            )
            .arg(
                clap::Arg::new("force")
                    .long("force")
                    .action(clap::ArgAction::SetTrue)
                    .help("Also where there is an account whose address nobody has proved"),
            )
    }

    fn needs(&self) -> Needs {
        Needs::Started
    }

    async fn run(&self, call: Call<'_>) -> Result<ExitCode> {
        let missing = || Error::bad_request("the security starter is off: `security.enabled`");
        let accounts: Arc<Accounts> = call.app.component().ok_or_else(missing)?;
        let users: Arc<dyn UserStore> = call.app.component().ok_or_else(missing)?;
        let security = call.app.config().section::<SecurityConfig>();
        if security.is_ok_and(|it| !it.store.has_users_in_database()) {
            call.print("users are kept in memory: this one ends with the command");
        }
        let email: String = call.argument("email")?;
        let role: String = call.argument("role")?;
        let email = normalized(&email)
            .ok_or_else(|| Error::bad_request(format!("{email:?} is no e-mail address")))?;
        if let Some(user) = users.by_email(&email).await? {
            // It may be somebody else who has registered with the operator's address.
            if !user.verified && !call.flag("force") {
                return Err(Error::conflict(format!(
                    "{email} has an account already, and its address is not proved: whoever made it knows \
                     its password. Have the address proved, or say `--force`"
                )));
            }
            accounts.set_permissions(&role, &["*".to_owned()]).await?;
            let mut roles = user.roles;
            if !roles.contains(&role) {
                roles.push(role.clone());
                accounts.set_roles(&user.id, &roles).await?;
                record(&user.id, &email, &role).await?;
            }
            call.print(format!(
                "{email} has an account; it has the role {role}, and its password stays"
            ));
            return Ok(ExitCode::SUCCESS);
        }
        accounts.set_permissions(&role, &["*".to_owned()]).await?;
        let given = call.flag("password-stdin");
        let password = if given { read()? } else { encoding::secret()? };
        let roles = std::slice::from_ref(&role);
        let user = accounts.create(&email, &password, roles).await?;
        record(&user.id, &email, &role).await?;
        call.print(format!("{email} has an account with the role {role}"));
        if !given {
            call.print(format!(
                "its password, which is shown this once: {password}"
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn record(user: &str, email: &str, role: &str) -> Result<()> {
    let event = AuditEvent::new("admin.created").object("user", user);
    audit::record(event.data("email", email).data("role", role)).await
}

/// A line of standard input. What stands on a command line stands in the shell's history.
fn read() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(Error::bad_request("there is no password on standard input"));
    }
    Ok(line.to_owned())
}
