//! A start-up failure: what happened, where, and what to do.

use std::fmt;

use crate::Config;

/// One fault found at start.
///
/// It has a stable `code`, says *what* happened in a sentence, *where* (`src/main.rs:12`, or
/// `application.yaml:3:9`), how it came about (`context`, such as the chain that needs a missing
/// component) and what to do (`help`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Diagnosis {
    /// A stable name, such as `component::missing`.
    pub code: &'static str,
    /// What happened.
    pub what: String,
    /// Where, most telling first.
    pub places: Vec<String>,
    /// How it came about, one line each.
    pub context: Vec<String>,
    /// What to do, one suggestion a line.
    pub help: Vec<String>,
}

impl Diagnosis {
    /// A fault of this code.
    pub fn new(code: &'static str, what: impl Into<String>) -> Self {
        Self {
            code,
            what: what.into(),
            places: Vec::new(),
            context: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.places.push(place.to_string());
        self
    }

    /// Adds a key of the configuration, and where it was set. `list[2]` has the place of `list`.
    #[must_use]
    pub fn at_key(self, config: &Config, key: &str) -> Self {
        let whole = key.split('[').next().unwrap_or(key);
        match config.place(whole) {
            Some(place) => self.at(format!("{key} ({place})")),
            None => self.at(key),
        }
    }

    /// Adds a line of how it came about.
    #[must_use]
    pub fn because(mut self, line: impl fmt::Display) -> Self {
        self.context.push(line.to_string());
        self
    }

    /// In one line, for a log: `what (where); what to do`.
    pub fn line(&self) -> String {
        let mut line = self.what.clone();
        if !self.places.is_empty() {
            line += &format!(" ({})", self.places.join(", "));
        }
        for suggestion in &self.help {
            line += &format!("; {suggestion}");
        }
        line
    }

    /// Adds a suggestion.
    #[must_use]
    pub fn help(mut self, suggestion: impl fmt::Display) -> Self {
        self.help.push(suggestion.to_string());
        self
    }
}

/// Everything that kept an application from starting, all at once.
#[derive(Debug, Clone, Default, thiserror::Error)]
#[error("{}", render(.diagnoses, false))]
pub struct StartupError {
    /// At least one fault.
    pub diagnoses: Vec<Diagnosis>,
}

impl StartupError {
    /// As `Err` where there are faults.
    ///
    /// # Errors
    ///
    /// The faults, if there are any.
    pub fn unless_empty(mut diagnoses: Vec<Diagnosis>) -> Result<(), Self> {
        told_once(&mut diagnoses);
        if diagnoses.is_empty() {
            Ok(())
        } else {
            Err(Self { diagnoses })
        }
    }

    /// The report for a terminal (in colour) or a pipe (plainly).
    pub fn report(&self, colour: bool) -> String {
        render(&self.diagnoses, colour)
    }
}

impl From<Diagnosis> for StartupError {
    fn from(diagnosis: Diagnosis) -> Self {
        Self {
            diagnoses: vec![diagnosis],
        }
    }
}

impl From<Vec<Diagnosis>> for StartupError {
    fn from(diagnoses: Vec<Diagnosis>) -> Self {
        Self { diagnoses }
    }
}

/// Leaves out what has been told already: a key that a section and a `#[value]` both read is
/// wrong once.
pub fn told_once(diagnoses: &mut Vec<Diagnosis>) {
    let mut told: Vec<(&'static str, String, Vec<String>)> = Vec::new();
    diagnoses.retain(|fault| {
        let key = (fault.code, fault.what.clone(), fault.places.clone());
        let new = !told.contains(&key);
        if new {
            told.push(key);
        }
        new
    });
}

/// Renders faults one under the other.
///
/// ```text
/// error[config::type]: `server.port` must be a port number, not "eighty"
///    at application.yaml:3:9
///  help write a number from 0 to 65535
/// ```
pub fn render(diagnoses: &[Diagnosis], colour: bool) -> String {
    let paint = |code: &str, text: &str| {
        if colour {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    };
    let mut out = String::new();
    for (index, fault) in diagnoses.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out += &paint("1;31", &format!("error[{}]", fault.code));
        out += &paint("1", &format!(": {}", indented(&fault.what)));
        out.push('\n');
        for place in &fault.places {
            out += &format!("{} {}\n", paint("1;34", "   at"), indented(place));
        }
        for line in &fault.context {
            out += &format!("{} {}\n", paint("1;34", "    |"), indented(line));
        }
        for suggestion in &fault.help {
            out += &format!("{} {}\n", paint("1;32", " help"), indented(suggestion));
        }
    }
    if diagnoses.len() > 1 {
        out += &format!("\n{} faults in all\n", diagnoses.len());
    }
    out
}

/// Later lines of a text stand under its first.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n      ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_fault_is_told_once() {
        let fault = Diagnosis::new("config::type", "`a` is no number").at("application.yaml:1:4");
        let again = fault.clone().because("Service.a reads it");
        let other = Diagnosis::new("config::type", "`b` is no number");
        let error = StartupError::unless_empty(vec![fault.clone(), again, other.clone()]);
        assert_eq!(error.unwrap_err().diagnoses, [fault, other]);
    }

    #[test]
    fn a_report_says_what_where_and_what_to_do() {
        let error = StartupError::from(vec![
            Diagnosis::new(
                "config::type",
                "`server.port` must be a number, not \"eighty\"",
            )
            .at("application.yaml:3:9")
            .help("write a number from 0 to 65535"),
            Diagnosis::new("component::missing", "nothing provides `dyn Mailer`")
                .at("src/apps/posts/services.rs:12")
                .because("PostService.mailer asks for it"),
        ]);
        assert_eq!(
            error.report(false),
            "error[config::type]: `server.port` must be a number, not \"eighty\"\n   \
             at application.yaml:3:9\n help write a number from 0 to 65535\n\n\
             error[component::missing]: nothing provides `dyn Mailer`\n   \
             at src/apps/posts/services.rs:12\n    | PostService.mailer asks for it\n\n\
             2 faults in all\n"
        );
        assert!(
            error
                .report(true)
                .contains("\x1b[1;31merror[config::type]\x1b[0m")
        );
    }
}
