//! `.env`: variables for the project that the process's environment does not get.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

use super::Variable;
use crate::config::{ConfigError, Origin, Source};

/// The variables of `.env`, in their order; what is wrong with it goes to `faults`.
pub(super) fn read(dir: &Path, faults: &mut Vec<ConfigError>) -> Vec<Variable> {
    let file = Origin::new(Source::DotEnv(String::new()));
    let text = match std::fs::read_to_string(dir.join(".env")) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            faults.push(ConfigError::syntax(message, file, Vec::new()));
            return Vec::new();
        }
    };
    let mut lines = Lines::of(&text);
    let mut variables = Vec::new();
    for item in dotenvy::from_read_iter(text.as_bytes()) {
        match item {
            Ok((name, value)) => {
                let line = lines.next(&name);
                let origin = Origin::new(Source::DotEnv(name.clone())).at(line, 0);
                variables.push(Variable {
                    name,
                    value,
                    origin,
                });
            }
            Err(dotenvy::Error::LineParse(line, _)) => {
                let number = text
                    .lines()
                    .position(|it| it == line)
                    .map_or(0, |at| at + 1);
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                let message = "a line of .env is `NAME=value`";
                // Its text may be half a secret, so only the place is told.
                faults.push(ConfigError::syntax(message, file.at(number, 0), Vec::new()));
            }
            Err(error) => {
                faults.push(ConfigError::syntax(
                    error.to_string(),
                    file.clone(),
                    Vec::new(),
                ));
            }
        }
    }
    variables
}

/// dotenvy does not say on which line a variable stands.
struct Lines(HashMap<String, Vec<u32>>);

impl Lines {
    fn of(text: &str) -> Self {
        let mut lines: HashMap<String, Vec<u32>> = HashMap::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim_start();
            let line = line.strip_prefix("export ").unwrap_or(line);
            if let Some((name, _)) = line.split_once('=') {
                lines
                    .entry(name.trim().to_owned())
                    .or_default()
                    .push(number);
            }
        }
        for numbers in lines.values_mut() {
            numbers.reverse();
        }
        Self(lines)
    }

    fn next(&mut self, name: &str) -> u32 {
        self.0.get_mut(name).and_then(Vec::pop).unwrap_or(0)
    }
}
