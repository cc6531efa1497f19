//! Conditions as data, and the report of how they fell out.

use serde::Serialize;

use crate::Config;
use crate::app::Apps;
use crate::component::Interface;
use crate::config::sounds_secret;
use crate::container::{Registry, short};

/// What must hold for an auto-configuration or a component to be live.
///
/// Conditions are data, so that `savia conditions` can say why each held or did not.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Condition {
    /// The key has this value (compared as text, `true` and `false` in any case), or any that is
    /// neither `false` nor empty where none is given. A declared default is a value.
    Property {
        /// The key, such as `cache.backend`.
        key: &'static str,
        /// The value it must have.
        equals: Option<&'static str>,
        /// Whether an absent key counts as a match.
        match_if_missing: bool,
    },
    /// The active profile is this one.
    Profile(&'static str),
    /// This app is installed.
    InstalledApp(&'static str),
    /// No component provides the interface yet. Only auto-configurations may ask this.
    MissingComponent(Interface),
    /// Some component provides the interface. Only auto-configurations may ask this.
    Component(Interface),
    /// The inner condition does not hold.
    Not(Box<Condition>),
    /// At least one of them holds.
    Any(Vec<Condition>),
}

impl Condition {
    /// The key has a value that is neither `false` nor empty.
    pub fn property(key: &'static str) -> Self {
        Self::Property {
            key,
            equals: None,
            match_if_missing: false,
        }
    }

    /// The key has this value.
    pub fn property_is(key: &'static str, value: &'static str) -> Self {
        Self::Property {
            key,
            equals: Some(value),
            match_if_missing: false,
        }
    }

    /// The key has this value, or is not set.
    pub fn property_is_or_missing(key: &'static str, value: &'static str) -> Self {
        Self::Property {
            key,
            equals: Some(value),
            match_if_missing: true,
        }
    }

    /// No component provides `I` yet.
    pub fn missing_component<I: ?Sized + 'static>() -> Self {
        Self::MissingComponent(Interface::of::<I>())
    }

    /// Some component provides `I`.
    pub fn component<I: ?Sized + 'static>() -> Self {
        Self::Component(Interface::of::<I>())
    }

    /// The condition does not hold.
    #[allow(
        clippy::should_implement_trait,
        reason = "reads as the word in a condition list"
    )]
    pub fn not(condition: Self) -> Self {
        Self::Not(Box::new(condition))
    }
}

/// How one condition fell out, in words.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Whether it held.
    pub matched: bool,
    /// Why: `cache.backend is "memory" (application.yaml:12)`.
    pub message: String,
}

/// What became of one auto-configuration or conditional component.
#[derive(Debug, Clone, Serialize)]
pub struct ConditionEntry {
    /// Its name.
    pub name: String,
    /// Whether all its conditions held.
    pub matched: bool,
    /// Each condition.
    pub outcomes: Vec<Outcome>,
}

/// Which conditions matched, which did not, and why.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConditionReport {
    /// In the order of evaluation.
    pub entries: Vec<ConditionEntry>,
}

/// Decides every condition of one thing. Without a registry, conditions on components do not hold:
/// what a component may depend on cannot depend on components.
pub(crate) fn evaluate(
    name: &str,
    conditions: &[Condition],
    config: &Config,
    apps: &Apps,
    registry: Option<&Registry>,
) -> ConditionEntry {
    let judge = Judge {
        config,
        apps,
        registry,
    };
    let outcomes: Vec<_> = conditions
        .iter()
        .map(|condition| judge.decide(condition))
        .collect();
    let matched = outcomes.iter().all(|outcome| outcome.matched);
    ConditionEntry {
        name: name.to_owned(),
        matched,
        outcomes,
    }
}

struct Judge<'a> {
    config: &'a Config,
    apps: &'a Apps,
    registry: Option<&'a Registry>,
}

impl Judge<'_> {
    fn decide(&self, condition: &Condition) -> Outcome {
        let outcome = |matched, message| Outcome { matched, message };
        match condition {
            Condition::Property {
                key,
                equals,
                match_if_missing,
            } => self.property(key, *equals, *match_if_missing),
            Condition::Profile(profile) => {
                let active = self.config.profile();
                outcome(active == *profile, format!("the profile is {active}"))
            }
            Condition::InstalledApp(app) => {
                let installed = self.apps.is_installed(app);
                let is = if installed { "is" } else { "is not" };
                outcome(installed, format!("app {app} {is} installed"))
            }
            Condition::MissingComponent(interface) => {
                let provided = self.provided(interface);
                outcome(provided == Some(false), told(interface, provided))
            }
            Condition::Component(interface) => {
                let provided = self.provided(interface);
                outcome(provided == Some(true), told(interface, provided))
            }
            Condition::Not(inner) => {
                let inner = self.decide(inner);
                outcome(!inner.matched, inner.message)
            }
            Condition::Any(inner) => {
                let all: Vec<_> = inner
                    .iter()
                    .map(|condition| self.decide(condition))
                    .collect();
                outcome(
                    all.iter().any(|one| one.matched),
                    all.into_iter()
                        .map(|one| one.message)
                        .collect::<Vec<_>>()
                        .join("; "),
                )
            }
        }
    }

    fn provided(&self, interface: &Interface) -> Option<bool> {
        Some(self.registry?.provides(interface.id))
    }

    fn property(&self, key: &str, equals: Option<&str>, match_if_missing: bool) -> Outcome {
        let found = self.config.text(key);
        let place = self
            .config
            .place(key)
            .map(|place| format!(" ({place})"))
            .unwrap_or_default();
        match (found, equals) {
            (None, _) => Outcome {
                matched: match_if_missing,
                message: format!("{key} is not set"),
            },
            (Some(text), None) => Outcome {
                matched: !is_off(&text),
                // A report is shown: of a secret, and of a map that may hold some, it says no more.
                message: match is_telling(key, &text) {
                    true => format!("{key} is {text:?}{place}"),
                    false => format!("{key} is set{place}"),
                },
            },
            (Some(text), Some(wanted)) => {
                let matched = text == wanted
                    || (matches!(wanted, "true" | "false") && text.eq_ignore_ascii_case(wanted));
                let not = if matched {
                    String::new()
                } else {
                    format!(", not {wanted:?}")
                };
                Outcome {
                    matched,
                    message: format!("{key} is {text:?}{not}{place}"),
                }
            }
        }
    }
}

/// What a condition without a value takes for a no.
/// Whether a value can be shown: neither a secret, nor a list or map that holds something.
fn is_telling(key: &str, text: &str) -> bool {
    let empty = is_off(text);
    empty || !(sounds_secret(key) || text.starts_with(['{', '[']))
}

fn is_off(text: &str) -> bool {
    text.eq_ignore_ascii_case("false") || matches!(text.trim(), "" | "[]" | "{}" | "null" | "~")
}

fn told(interface: &Interface, provided: Option<bool>) -> String {
    let name = short(interface.name);
    match provided {
        Some(true) => format!("a component provides `{name}`"),
        Some(false) => format!("no component provides `{name}`"),
        None => "a component may not depend on components".to_owned(),
    }
}
