//! What was measured, as tables and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::load::Outcome;
use crate::subject::{FIRST_ROUTE, LAST_ROUTE, Scenario, Subject};

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
    subjects: Vec<&'static str>,
    scenarios: Vec<&'static str>,
    samples: BTreeMap<(&'static str, &'static str), Vec<Sample>>,
    instructions: BTreeMap<(&'static str, &'static str), f64>,
    first_answers: BTreeMap<&'static str, Vec<f64>>,
    resident: BTreeMap<&'static str, Vec<f64>>,
}

impl Measurements {
    /// Nothing yet.
    pub(crate) fn new(subjects: &[Subject], scenarios: &[Scenario]) -> Self {
        Self {
            subjects: subjects.iter().map(|subject| subject.name).collect(),
            scenarios: scenarios.iter().map(|scenario| scenario.name).collect(),
            samples: BTreeMap::new(),
            instructions: BTreeMap::new(),
            first_answers: BTreeMap::new(),
            resident: BTreeMap::new(),
        }
    }

    /// A server answered this long after exec.
    pub(crate) fn started(&mut self, subject: &'static str, first_answer: Duration) {
        self.first_answers
            .entry(subject)
            .or_default()
            .push(first_answer.as_secs_f64() * 1e3);
    }

    /// A server stood under load.
    pub(crate) fn loaded(&mut self, subject: &'static str, scenario: &'static str, sample: Sample) {
        self.samples
            .entry((subject, scenario))
            .or_default()
            .push(sample);
    }

    /// A server has this many bytes resident after a round.
    pub(crate) fn weighed(&mut self, subject: &'static str, bytes: u64) {
        self.resident
            .entry(subject)
            .or_default()
            .push(bytes as f64 / f64::from(1 << 20));
    }

    /// A server takes this many instructions a request.
    pub(crate) fn counted(&mut self, subject: &'static str, scenario: &'static str, count: f64) {
        self.instructions.insert((subject, scenario), count);
    }

    /// Markdown, fit for a README.
    pub(crate) fn tables(&self) -> String {
        let mut text = String::new();
        for scenario in &self.scenarios {
            text += &self.scenario_table(scenario);
        }
        text += &self.process_table();
        text += &self.routing_table();
        text
    }

    fn scenario_table(&self, scenario: &'static str) -> String {
        let mut text = format!("\n### {scenario}\n\n");
        text += "| server | req/s | of raw | p99 ms | CPU µs/req | of raw | instructions/req | of raw |\n";
        text += "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
        for subject in &self.subjects {
            let count = self.instructions.get(&(*subject, scenario));
            let count_ratio = self.instruction_ratio(subject, scenario);
            let _ = writeln!(
                text,
                "| {subject} | {:.0} | {:.3} | {:.2} | {:.2} | {:.3} | {} | {} |",
                self.median_of(subject, scenario, |sample| sample.per_second),
                self.ratio(subject, scenario, |sample| sample.per_second),
                self.median_of(subject, scenario, |sample| sample.p99.as_secs_f64() * 1e3),
                self.median_of(subject, scenario, |sample| sample.busy.as_secs_f64() * 1e6),
                self.ratio(subject, scenario, |sample| sample.busy.as_secs_f64()),
                count.map_or("–".to_owned(), |count| format!("{count:.0}")),
                count_ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.3}")),
            );
        }
        text
    }

    fn process_table(&self) -> String {
        let mut text = "\n### Process\n\n".to_owned();
        text += "| server | exec to first answer, ms | resident after load, MiB |\n| --- | ---: | ---: |\n";
        for subject in &self.subjects {
            let first = median(self.first_answers.get(subject).cloned().unwrap_or_default());
            let resident = median(self.resident.get(subject).cloned().unwrap_or_default());
            let _ = writeln!(text, "| {subject} | {first:.1} | {resident:.1} |");
        }
        text
    }

    /// What the last route costs more than the first.
    fn routing_table(&self) -> String {
        if ![FIRST_ROUTE, LAST_ROUTE]
            .iter()
            .all(|route| self.scenarios.contains(route))
        {
            return String::new();
        }
        let mut text = "\n### Routing: the last of 200 routes against the first\n\n".to_owned();
        text += "| server | CPU µs more | instructions more |\n| --- | ---: | ---: |\n";
        for subject in &self.subjects {
            let busy = |scenario| {
                self.median_of(subject, scenario, |sample| sample.busy.as_secs_f64() * 1e6)
            };
            let count = |scenario| self.instructions.get(&(*subject, scenario));
            let more = count(LAST_ROUTE)
                .zip(count(FIRST_ROUTE))
                .map(|(last, first)| last - first);
            let _ = writeln!(
                text,
                "| {subject} | {:.2} | {} |",
                busy(LAST_ROUTE) - busy(FIRST_ROUTE),
                more.map_or("–".to_owned(), |more| format!("{more:.0}")),
            );
        }
        text
    }

    /// The same for programs, with every round.
    pub(crate) fn json(&self) -> Value {
        let subjects = self.subjects.iter().map(|subject| {
            let scenarios = self.scenarios.iter().map(|scenario| {
                let key = (*subject, *scenario);
                let each = |value: fn(&Sample) -> f64| -> Vec<f64> {
                    self.samples
                        .get(&key)
                        .map(|all| all.iter().map(value).collect())
                        .unwrap_or_default()
                };
                json!({
                    "name": scenario,
                    "requests_per_second": each(|sample| sample.per_second),
                    "p99_ms": each(|sample| sample.p99.as_secs_f64() * 1e3),
                    "cpu_us_per_request": each(|sample| sample.busy.as_secs_f64() * 1e6),
                    "requests_per_second_of_raw": self.ratio(subject, scenario, |s| s.per_second),
                    "cpu_of_raw": self.ratio(subject, scenario, |s| s.busy.as_secs_f64()),
                    "instructions_per_request": self.instructions.get(&key),
                    "instructions_of_raw": self.instruction_ratio(subject, scenario),
                })
            });
            json!({
                "name": subject,
                "first_answer_ms": self.first_answers.get(subject),
                "resident_mib": self.resident.get(subject),
                "scenarios": scenarios.collect::<Vec<_>>(),
            })
        });
        json!({ "subjects": subjects.collect::<Vec<_>>() })
    }

    fn median_of(&self, subject: &str, scenario: &str, value: impl Fn(&Sample) -> f64) -> f64 {
        median(self.values(subject, scenario, value))
    }

    /// The median of the turns' ratios to the first subject: what slows the machine down for a
    /// while cancels out.
    fn ratio(&self, subject: &str, scenario: &str, value: impl Fn(&Sample) -> f64) -> f64 {
        let mine = self.values(subject, scenario, &value);
        let raw = self.values(self.subjects[0], scenario, &value);
        median(
            mine.iter()
                .zip(&raw)
                .map(|(mine, raw)| mine / raw)
                .collect(),
        )
    }

    fn instruction_ratio(&self, subject: &'static str, scenario: &'static str) -> Option<f64> {
        let mine = self.instructions.get(&(subject, scenario))?;
        Some(mine / self.instructions.get(&(self.subjects[0], scenario))?)
    }

    fn values(&self, subject: &str, scenario: &str, value: impl Fn(&Sample) -> f64) -> Vec<f64> {
        let samples = self
            .samples
            .iter()
            .find(|(key, _)| **key == (subject, scenario));
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
