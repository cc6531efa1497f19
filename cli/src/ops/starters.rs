//! The starters a project can have.

use super::suggest;
use crate::error::{CliError, Result};

struct Starter {
    name: &'static str,
    available: bool,
}

const fn starter(name: &'static str, available: bool) -> Starter {
    Starter { name, available }
}

/// Every starter of the framework. `test` is none to choose: every project has it.
const STARTERS: &[Starter] = &[
    starter("web", true),
    starter("data", true),
    starter("cache", true),
    starter("tasks", true),
    starter("security", true),
    starter("observability", false),
];

/// The starters that were asked for, each once, in the framework's order.
///
/// # Errors
///
/// When one is unknown or not in this version, or `web` is not among them.
pub(crate) fn choose(asked: &[String]) -> Result<Vec<&'static str>> {
    let mut chosen = Vec::new();
    for name in asked.iter().map(|name| name.trim()) {
        match STARTERS.iter().find(|starter| starter.name == name) {
            Some(starter) if starter.available => chosen.push(starter.name),
            Some(starter) => {
                return Err(CliError::UnavailableStarter {
                    name: starter.name,
                    available: available(),
                });
            }
            None => {
                return Err(CliError::UnknownStarter {
                    name: name.to_owned(),
                    suggestion: suggest::closest(name, STARTERS.iter().map(|s| s.name)),
                    available: available(),
                });
            }
        }
    }
    // What a project begins with answers HTTP, and so do the tests it begins with.
    if !chosen.contains(&"web") {
        return Err(CliError::WithoutWeb {
            asked: chosen.join(","),
        });
    }
    Ok(STARTERS
        .iter()
        .map(|starter| starter.name)
        .filter(|name| chosen.contains(name))
        .collect())
}

fn available() -> String {
    let names: Vec<_> = STARTERS
        .iter()
        .filter(|s| s.available)
        .map(|s| s.name)
        .collect();
    names.join(", ")
}
