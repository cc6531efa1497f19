//! What can be said on the command line, behind `cargo bench … --`.

use std::time::Duration;

/// The options.
pub(crate) struct Options {
    pub(crate) rounds: u32,
    pub(crate) seconds: Duration,
    pub(crate) instructions: bool,
    /// Only scenarios whose name contains it.
    only: Option<String>,
}

const USAGE: &str = "\
usage: cargo bench -p savia-integration-tests --bench http -- [OPTIONS]
  --rounds N          rounds of every server and request (default 5)
  --seconds S         load on each, in seconds (default 3)
  --only TEXT         only requests whose name contains TEXT
  --no-instructions   leaves valgrind out";

impl Options {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// The usage.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            rounds: 5,
            seconds: Duration::from_secs(3),
            instructions: true,
            only: None,
        };
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .ok_or_else(|| format!("{word} wants a value\n{USAGE}"))
            };
            match word.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--no-instructions" => options.instructions = false,
                "--only" => options.only = Some(value()?),
                "--rounds" => options.rounds = number(&value()?)?,
                "--seconds" => options.seconds = Duration::from_secs(number(&value()?)?),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(options)
    }

    /// Whether the scenario is to be measured.
    pub(crate) fn wants(&self, scenario: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|text| scenario.contains(text.as_str()))
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not a number\n{USAGE}"))
}
