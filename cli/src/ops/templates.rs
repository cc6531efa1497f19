//! The files that new projects and apps begin with, kept in `templates/` and embedded.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

use super::change_set::ChangeSet;
use crate::error::{CliError, Result};

/// A file to be made: its path and its text, both templates.
pub(crate) struct Template {
    path: &'static str,
    text: &'static str,
}

/// Embeds files of a folder of `templates/`, each under the name it gets.
macro_rules! templates {
    ($folder:literal: $($source:literal => $path:literal,)*) => {
        &[$(Template {
            path: $path,
            text: include_str!(concat!("../../templates/", $folder, "/", $source)),
        },)*]
    };
}

/// A project with its first app.
pub(crate) const PROJECT: &[Template] = templates! {
    "project":
    "Cargo.toml.j2" => "Cargo.toml",
    "gitignore.j2" => ".gitignore",
    "env.example.j2" => ".env.example",
    "README.md.j2" => "README.md",
    "AGENTS.md.j2" => "AGENTS.md",
    "application.yaml.j2" => "application.yaml",
    "application-prod.yaml.j2" => "application-prod.yaml",
    "main.rs.j2" => "src/main.rs",
    "lib.rs.j2" => "src/lib.rs",
    "apps.rs.j2" => "src/apps/mod.rs",
    "home/mod.rs.j2" => "src/apps/home/mod.rs",
    "home/controllers.rs.j2" => "src/apps/home/controllers.rs",
    "home/start.html.j2" => "src/apps/home/start.html",
    "home/services.rs.j2" => "src/apps/home/services.rs",
    "home/test.rs.j2" => "tests/home.rs",
};

/// The build script of a package with migrations.
pub(crate) const BUILD: &str = include_str!("../../templates/project/build.rs.txt");

/// An app inside the project's crate.
pub(crate) const APP: &[Template] = templates! {
    "app":
    "mod.rs.j2" => "src/apps/{{ app }}/mod.rs",
    "controllers.rs.j2" => "src/apps/{{ app }}/controllers.rs",
    "services.rs.j2" => "src/apps/{{ app }}/services.rs",
    "test.rs.j2" => "tests/{{ app }}.rs",
};

/// An app that is a crate of its own.
pub(crate) const APP_CRATE: &[Template] = templates! {
    "app":
    "Cargo.toml.j2" => "apps/{{ app }}/Cargo.toml",
    "mod.rs.j2" => "apps/{{ app }}/src/lib.rs",
    "controllers.rs.j2" => "apps/{{ app }}/src/controllers.rs",
    "services.rs.j2" => "apps/{{ app }}/src/services.rs",
    "test.rs.j2" => "tests/{{ app }}.rs",
};

/// A new app whose code comes with what is generated into it.
pub(crate) const EMPTY_APP: &[Template] = templates! {
    "app":
    "mod.rs.j2" => "src/apps/{{ app }}/mod.rs",
};

/// Renders templates into files to be made.
///
/// # Errors
///
/// When a template is at fault, which a test of every template holds off.
pub(crate) fn render(
    templates: &[Template],
    values: &Value,
    changes: &mut ChangeSet,
) -> Result<()> {
    for template in templates {
        let path = text(template.path, template.path, values)?;
        changes.create(path, text(template.path, template.text, values)?);
    }
    Ok(())
}

/// Renders one text; the name is for faults.
///
/// # Errors
///
/// As [`render`].
pub(crate) fn text(name: &str, template: &str, values: &Value) -> Result<String> {
    let fault = |source| CliError::Template {
        name: name.to_owned(),
        source,
    };
    let mut syntax = SyntaxConfig::builder();
    syntax
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true);
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(syntax.build().map_err(fault)?);
    environment
        .render_named_str(name, template, values)
        .map_err(fault)
}
