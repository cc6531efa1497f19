//! An application and how far it has come, in its type.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::{Availability, Lifecycle, Phase, Shutdown, StartupReport};
use crate::app::discovery::{self, Discovery};
use crate::app::{AppHandle, AppState, Apps};
use crate::config::sections::LifecycleConfig;
use crate::config::{Config, Sources};
use crate::container::{Container, Overrides};
use crate::error::{Diagnosis, StartupError};
use crate::event::{EventListenerRegistration, Events};
use crate::{Context, context::ContextKind};

/// An application that has come as far as `S` says.
///
/// [`Configured`] → [`Discovered`] → [`Ready`] → [`Running`]: each step consumes the one before,
/// so that nothing can be asked of an application that it does not have yet.
pub struct Application<S> {
    state: S,
}

/// The configuration is read and the apps are known. What is wrong so far is kept, so that it is
/// reported together with what the next step finds.
pub struct Configured {
    config: Config,
    apps: Arc<Apps>,
    faults: Vec<Diagnosis>,
    warnings: Vec<Diagnosis>,
    startup: StartupReport,
}

/// What is live is known and has been checked; nothing has been connected to.
pub struct Discovered {
    configured: Configured,
    discovery: Discovery,
    overrides: Overrides,
    shutdown: Shutdown,
    events: Events,
    availability: Availability,
}

/// Auto-configurations have run and the container is built.
pub struct Ready {
    app: AppHandle,
}

/// Hooks have been started.
pub struct Running {
    app: AppHandle,
    started: Vec<Arc<dyn Lifecycle>>,
}

impl Application<Configured> {
    /// Reads the configuration and settles which apps are installed.
    ///
    /// # Errors
    ///
    /// Only what makes going on senseless, such as a file that is no YAML; other faults are kept
    /// for the report of the next step.
    pub fn configure(sources: Sources) -> Result<Self, StartupError> {
        let startup = StartupReport::begin();
        let since = Instant::now();
        let config = Config::load(sources)?;
        let (apps, mut faults) = discovery::apps(&config);
        let (errors, warnings) = config.check();
        faults.extend(errors);
        startup.step("configuration", since);
        let state = Configured {
            config,
            apps: Arc::new(apps),
            faults,
            warnings,
            startup,
        };
        Ok(Self { state })
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.state.config
    }

    /// The apps.
    pub fn apps(&self) -> &Apps {
        &self.state.apps
    }

    /// What is wrong so far.
    pub fn faults(&self) -> &[Diagnosis] {
        &self.state.faults
    }

    /// What is suspicious and not wrong.
    pub fn warnings(&self) -> &[Diagnosis] {
        &self.state.warnings
    }

    /// Finds what is live and checks the whole graph.
    pub fn discover(self, overrides: Overrides) -> Application<Discovered> {
        let since = Instant::now();
        let mut configured = self.state;
        let (events, availability, shutdown) = (
            Events::default(),
            Availability::default(),
            Shutdown::default(),
        );
        let mut discovery = discovery::discover(&configured.config, &configured.apps, |registry| {
            overrides.apply(registry);
            discovery::provide(registry, Arc::new(configured.config.clone()));
            discovery::provide(registry, Arc::new(events.clone()));
            discovery::provide(registry, Arc::new(availability.clone()));
            discovery::provide(registry, Arc::new(shutdown.clone()));
        });
        configured.faults.append(&mut discovery.faults);
        configured.startup.step("discovery", since);
        let state = Discovered {
            configured,
            discovery,
            overrides,
            shutdown,
            events,
            availability,
        };
        Application { state }
    }
}

impl Application<Discovered> {
    /// Everything that is wrong: configuration and graph together.
    pub fn faults(&self) -> &[Diagnosis] {
        &self.state.configured.faults
    }

    /// What is suspicious and not wrong.
    pub fn warnings(&self) -> &[Diagnosis] {
        &self.state.configured.warnings
    }

    /// The application as far as it is known, for commands that connect to nothing.
    pub fn into_handle(self) -> AppHandle {
        let Discovered {
            configured,
            discovery,
            shutdown,
            events,
            availability,
            overrides: _,
        } = self.state;
        AppHandle(Arc::new(AppState {
            id: AppState::next_id(),
            config: configured.config,
            apps: configured.apps,
            registry: Arc::new(discovery.registry),
            conditions: discovery.conditions,
            container: OnceLock::new(),
            events,
            availability,
            shutdown,
            startup: configured.startup,
            runtime: tokio::runtime::Handle::try_current().ok(),
        }))
    }

