//! A project in a folder that goes when the test ends.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use savia_core::config::{Config, ConfigError, ConfigSection, Sources};
use savia_core::error::{Diagnosis, diagnosis};

pub(crate) struct Project {
    dir: tempfile::TempDir,
    pub(crate) sources: Sources,
}

impl Project {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sources = Sources::in_dir(dir.path());
        Self { dir, sources }
    }

    pub(crate) fn file(&mut self, name: &str, text: &str) {
        std::fs::write(self.dir.path().join(name), text).unwrap();
    }

    pub(crate) fn load(&self) -> Config {
        Config::load(self.sources.clone()).unwrap()
    }

    /// What a start would tell, warnings last.
    pub(crate) fn report<S: Sections>(&self) -> String {
        let (mut faults, warnings) = match Config::load(self.sources.clone()) {
            Ok(config) => {
                let (mut faults, warnings) = config.check();
                faults.extend(S::faults(&config).iter().map(ConfigError::diagnosis));
                (faults, warnings)
            }
            Err(faults) => (faults, Vec::new()),
        };
        if faults.is_empty() && warnings.is_empty() {
            return "no faults".to_owned();
        }
        faults.sort_by(|a, b| a.code.cmp(b.code));
        let warned = render_warnings(&warnings);
        format!("{}{warned}", diagnosis::render(&faults, false))
    }
}

fn render_warnings(warnings: &[Diagnosis]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    format!("\nwarnings\n{}", diagnosis::render(warnings, false))
}

/// Sections that a start would read.
pub(crate) trait Sections {
    fn faults(config: &Config) -> Vec<ConfigError>;
}

impl Sections for () {
    fn faults(_config: &Config) -> Vec<ConfigError> {
        Vec::new()
    }
}

impl<A: ConfigSection, B: ConfigSection> Sections for (A, B) {
    fn faults(config: &Config) -> Vec<ConfigError> {
        let mut faults = config.section::<A>().err().unwrap_or_default();
        faults.extend(config.section::<B>().err().unwrap_or_default());
        faults
    }
}
