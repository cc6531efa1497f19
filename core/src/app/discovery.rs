//! Discovery: from what the macros submitted to what is live, and the run of auto-configuration.

use std::sync::Arc;
use std::time::Instant;

use super::{Apps, Owner, OwnerKind, OwnerRegistration};
use crate::autoconfig::{AutoConfiguration, AutoConfigurationRegistration, Configure, ordered};
use crate::command::CommandRegistration;
use crate::component::{ComponentRegistration, FunctionRegistration, Stereotype};
use crate::condition::{ConditionEntry, ConditionReport, evaluate};
use crate::config::{Config, ConfigRegistration};
use crate::container::{Binding, LeftOut, Registry, check};
use crate::error::{Diagnosis, StartupError};
use crate::event::EventListenerRegistration;
use crate::lifecycle::StartupReport;

/// What is live.
pub(crate) struct Discovery {
    pub(crate) registry: Registry,
    pub(crate) conditions: ConditionReport,
    pub(crate) faults: Vec<Diagnosis>,
    auto: Vec<Candidate>,
    left_out: LeftOut,
}

/// An auto-configuration whose conditions hold.
struct Candidate {
    auto: Box<dyn AutoConfiguration>,
    owner: Owner,
}

/// The compiled apps and the installed ones, with what is wrong with `installed_apps`.
pub(crate) fn apps(config: &Config) -> (Apps, Vec<Diagnosis>) {
    let owners: Vec<_> = inventory::iter::<OwnerRegistration>.into_iter().collect();
    let mut faults = Vec::new();
    let mut compiled: Vec<_> = owners
        .iter()
        .filter(|owner| owner.kind == OwnerKind::App)
        .copied()
        .collect();
    compiled.sort_by_key(|app| (app.name, app.module_path));
    for pair in compiled.windows(2) {
        if pair[0].name == pair[1].name {
            faults.push(
                Diagnosis::new(
                    "app::duplicate",
                    format!("two apps are named {}", pair[0].name),
                )
                .at(pair[0].location)
                .at(pair[1].location)
                .help("give one another name"),
            );
        }
    }
    let installed = match config.find::<Vec<String>>("installed_apps") {
        Ok(Some(wanted)) => {
            let mut installed: Vec<&'static str> = Vec::new();
            for name in &wanted {
                match compiled.iter().find(|app| app.name == name) {
                    Some(app) if installed.contains(&app.name) => {}
                    Some(app) => installed.push(app.name),
                    None => faults.push(unknown_app(config, name, &compiled)),
                }
            }
            installed
        }
        // Without the key, what is compiled is installed.
        Ok(None) => compiled.iter().map(|app| app.name).collect(),
        Err(error) => {
            faults.push(error.diagnosis());
            compiled.iter().map(|app| app.name).collect()
        }
    };
    for app in compiled.iter().filter(|app| installed.contains(&app.name)) {
        faults.extend(reserved(app));
        for required in app
            .requires
            .iter()
            .filter(|name| !installed.contains(*name))
        {
            faults.push(
                Diagnosis::new(
                    "app::requires",
                    format!(
                        "app `{}` needs app `{required}`, which is not installed",
                        app.name
                    ),
                )
                .at(app.location)
                .help(format!("add `{required}` to `installed_apps`")),
            );
        }
    }
    if owners.iter().all(|owner| owner.kind != OwnerKind::App)
        && inventory::iter::<ComponentRegistration>
            .into_iter()
            .all(|component| is_starters(&owners, component.module_path))
    {
        faults.push(nothing_registered());
    }
    (Apps::new(owners, installed), faults)
}

/// An app's section of the configuration bears its name, so the name must not be Savia's own; and
/// what belongs to no app is the project's.
fn reserved(app: &OwnerRegistration) -> Option<Diagnosis> {
    if app.name == "project" {
        let what = "an app cannot be named `project`: what belongs to no app is listed under it";
        let fault = Diagnosis::new("app::reserved", what).at(app.location);
        return Some(fault.help("give the app another name"));
    }
    crate::config::is_reserved(app.name).then(|| {
        Diagnosis::new(
            "app::reserved",
            format!(
                "an app cannot be named `{}`: the section of that name is Savia's",
                app.name
            ),
        )
        .at(app.location)
        .help("give the app another name")
    })
}

