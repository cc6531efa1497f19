//! Makes an app: its files, its line in the code, its place in `installed_apps`.

pub(crate) mod crate_lines;
mod installed_apps;
pub(crate) mod module_line;

use std::path::Path;

use minijinja::context;

use super::change_set::ChangeSet;
use super::project::Project;
use super::{name, templates, tree};
use crate::error::{CliError, Result};
use crate::terminal;

/// What a new app has, so that there is something to see.
const DEMO: &[&str] = &["controllers", "services"];

/// The name of an app, checked.
#[derive(Debug, Clone)]
pub(crate) struct AppName(String);

impl AppName {
    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What was made.
pub(crate) struct Made {
    app: String,
    created: Vec<String>,
    edited: Vec<String>,
}

/// Checks the name of an app.
///
/// # Errors
///
/// When it cannot be one.
pub(crate) fn checked_name(name: &str) -> Result<AppName> {
    name::check_app(name)?;
    Ok(AppName(name.to_owned()))
}

/// Makes the app, all of it or none.
///
/// # Errors
///
/// When there is one of that name, when a file to edit has a form beyond us, when something cannot
/// be written.
pub(crate) fn make(project: &Project, AppName(app): AppName, as_crate: bool) -> Result<Made> {
    refuse_existing(project, &app, &[format!("tests/{app}.rs")])?;
    let mut changes = ChangeSet::new(&project.root);
    let values = values(project, &app, as_crate, DEMO)?;
    if as_crate {
        templates::render(templates::APP_CRATE, &values, &mut changes)?;
        if project.has_feature("data")? {
            changes.create(format!("apps/{app}/build.rs"), templates::BUILD);
        }
        crate_lines::depend(project, &app, &mut changes)?;
    } else {
        templates::render(templates::APP, &values, &mut changes)?;
        declare(project, &app, &mut changes)?;
    }
    install(project, &app, &mut changes)?;
    changes.apply()?;
    mention_other_lists(project, &app);
    Ok(Made {
        app,
        created: changes.created().map(str::to_owned).collect(),
        edited: changes
            .edited()
            .map(|path| path.display().to_string())
            .collect(),
    })
}

/// Plans an app with these modules, whose files the caller plans.
///
/// # Errors
///
/// When something of that name stands in the way, when a file to edit has a form beyond us.
pub(crate) fn plan(
    project: &Project,
    AppName(app): &AppName,
    modules: &[&str],
    changes: &mut ChangeSet,
) -> Result<()> {
    refuse_existing(project, app, &[])?;
    let values = values(project, app, false, modules)?;
    templates::render(templates::EMPTY_APP, &values, changes)?;
    declare(project, app, changes)?;
    install(project, app, changes)
}

/// What [`make`] wrote: each path and its text.
///
/// # Errors
///
/// When a manifest cannot be read.
pub(crate) fn demo(project: &Project, app: &str, as_crate: bool) -> Result<Vec<(String, String)>> {
    let templates = match as_crate {
        true => templates::APP_CRATE,
        false => templates::APP,
    };
    let mut rendered = ChangeSet::new(&project.root);
    let values = values(project, app, as_crate, DEMO)?;
    templates::render(templates, &values, &mut rendered)?;
    Ok(rendered
        .created_texts()
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect())
}

fn values(
    project: &Project,
    app: &str,
    as_crate: bool,
    modules: &[&str],
) -> Result<minijinja::Value> {
    Ok(context! {
        app,
        modules => modules.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(),
        type_name => type_name(app),
        in_crate => as_crate,
        data => project.has_feature("data")?,
        security => project.has_feature("security")?,
        rust => super::toolchain::MINIMUM_RUST,
        dependencies => if as_crate { crate_lines::dependencies(project)? } else { String::new() },
    })
}

/// The app's `pub mod` line.
fn declare(project: &Project, app: &str, changes: &mut ChangeSet) -> Result<()> {
    let path = modules_file(project)?;
    let before = read(&path)?;
    let after = module_line::add(&before, app);
    changes.edit(path, before, after);
    Ok(())
}

impl Made {
    /// The files, and what to do next.
    pub(crate) fn summary(&self) -> String {
        let created = tree::draw(".", self.created.iter().map(String::as_str));
        let edited = self.edited.join(", ");
        format!(
            "{created}\nEdited: {edited}\n\nNext:\n  savia run --watch, then GET /{app}\n  \
             savia routes\n  cargo test --test {app}\n",
            app = self.app
        )
    }
}

fn refuse_existing(project: &Project, app: &str, more: &[String]) -> Result<()> {
    let places = [
        format!("src/apps/{app}"),
        format!("src/apps/{app}.rs"),
        format!("apps/{app}"),
    ];
    match places
        .iter()
        .chain(more)
        .map(|place| project.root.join(place))
        .find(|path| path.exists())
    {
        Some(path) => Err(CliError::Exists {
            path,
            help: format!("choose another name for the app than `{app}`"),
        }),
        None => Ok(()),
    }
}

/// The file with the `pub mod` lines of the apps.
fn modules_file(project: &Project) -> Result<std::path::PathBuf> {
    let places = ["src/apps/mod.rs", "src/apps.rs"].map(|place| project.root.join(place));
    places
        .iter()
        .find(|path| path.is_file())
        .cloned()
        .ok_or_else(|| CliError::BeyondEdit {
            path: project.root.join("src/apps/mod.rs"),
            problem: "there is no such file to declare the app in".to_owned(),
            by_hand: "make it, and say `pub mod apps;` in src/lib.rs".to_owned(),
        })
}

fn install(project: &Project, app: &str, changes: &mut ChangeSet) -> Result<()> {
    let path = project.configuration();
    if !path.is_file() {
        // Without a list every app is live.
        return Ok(());
    }
    let before = read(&path)?;
    let after = installed_apps::add(&before, app).map_err(|problem| CliError::BeyondEdit {
        path: path.clone(),
        problem,
        by_hand: format!(
            "add `{app}` to `installed_apps`, such as `installed_apps: [home, {app}]`"
        ),
    })?;
    changes.edit(path, before, after);
    Ok(())
}

/// Other files and variables that would win over `application.yaml`.
pub(crate) fn mention_other_lists(project: &Project, app: &str) {
    let entries = std::fs::read_dir(&project.root)
        .into_iter()
        .flatten()
        .flatten();
    for path in entries.map(|entry| entry.path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let overlay = name.starts_with("application-") && name.ends_with(".yaml");
        let key = match name.as_str() {
            ".env" => "SAVIA_INSTALLED_APPS",
            _ if overlay => "installed_apps:",
            _ => continue,
        };
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if text.lines().any(|line| line.starts_with(key)) {
            terminal::warn(format_args!(
                "{name} has a list of apps of its own, without `{app}`"
            ));
        }
    }
    if std::env::var_os("SAVIA_INSTALLED_APPS").is_some() {
        terminal::warn(format_args!("SAVIA_INSTALLED_APPS is set, without `{app}`"));
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(CliError::io(format!("read {}", path.display())))
}

/// `user_profiles` gives `UserProfiles`.
fn type_name(app: &str) -> String {
    app.split('_')
        .filter_map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_type_is_named_after_its_app() {
        assert_eq!(super::type_name("user_profiles"), "UserProfiles");
    }
}
