//! Generates a task: a function in the app's `tasks.rs`.

use std::path::Path;

use super::apps::App;
use super::files::{Files, Outcome};
use super::{field, rustfmt};
use crate::error::{CliError, Result};
use crate::ops::name::is_keyword;
use crate::ops::new_app::{self, module_line};
use crate::ops::project::Project;

const MODULE: &str = "tasks";

/// Generates it, all or nothing; says what became of it.
///
/// # Errors
///
/// When what was asked for cannot be, when a file is beyond us, when something cannot be written.
pub(crate) fn make(
    name: &str,
    parameters: &[String],
    app: Option<&str>,
    here: &Path,
) -> Result<String> {
    check(name)?;
    let fields = field::parse(parameters, name).map_err(|faults| CliError::Fields {
        faults,
        types: field::help(),
    })?;
    let wanted = app.map(new_app::checked_name).transpose()?;
    let project = Project::find(here)?;
    if !project.has_feature(MODULE)? {
        return Err(CliError::WithoutStarter { starter: MODULE });
    }
    let all = App::all(&project)?;
    let known = match &wanted {
        Some(wanted) => all.into_iter().find(|app| app.name == wanted.as_str()),
        // The app that a project begins with.
        None => all.into_iter().min_by_key(|app| app.name != "home"),
    };
    let mut files = Files::new(&project, false);
    let app = match (known, &wanted) {
        (Some(app), _) => {
            let root = files.changes().text(&app.root)?.unwrap_or_default();
            let with_module = module_line::add(&root, MODULE);
            if with_module != root {
                files.changes_mut().put(&app.root, with_module)?;
            }
            app
        }
        (None, wanted) => {
            let name = match wanted {
                Some(wanted) => wanted.as_str(),
                None => "home",
            };
            let checked = new_app::checked_name(name)?;
            new_app::plan(&project, &checked, &[MODULE], files.changes_mut())?;
            App::new(name)
        }
    };
    let code = code(name, &fields);
    let folder = project.root.join("src");
    let code = rustfmt::formatted(code, &folder);
    let path = app.module(&project, MODULE);
    if files.add(&path, &code, None)? == Outcome::Left {
        return Ok(format!(
            "{path} has a `{name}` of its own, and is left as it is"
        ));
    }
    files.apply()?;
    let values = vec!["…"; fields.len()].join(", ");
    Ok(format!(
        "{path} has the task `{name}`; `{name}::new({values}).enqueue().await?` enqueues it"
    ))
}

/// A function's name, which is the task's.
fn check(name: &str) -> Result<()> {
    let fits = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if fits && !is_keyword(name) {
        return Ok(());
    }
    let suggestion = name.to_lowercase().replace(['-', ' '], "_");
    Err(CliError::Name {
        name: name.to_owned(),
        what: "a task",
        reason: "it is the name of a function, in snake_case".to_owned(),
        suggestion: (suggestion != name).then_some(suggestion),
    })
}

fn code(name: &str, fields: &[field::Field]) -> String {
    let parameters: Vec<_> = fields
        .iter()
        .map(|field| {
            let ty = field.ty.rust().unwrap_or("i64");
            match field.nullable {
                true => format!("{}: Option<{ty}>", field.name),
                false => format!("{}: {ty}", field.name),
            }
        })
        .collect();
    let names: Vec<_> = fields
        .iter()
        .map(|field| format!("?{}", field.name))
        .collect();
    let shown = match names.is_empty() {
        true => String::new(),
        false => format!("{}, ", names.join(", ")),
    };
    let words = name.replace('_', " ");
    let parameters = parameters.join(", ");
    format!(
        "use savia::prelude::*;\n\n\
         /// Runs in the background: `{name}::new(…).enqueue().await?`. Components are asked for as\n\
         /// further parameters: `mailer: Arc<dyn Mailer>`.\n\
         #[task]\n\
         pub async fn {name}({parameters}) -> Result<()> {{\n\
         savia::tracing::info!({shown}\"{words}\");\nOk(())\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_functions() {
        assert!(check("send_receipt").is_ok());
        for wrong in ["SendReceipt", "send-receipt", "1st", "fn", ""] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn parameters_are_of_rusts_types() {
        let fields = field::parse(
            &["order_id:bigint".to_owned(), "note:text?".to_owned()],
            "x",
        );
        let code = code("send_receipt", &fields.unwrap());
        assert!(
            code.contains("send_receipt(order_id: i64, note: Option<String>)"),
            "{code}"
        );
    }
}