fn is_starters(owners: &[&OwnerRegistration], module_path: &str) -> bool {
    owners.iter().any(|owner| {
        owner.kind == OwnerKind::Starter && super::is_within(module_path, owner.module_path)
    })
}

/// The linker drops a crate that nothing names, and its registrations with it.
fn nothing_registered() -> Diagnosis {
    Diagnosis::new("app::nothing", "no app and no component is registered")
        .because("the linker leaves out a crate that nothing names, and what it registers with it")
        .help("write `use your_crate as _;` in src/main.rs, with the name of the library")
        .help("or declare an app: `savia::app! { name: \"home\" }`")
}

fn unknown_app(config: &Config, name: &str, compiled: &[&OwnerRegistration]) -> Diagnosis {
    let mut fault = Diagnosis::new(
        "app::unknown",
        format!("`installed_apps` names `{name}`, an unknown app"),
    );
    if let Some(place) = config.place("installed_apps") {
        fault = fault.at(place);
    }
    let names: Vec<_> = compiled.iter().map(|app| app.name).collect();
    if let Some(near) = crate::error::did_you_mean(name, names.iter().copied()) {
        fault = fault.help(format!("did you mean `{near}`?"));
    }
    fault
        .help(if names.is_empty() {
            "no app is compiled in: `savia new-app` makes one".to_owned()
        } else {
            format!("compiled apps: {}", names.join(", "))
        })
        .help("an app of another crate needs a line `use its_crate as _;`")
}

/// Adds an instance that Savia itself provides.
pub(crate) fn provide<I: ?Sized + Send + Sync + 'static>(registry: &mut Registry, it: Arc<I>) {
    registry.add_instance(std::any::type_name::<I>(), Owner::Starter("core"), it);
}

/// Finds what is live, decides the conditions and checks the graph.
pub(crate) fn discover(
    config: &Config,
    apps: &Apps,
    built_in: impl FnOnce(&mut Registry),
) -> Discovery {
    let mut registry = Registry::default();
    built_in(&mut registry);
    let mut conditions = ConditionReport::default();
    let mut left_out = LeftOut::default();
    let mut faults = add_sections(&mut registry, config, apps);
    add_components(&mut registry, &mut conditions, &mut left_out, config, apps);
    add_functions(&mut registry, apps);
    let auto = match auto_configurations(apps) {
        Ok(auto) => auto,
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    };
    let mut matched = Vec::new();
    for candidate in auto {
        let entry = evaluate(
            candidate.auto.name(),
            &candidate.auto.conditions(),
            config,
            apps,
            Some(&registry),
        );
        let holds = entry.matched;
        conditions.entries.push(entry);
        if holds {
            for interface in candidate.auto.provides() {
                registry.promise(candidate.auto.name(), candidate.owner, interface);
            }
            matched.push(candidate);
        }
    }
    registry.settle();
    faults.extend(check(&mut registry, config, apps, &left_out));
    Discovery {
        registry,
        conditions,
        faults,
        auto: matched,
        left_out,
    }
}

/// `#[config]` structs of live owners, read and injectable.
fn add_sections(registry: &mut Registry, config: &Config, apps: &Apps) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    let mut live: Vec<_> = inventory::iter::<ConfigRegistration>
        .into_iter()
        .filter(|section| apps.is_live(section.module_path))
        .collect();
    live.sort_by_key(|section| (section.section, section.location));
    for section in live {
        let owner = apps.owner_of(section.module_path);
        match (section.component)(config) {
            Ok(binding) => registry.add_section(section, owner, binding),
            Err(errors) => {
                faults.extend(errors.iter().map(crate::config::ConfigError::diagnosis));
                registry.promise((section.type_name)(), owner, (section.interface)());
            }
        }
    }
    faults
}

