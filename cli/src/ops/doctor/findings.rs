//! What was found, for people and for programs.

use serde::Serialize;

use crate::terminal::{CYAN, GREEN, RED, YELLOW};

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing stops for it.
    Warn,
    /// To be mended before anything builds or runs.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    name: &'static str,
    status: Status,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// As it should be.
pub(super) fn ok(name: &'static str, message: impl Into<String>) -> Finding {
    Finding {
        name,
        status: Status::Ok,
        message: message.into(),
        advice: None,
    }
}

/// Worth knowing, with what to do.
pub(super) fn warn(
    name: &'static str,
    message: impl Into<String>,
    advice: impl Into<String>,
) -> Finding {
    Finding {
        name,
        status: Status::Warn,
        message: message.into(),
        advice: Some(advice.into()),
    }
}

/// To be mended, with what to do.
pub(super) fn fail(
    name: &'static str,
    message: impl Into<String>,
    advice: impl Into<String>,
) -> Finding {
    Finding {
        name,
        status: Status::Fail,
        message: message.into(),
        advice: Some(advice.into()),
    }
}

/// Everything that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Diagnosis {
    healthy: bool,
    checks: Vec<Finding>,
}

impl Diagnosis {
    pub(super) fn new(checks: Vec<Finding>) -> Self {
        Self {
            healthy: checks.iter().all(|check| check.status != Status::Fail),
            checks,
        }
    }

    /// Whether nothing must be mended.
    pub(crate) fn is_healthy(&self) -> bool {
        self.healthy
    }

    /// A line each, and under it what to do.
    pub(crate) fn to_table(&self) -> String {
        let width = self
            .checks
            .iter()
            .map(|check| check.name.len())
            .max()
            .unwrap_or_default();
        let mut table = String::new();
        for Finding {
            name,
            status,
            message,
            advice,
        } in &self.checks
        {
            let (style, word) = match status {
                Status::Ok => (GREEN, "ok"),
                Status::Warn => (YELLOW, "warn"),
                Status::Fail => (RED, "fail"),
            };
            table.push_str(&format!(
                "{style}{word:<4}{style:#}  {name:<width$}  {message}\n"
            ));
            if let Some(advice) = advice {
                table.push_str(&format!("      {:width$}  {CYAN}→{CYAN:#} {advice}\n", ""));
            }
        }
        table
    }

    /// An object with `healthy` and `checks`.
    pub(crate) fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}
