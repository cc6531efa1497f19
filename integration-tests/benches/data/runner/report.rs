//! What was measured on a database, as a table and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::load::Outcome;
use crate::subject::{PLAIN, SUBJECTS, Scenario};

/// One turn of one server with one request.
pub(crate) struct Sample {
    per_second: f64,
    p99: Duration,
    /// The server's time on its processor, for each request.
    busy: Duration,
}

impl Sample {
    /// From the load and the time the server was busy meanwhile.
    pub(crate) fn new(outcome: &Outcome, busy: Duration) -> Self {
        let answers = outcome.answers.max(1) as f64;
        Self {
            per_second: outcome.per_second(),
            p99: outcome.p99(),
            busy: busy.div_f64(answers),
        }
    }
}

/// Everything measured so far; samples of the same index are of the same turn.
pub(crate) struct Measurements {
    pub(crate) scenarios: Vec<&'static str>,
    samples: BTreeMap<(&'static str, &'static str), Vec<Sample>>,
    instructions: BTreeMap<(&'static str, &'static str), f64>,
}

impl Measurements {
    /// Nothing yet.
    pub(crate) fn new(scenarios: &[Scenario]) -> Self {
        Self {
            scenarios: scenarios.iter().map(|scenario| scenario.name).collect(),
            samples: BTreeMap::new(),
            instructions: BTreeMap::new(),
        }
    }

    /// A server stood under load.
    pub(crate) fn loaded(&mut self, server: &'static str, scenario: &'static str, sample: Sample) {
        self.samples
            .entry((server, scenario))
            .or_default()
            .push(sample);
    }

    /// A server takes this many instructions a request.
    pub(crate) fn counted(&mut self, server: &'static str, scenario: &'static str, count: f64) {
        self.instructions.insert((server, scenario), count);
    }

    /// Markdown, fit for a README.
    pub(crate) fn table(&self) -> String {
        let mut text =
            "| request | server | req/s | of plain | p99 ms | CPU µs/req | of plain |".to_owned();
        let counted = !self.instructions.is_empty();
        text += if counted { " instructions/req |" } else { "" };
        text += "\n| --- | --- | ---: | ---: | ---: | ---: | ---: |";
        text += if counted { " ---: |\n" } else { "\n" };
        for scenario in &self.scenarios {
            for (at, server) in SUBJECTS.iter().enumerate() {
                let request = if at == 0 { scenario } else { "" };
                let _ = write!(
                    text,
                    "| {request} | {server} | {:.0} | {:.2} | {:.2} | {:.1} | {:.2} |",
                    self.median_of(server, scenario, |sample| sample.per_second),
                    self.ratio(server, PLAIN, scenario),
                    self.median_of(server, scenario, |sample| sample.p99.as_secs_f64() * 1e3),
                    self.median_of(server, scenario, |sample| sample.busy.as_secs_f64() * 1e6),
                    self.busy_ratio(server, PLAIN, scenario),
                );
                match self.instructions.get(&(*server, *scenario)) {
                    Some(count) => writeln!(text, " {count:.0} |"),
                    None => writeln!(text),
                }
                .unwrap_or_default();
            }
        }
        text
    }

    /// The same for programs, with every turn.
    pub(crate) fn json(&self) -> Value {
        let scenarios = self.scenarios.iter().map(|scenario| {
            let servers = SUBJECTS.iter().map(|server| {
                json!({
                    "name": server,
                    "requests_per_second": self.values(server, scenario, |it| it.per_second),
                    "requests_per_second_of_plain": self.ratio(server, PLAIN, scenario),
                    "cpu_of_plain": self.busy_ratio(server, PLAIN, scenario),
                    "p99_ms": self.values(server, scenario, |it| it.p99.as_secs_f64() * 1e3),
                    "cpu_us_per_request":
                        self.values(server, scenario, |it| it.busy.as_secs_f64() * 1e6),
                    "instructions_per_request": self.instructions.get(&(*server, *scenario)),
                })
            });
            json!({ "name": scenario, "servers": servers.collect::<Vec<_>>() })
        });
        Value::Array(scenarios.collect())
    }

    /// The median of the turns' ratios of requests a second: what slows the machine down for a
    /// while cancels out.
    pub(crate) fn ratio(&self, server: &str, to: &str, scenario: &str) -> f64 {
        self.ratio_of(server, to, scenario, |sample| sample.per_second)
    }

    /// The same of time on the processor.
    pub(crate) fn busy_ratio(&self, server: &str, to: &str, scenario: &str) -> f64 {
        self.ratio_of(server, to, scenario, |sample| sample.busy.as_secs_f64())
    }

    fn ratio_of(
        &self,
        server: &str,
        to: &str,
        scenario: &str,
        value: impl Fn(&Sample) -> f64,
    ) -> f64 {
        let mine = self.values(server, scenario, &value);
        let theirs = self.values(to, scenario, &value);
        median(mine.iter().zip(&theirs).map(|(a, b)| a / b).collect())
    }

    fn median_of(&self, server: &str, scenario: &str, value: impl Fn(&Sample) -> f64) -> f64 {
        median(self.values(server, scenario, value))
    }

    fn values(&self, server: &str, scenario: &str, value: impl Fn(&Sample) -> f64) -> Vec<f64> {
        let samples = self
            .samples
            .iter()
            .find(|(key, _)| **key == (server, scenario));
        samples
            .map(|(_, samples)| samples.iter().map(value).collect())
            .unwrap_or_default()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => (values[n / 2 - 1] + values[n / 2]) / 2.0,
    }
}