fn add_components(
    registry: &mut Registry,
    conditions: &mut ConditionReport,
    left_out: &mut LeftOut,
    config: &Config,
    apps: &Apps,
) {
    let mut components: Vec<&'static ComponentRegistration> =
        inventory::iter::<ComponentRegistration>
            .into_iter()
            .collect();
    components.sort_by_key(|component| ((component.name)(), component.location));
    for component in components {
        if !apps.is_live(component.module_path) {
            left_out.uninstalled.push(component);
            continue;
        }
        let wanted = (component.conditions)();
        if !wanted.is_empty() {
            let entry = evaluate((component.name)(), &wanted, config, apps, None);
            let failed: Option<String> = entry
                .outcomes
                .iter()
                .find(|it| !it.matched)
                .map(|it| it.message.clone());
            conditions.entries.push(entry);
            if let Some(reason) = failed {
                left_out.unmatched.push((component, reason));
                continue;
            }
        }
        registry.add(Registry::entry_of(component, apps));
    }
}

/// Commands and listeners ask for components too, and are checked like them.
fn add_functions(registry: &mut Registry, apps: &Apps) {
    for function in inventory::iter::<FunctionRegistration> {
        if apps.is_live(function.module_path) {
            registry.add_function(function, apps.owner_of(function.module_path));
        }
    }
}

fn auto_configurations(apps: &Apps) -> Result<Vec<Candidate>, Diagnosis> {
    let candidates: Vec<_> = inventory::iter::<AutoConfigurationRegistration>
        .into_iter()
        .filter(|registration| apps.is_live(registration.module_path))
        .map(|registration| Candidate {
            auto: (registration.make)(),
            owner: apps.owner_of(registration.module_path),
        })
        .collect();
    ordered(candidates, |it| {
        (it.auto.name(), it.auto.after(), it.auto.before())
    })
}

/// Runs the auto-configurations in their order and settles the registry for good.
pub(crate) async fn configure(
    discovery: &mut Discovery,
    config: &Config,
    apps: &Apps,
    startup: &StartupReport,
) -> Result<(), StartupError> {
    let mut faults = Vec::new();
    discovery.registry.withdraw_promises();
    for Candidate { auto, owner } in std::mem::take(&mut discovery.auto) {
        let since = Instant::now();
        let mut on = Configure {
            config,
            apps,
            registry: &mut discovery.registry,
            owner,
            name: auto.name(),
            promised: auto.provides(),
            faults: Vec::new(),
        };
        if let Err(error) = auto.configure(&mut on).await {
            faults.extend(error.diagnoses);
        }
        faults.append(&mut on.faults);
        startup.step(format!("auto-configuration {}", auto.name()), since);
    }
    StartupError::unless_empty(faults)?;
    discovery.registry.settle();
    // An auto-configuration may provide less than it promised, so the graph is checked again.
    StartupError::unless_empty(check(
        &mut discovery.registry,
        config,
        apps,
        &discovery.left_out,
    ))
}

/// The commands of live owners.
pub(crate) fn commands(apps: &Apps) -> Vec<&'static CommandRegistration> {
    inventory::iter::<CommandRegistration>
        .into_iter()
        .filter(|command| apps.is_live(command.module_path))
        .collect()
}

/// What stands in a listing of an app: how many of each thing it registers.
pub(crate) fn registered_in(apps: &Apps, app: &str) -> (usize, usize) {
    let in_app = |module: &str| matches!(apps.owner_of(module), Owner::App(name) if name == app);
    let components = inventory::iter::<ComponentRegistration>;
    let listeners = inventory::iter::<EventListenerRegistration>;
    (
        components
            .into_iter()
            .filter(|it| in_app(it.module_path))
            .count(),
        listeners
            .into_iter()
            .filter(|it| in_app(it.module_path))
            .count(),
    )
}

impl Registry {
    fn add_section(&mut self, section: &ConfigRegistration, owner: Owner, binding: Binding) {
        self.add_bound(
            (section.type_name)(),
            owner,
            section.location,
            Stereotype::Config,
            binding,
        );
    }
}

impl ConditionReport {
    /// The entry of this name.
    pub fn entry(&self, name: &str) -> Option<&ConditionEntry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}