    /// Runs the auto-configurations and builds the container.
    ///
    /// # Errors
    ///
    /// Every fault found so far, or what the auto-configurations ran into.
    pub async fn build(self) -> Result<Application<Ready>, StartupError> {
        let mut state = self.state;
        StartupError::unless_empty(std::mem::take(&mut state.configured.faults))?;
        for warning in &state.configured.warnings {
            tracing::warn!("{}", warning.line());
        }
        let since = Instant::now();
        let startup = state.configured.startup.clone();
        let production = state.configured.config.is_prod();
        let configured = discovery::configure(
            &mut state.discovery,
            &state.configured.config,
            &state.configured.apps,
            &startup,
        )
        .await;
        if let Err(error) = configured {
            let sources = state.configured.config.sources().clone();
            return Err(with_checks(error, sources, state.overrides, production));
        }
        startup.step("auto-configuration", since);

        let since = Instant::now();
        let app = Application { state }.into_handle();
        StartupError::unless_empty(crate::check::run(&app, production))?;
        let container = Container::new(Arc::clone(&app.0.registry));
        let live = inventory::iter::<EventListenerRegistration>
            .into_iter()
            .filter(|listener| app.apps().is_live(listener.module_path));
        app.events().bind(live, &container).map_err(|error| {
            StartupError::from(Diagnosis::new("component::missing", error.to_string()))
        })?;
        let _ = app.0.container.set(container);
        startup.step("container", since);
        Ok(Application {
            state: Ready { app },
        })
    }
}

/// What kept an auto-configuration from its work, and all that the checks find beside it, which connect to
/// nothing: one look at the report is to be enough.
fn with_checks(
    error: StartupError,
    sources: Sources,
    overrides: Overrides,
    production: bool,
) -> StartupError {
    let mut all = error.diagnoses;
    if let Ok(again) = Application::configure(sources) {
        let app = again.discover(overrides).into_handle();
        all.extend(crate::check::run(&app, production));
    }
    crate::error::diagnosis::told_once(&mut all);
    all.into()
}

impl Application<Ready> {
    /// The application.
    pub fn handle(&self) -> &AppHandle {
        &self.state.app
    }

    /// Starts every hook; the application is then ready for traffic.
    ///
    /// # Errors
    ///
    /// What kept a hook from starting. Those already started have been stopped again.
    pub async fn start(self) -> Result<Application<Running>, StartupError> {
        let running = self.start_phases(|_| true).await?;
        running.state.app.availability().set_ready(true);
        Ok(running)
    }

    /// Starts the hooks of the phases that `wanted` lets through.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn start_phases(
        self,
        wanted: impl Fn(Phase) -> bool,
    ) -> Result<Application<Running>, StartupError> {
        let app = self.state.app;
        let mut hooks = app.components::<dyn Lifecycle>();
        hooks.retain(|hook| wanted(hook.phase()));
        hooks.sort_by(|a, b| {
            (a.phase(), a.order(), a.name()).cmp(&(b.phase(), b.order(), b.name()))
        });
        let mut running = Application {
            state: Running {
                app,
                started: Vec::new(),
            },
        };
        for hook in hooks {
            let since = Instant::now();
            let app = &running.state.app;
            let context = Context::new(app.clone(), ContextKind::Lifecycle);
            let outcome = context.scope(hook.start(app)).await;
            app.startup().step(hook.name().to_owned(), since);
            match outcome {
                Ok(()) => running.state.started.push(hook),
                Err(error) => {
                    running.stop().await;
                    return Err(error);
                }
            }
        }
        Ok(running)
    }
}

impl Application<Running> {
    /// The application.
    pub fn handle(&self) -> &AppHandle {
        &self.state.app
    }

    /// Waits until somebody asks the application to stop.
    pub async fn wait(&self) {
        self.state.app.shutdown().requested().await;
    }

    /// Stops: out of traffic first, then every hook in the reverse order of its start, within
    /// `lifecycle.shutdown_timeout` for all of them. Says whether all stopped in time.
    pub async fn stop(self) -> bool {
        let Running { app, started } = self.state;
        let limits = app
            .config()
            .section::<LifecycleConfig>()
            .unwrap_or_default();
        let was_ready = app.availability().is_ready();
        app.availability().set_ready(false);
        app.shutdown().request();
        if was_ready && !limits.drain_delay.is_zero() {
            tokio::time::sleep(limits.drain_delay).await;
        }
        let deadline = tokio::time::Instant::now() + limits.shutdown_timeout;
        let mut in_time = true;
        for hook in started.iter().rev() {
            let context = Context::new(app.clone(), ContextKind::Lifecycle);
            match tokio::time::timeout_at(deadline, context.scope(hook.stop())).await {
                Ok(Ok(())) => tracing::debug!("{} stopped", hook.name()),
                Ok(Err(error)) => tracing::error!("{} stopped badly: {error}", hook.name()),
                Err(_) => {
                    in_time = false;
                    tracing::error!(
                        "{} had not stopped when lifecycle.shutdown_timeout ({:?}) had passed",
                        hook.name(),
                        limits.shutdown_timeout
                    );
                }
            }
        }
        in_time
    }
}

impl<S> std::fmt::Debug for Application<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let phase = std::any::type_name::<S>()
            .rsplit("::")
            .next()
            .unwrap_or_default();
        write!(f, "Application<{phase}>")
    }
}
