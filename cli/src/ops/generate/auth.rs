//! Generates an app for accounts: what sends their mails, and tests of logging in.

use std::path::Path;

use minijinja::context;

use super::rustfmt;
use crate::error::{CliError, Result};
use crate::ops::change_set::ChangeSet;
use crate::ops::new_app;
use crate::ops::project::Project;
use crate::ops::{templates, tree};

/// What the app is called unless it is said.
const APP: &str = "accounts";
const MODULE: &str = "messenger";

/// Generates it, all or nothing; says what became of it.
///
/// # Errors
///
/// When the project has no security starter, when the app or the tests are there already, when something
/// cannot be written.
pub(crate) fn make(app: Option<&str>, here: &Path) -> Result<String> {
    let name = app.unwrap_or(APP);
    let checked = new_app::checked_name(name)?;
    let project = Project::find(here)?;
    if !project.has_feature("security")? {
        return Err(CliError::WithoutStarter {
            starter: "security",
        });
    }
    let test = format!("tests/{name}.rs");
    if project.root.join(&test).exists() {
        return Err(CliError::Exists {
            path: project.root.join(&test),
            help: "choose another name: `savia generate auth --app NAME`".to_owned(),
        });
    }
    let mut changes = ChangeSet::new(&project.root);
    new_app::plan(&project, &checked, &[MODULE], &mut changes)?;
    let files = [
        (
            format!("src/apps/{name}/{MODULE}.rs"),
            include_str!("../../../templates/auth/messenger.rs.j2"),
        ),
        (test, include_str!("../../../templates/auth/test.rs.j2")),
    ];
    for (path, text) in files {
        let code = templates::text(&path, text, &context! {})?;
        changes.create(path, rustfmt::formatted(code, &project.root));
    }
    changes.apply()?;
    let created = tree::draw(".", changes.created());
    Ok(format!(
        "{created}\nNext:\n  cargo test --test {name}\n  savia create-admin you@example.com\n  \
         savia run --watch, then POST /auth/register and /auth/login\n"
    ))
}
