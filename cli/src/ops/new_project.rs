//! Makes a project.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use minijinja::context;

use super::change_set::ChangeSet;
use super::{name, project, starters, templates, tested, toolchain, tree};
use crate::error::{CliError, Result};

/// What was asked for.
pub(crate) struct NewProject {
    /// The folder it is made in.
    pub(crate) parent: PathBuf,
    /// The name of its package, binary and folder.
    pub(crate) name: String,
    /// The starters, as they were written.
    pub(crate) starters: Vec<String>,
    /// The database, which only the data starter has a use for.
    pub(crate) database: Option<String>,
    /// A checkout of the framework.
    pub(crate) framework: Option<PathBuf>,
}

/// What was made.
pub(crate) struct Made {
    name: String,
    files: Vec<String>,
}

/// Makes the project in a folder beside its own, then puts it in its place in one step.
///
/// # Errors
///
/// When what was asked for cannot be, the folder exists, there is no cargo, or something cannot be
/// written. Nothing is left behind.
pub(crate) fn make(asked: &NewProject) -> Result<Made> {
    name::check_project(&asked.name)?;
    let starters = starters::choose(&asked.starters)?;
    let data = starters.contains(&"data");
    if let Some(db) = asked.database.as_ref().filter(|_| !data) {
        return Err(CliError::DatabaseWithoutData { db: db.clone() });
    }
    let framework = asked
        .framework
        .as_deref()
        .map(|path| checkout(&asked.parent, path))
        .transpose()?;
    let home = asked.parent.join(&asked.name);
    // A dangling link is in the way as well.
    if home.symlink_metadata().is_ok() {
        return Err(CliError::Exists {
            path: home,
            help: "choose another name, or move it away".to_owned(),
        });
    }
    toolchain::require_cargo()?;

    let draft = draft_folder(&asked.parent)?;
    let mut files = ChangeSet::new(draft.path());
    if data {
        files.create("build.rs", templates::BUILD);
    }
    templates::render(
        templates::PROJECT,
        &values(asked, &starters, framework),
        &mut files,
    )?;
    files.apply()?;
    init_git(&asked.parent, draft.path());
    std::fs::rename(draft.path(), &home).map_err(CliError::io(format!(
        "move the project to {}",
        home.display()
    )))?;
    Ok(Made {
        name: asked.name.clone(),
        files: files.created().map(str::to_owned).collect(),
    })
}

impl Made {
    /// The files, and what to do next.
    pub(crate) fn summary(&self) -> String {
        let Self { name, files } = self;
        let tree = tree::draw(name, files.iter().map(String::as_str));
        format!("{tree}\nNext:\n  cd {name}\n  savia run --watch\n  cargo test\n")
    }
}

fn values(asked: &NewProject, starters: &[&str], framework: Option<String>) -> minijinja::Value {
    let name = &asked.name;
    context! {
        name,
        library => name.replace('-', "_"),
        data => starters.contains(&"data"),
        tasks => starters.contains(&"tasks"),
        security => starters.contains(&"security"),
        postgres => asked.database.as_deref() == Some("postgres"),
        diesel_version => tested::version("diesel"),
        features => format!("{starters:?}"),
        framework,
        savia => compatible_version(),
        garde => tested::version("garde"),
        serde => tested::version("serde"),
        rust => toolchain::MINIMUM_RUST,
    }
}

/// The version as a manifest asks for it: `0.1`, so that patches come by themselves.
fn compatible_version() -> &'static str {
    concat!(
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR")
    )
}

/// The bill of materials of a checkout, as a path for a manifest.
fn checkout(parent: &Path, given: &Path) -> Result<String> {
    let path = parent.join(given);
    let not_one = |reason: &str| CliError::NotAFramework {
        path: given.to_owned(),
        reason: reason.to_owned(),
    };
    let path = path
        .canonicalize()
        .map_err(|_| not_one("there is no such folder"))?;
    let manifest = path.join("bom/Cargo.toml");
    if !manifest.is_file() {
        return Err(not_one("it has no bom/Cargo.toml"));
    }
    let manifest = project::read_manifest(&manifest)?;
    let package = manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str());
    if package != Some("savia") {
        return Err(not_one(
            "its bom/Cargo.toml is not that of the package `savia`",
        ));
    }
    let path = path
        .to_str()
        .ok_or_else(|| not_one("its path is not UTF-8"))?;
    // The path goes into a TOML string; forward slashes need no escape and do on Windows too.
    Ok(format!("{}/bom", path.replace('\\', "/")))
}

/// A folder for the draft, which goes away with its value unless it was moved.
fn draft_folder(parent: &Path) -> Result<tempfile::TempDir> {
    let mut draft = tempfile::Builder::new();
    draft.prefix(".savia-new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The draft becomes the project: a folder like any other, as the umask has it.
        draft.permissions(std::fs::Permissions::from_mode(0o777));
    }
    draft
        .tempdir_in(parent)
        .map_err(CliError::io(format!("write in {}", parent.display())))
}

/// As `cargo new` does: a repository, where there is git and none around us. Without it a project
/// is as good.
fn init_git(parent: &Path, draft: &Path) {
    let git = |folder: &Path, args: &[&str]| {
        Command::new("git")
            .args(args)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !git(parent, &["rev-parse", "--is-inside-work-tree"]) {
        git(draft, &["init", "--quiet"]);
    }
}
