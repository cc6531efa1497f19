//! Looks at what a build needs, and at what a project has.

mod findings;
mod lock_file;
mod machine;
mod port;

use std::path::Path;

pub(crate) use findings::Diagnosis;

use super::project::Project;
use crate::error::CliError;
use findings::{Finding, fail, ok, warn};

/// Looks at the machine, and at the project around a folder where there is one.
pub(crate) fn examine(folder: &Path) -> Diagnosis {
    let mut findings = machine::examine();
    match Project::find(folder) {
        Ok(project) => {
            findings.push(ok(
                "project",
                format!("`{}` in {}", project.name, project.root.display()),
            ));
            findings.push(configuration(&project));
            findings.extend(lock_file::examine(&project));
            findings.push(port::examine(&project));
        }
        Err(CliError::NoProject { .. }) => findings.push(warn(
            "project",
            "none around this folder; only the machine was looked at",
            "go into a project to have it looked at as well",
        )),
        Err(error) => {
            let help = error
                .help()
                .unwrap_or_else(|| "mend the manifest".to_owned());
            findings.push(fail("project", error.to_string(), help));
        }
    }
    Diagnosis::new(findings)
}

fn configuration(project: &Project) -> Finding {
    let path = project.configuration();
    if path.is_file() {
        ok(
            "configuration",
            "application.yaml is there; `savia check` reads it",
        )
    } else {
        warn(
            "configuration",
            format!("no application.yaml in {}", project.root.display()),
            "make one; `installed_apps` in it says which apps are live",
        )
    }
}
