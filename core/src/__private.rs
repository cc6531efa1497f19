//! What the macros' code names. No promise of stability is made here.

mod injection;

pub use std::sync::Arc;

pub use async_trait::async_trait;
pub use garde;
pub use inventory;
// Starters re-export what is theirs: they depend on the core alone.
pub use savia_macros as macros;
pub use schemars;
pub use serde;
pub use serde_json;
pub use shaku;

pub use crate::app::{OwnerKind, OwnerRegistration};
pub use crate::autoconfig::{AutoConfiguration, AutoConfigurationRegistration};
pub use crate::command::{Call, Command, CommandRegistration, Needs, clap, format_argument};
pub use crate::component::{
    ComponentOptions, ComponentRegistration, FunctionRegistration, Inject, InjectionPoint,
    Interface, Location, Resolver, Stereotype, ValuePoint, Wants, injected_value,
};
pub use crate::condition::Condition;
pub use crate::config::private::*;
pub use crate::container::{
    Binding, BuildContext, Container, Provider, ResolveError, component_binding, own_binding,
};
pub use crate::event::{EventListenerRegistration, Listener};
pub use crate::patch::Merge;
pub use crate::time::timestamp;
pub use crate::validation::{
    Probe, ProbeGarde, ProbeNothing, ProbeRules, Validate, Violation, Violations, validate_garde,
};
pub use crate::{AppHandle, Config, Context, Error, Result};

pub use injection::{
    configured, container_value, injected, read_value, value_point, value_point_or,
};

/// The exit code of whatever a command's function returned.
#[diagnostic::on_unimplemented(
    message = "a command cannot return `{Self}`",
    label = "not what a command may return",
    note = "return nothing, `ExitCode`, `Result<()>` or `Result<ExitCode>`"
)]
pub trait CommandOutcome {
    /// As an exit code or an error.
    ///
    /// # Errors
    ///
    /// The function's own.
    fn outcome(self) -> Result<std::process::ExitCode>;
}

impl CommandOutcome for () {
    fn outcome(self) -> Result<std::process::ExitCode> {
        Ok(std::process::ExitCode::SUCCESS)
    }
}

impl CommandOutcome for std::process::ExitCode {
    fn outcome(self) -> Result<std::process::ExitCode> {
        Ok(self)
    }
}

impl<T: CommandOutcome, E: Into<Error>> CommandOutcome for std::result::Result<T, E> {
    fn outcome(self) -> Result<std::process::ExitCode> {
        self.map_err(Into::into)?.outcome()
    }
}

/// What a listener's function may return.
#[diagnostic::on_unimplemented(
    message = "an event listener cannot return `{Self}`",
    label = "not what a listener may return",
    note = "return nothing, or `Result<()>`"
)]
pub trait ListenerOutcome {
    /// As a result.
    ///
    /// # Errors
    ///
    /// The function's own.
    fn outcome(self) -> Result<()>;
}

impl ListenerOutcome for () {
    fn outcome(self) -> Result<()> {
        Ok(())
    }
}

impl<E: Into<Error>> ListenerOutcome for std::result::Result<(), E> {
    fn outcome(self) -> Result<()> {
        self.map_err(Into::into)
    }
}
