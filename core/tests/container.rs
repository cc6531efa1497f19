//! The container as an application's author meets it: one test binary, an app for each case,
//! chosen by `installed_apps`.

#![allow(
    unreachable_pub,
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    reason = "these stand for an application's own code, and its tests"
)]

extern crate savia_core as savia;

use std::sync::Arc;

use savia_core::app::AppHandle;
use savia_core::config::Sources;
use savia_core::container::{Overrides, ResolveError};
use savia_core::error::StartupError;
use savia_core::lifecycle::Application;

/// Every injection point there is.
mod healthy {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use savia_core::{config, service};

    savia_core::app! { name: "healthy" }

    pub static BUILT: AtomicUsize = AtomicUsize::new(0);

    pub trait Greeter: Send + Sync {
        fn greet(&self) -> String;
    }

    #[service(provides(dyn Greeter), order = 2, qualifier = "plain")]
    pub struct Plain {
        #[value("healthy.greeting", default = "Hello".to_owned())]
        greeting: String,
        #[init({ BUILT.fetch_add(1, Ordering::SeqCst); })]
        _counted: (),
    }

    impl Greeter for Plain {
        fn greet(&self) -> String {
            self.greeting.clone()
        }
    }

    #[service(provides(dyn Greeter), order = 1, primary)]
    pub struct Loud {
        #[qualifier("plain")]
        inner: Arc<dyn Greeter>,
    }

    impl Greeter for Loud {
        fn greet(&self) -> String {
            self.inner.greet().to_uppercase()
        }
    }

    pub trait Nobody: Send + Sync {}

    #[config("healthy")]
    pub struct HealthyConfig {
        /// What is said.
        pub greeting: Option<String>,
        /// How often.
        #[default(1)]
        pub times: u32,
    }

    #[service]
    pub struct Everything {
        pub preferred: Arc<dyn Greeter>,
        pub concrete: Arc<Plain>,
        pub all: Vec<Arc<dyn Greeter>>,
        pub absent: Option<Arc<dyn Nobody>>,
        pub config: Arc<HealthyConfig>,
        #[value("healthy.rounds", default = 7u32)]
        pub times: u32,
        #[init(vec![1, 2])]
        pub own: Vec<u8>,
    }

    #[service(conditional(property = "healthy.greeting"))]
    pub struct OnlyWhenGreeting;

    #[service(conditional(profile = "night"))]
    pub struct OnlyAtNight;
}

/// A cycle, a missing and an ambiguous dependency in one project.
mod broken {
    use std::sync::Arc;

    use savia_core::service;

    savia_core::app! { name: "broken" }

    #[service]
    pub struct Hen {
        _egg: Arc<Egg>,
    }

    #[service]
    pub struct Egg {
        _chick: Arc<Chick>,
    }

    #[service]
    pub struct Chick {
        _hen: Arc<Hen>,
    }

    pub trait Mailer: Send + Sync {}

    #[service]
    pub struct Orders {
        _mailer: Arc<dyn Mailer>,
    }

    #[service]
    pub struct Shop {
        _orders: Arc<Orders>,
        #[value("broken.limit")]
        _limit: u32,
    }

    pub trait Clock: Send + Sync {}

    #[service(provides(dyn Clock))]
    pub struct Sundial;
    impl Clock for Sundial {}

    #[service(provides(dyn Clock))]
    pub struct Quartz;
    impl Clock for Quartz {}

    #[service]
    pub struct Planner {
        _clock: Arc<dyn Clock>,
    }
}

/// Has what `broken` lacks.
mod mail {
    use savia_core::service;

    savia_core::app! { name: "mail", requires: ["broken"] }

    #[service(provides(dyn super::broken::Mailer))]
    pub struct Smtp;
    impl super::broken::Mailer for Smtp {}
}

/// Bears the name of a section that is Savia's.
mod misnamed {
    savia_core::app! { name: "tasks" }
}

/// A starter with a default that users may replace, and an app that does.
mod starter {
    use std::sync::Arc;

    use async_trait::async_trait;
    use savia_core::autoconfig::{AutoConfiguration, Configure};
    use savia_core::component::Interface;
    use savia_core::condition::Condition;
    use savia_core::error::StartupError;

    savia_core::starter! { name: "store" }

    pub trait Store: Send + Sync {
        fn name(&self) -> &'static str;
    }

    struct MemoryStore;
    impl Store for MemoryStore {
        fn name(&self) -> &'static str {
            "memory"
        }
    }

    #[savia_core::auto_configuration]
    struct StoreAutoConfiguration;

    #[async_trait]
    impl AutoConfiguration for StoreAutoConfiguration {
        fn conditions(&self) -> Vec<Condition> {
            vec![Condition::missing_component::<dyn Store>()]
        }

        fn provides(&self) -> Vec<Interface> {
            vec![Interface::of::<dyn Store>()]
        }

        async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
            configure.provide::<dyn Store>(Arc::new(MemoryStore));
            Ok(())
        }
    }
}

mod replacing {
    use savia_core::service;

    savia_core::app! { name: "replacing" }

    #[service(provides(dyn super::starter::Store))]
    pub struct FileStore;

    impl super::starter::Store for FileStore {
        fn name(&self) -> &'static str {
            "file"
        }
    }
}

/// Components of `#[derive(shaku::Component)]` live beside ours.
mod plain_shaku {
    use std::sync::Arc;

    use savia_core::service;

    savia_core::app! { name: "plain_shaku" }

    pub trait Named: shaku::Interface {
        fn name(&self) -> &'static str;
    }

    pub trait Greeting: shaku::Interface {
        fn text(&self) -> String;
    }

    #[service(provides(dyn Named))]
    pub struct Ada;

    impl Named for Ada {
        fn name(&self) -> &'static str {
            "Ada"
        }
    }

    #[derive(shaku::Component)]
    #[shaku(interface = Greeting)]
    pub struct Derived {
        #[shaku(inject)]
        named: Arc<dyn Named>,
    }

    impl Greeting for Derived {
        fn text(&self) -> String {
            format!("Hello, {}!", self.named.name())
        }
    }

    savia_core::component! { Derived: dyn Greeting, needs: [dyn Named] }

    #[service]
    pub struct Door {
        pub greeting: Arc<dyn Greeting>,
    }
}

async fn start(apps: &str, settings: &[(&str, &str)]) -> Result<AppHandle, StartupError> {
    start_with(apps, settings, Overrides::default()).await
}

async fn start_with(
    apps: &str,
    settings: &[(&str, &str)],
    overrides: Overrides,
) -> Result<AppHandle, StartupError> {
    let dir = tempfile::tempdir().unwrap();
    let mut sources = Sources::in_dir(dir.path()).environment(Vec::<(String, String)>::new());
    sources = sources.set("installed_apps", apps);
    for (key, value) in settings {
        sources = if *key == "profile" {
            sources.profile(*value)
        } else {
            sources.set(*key, *value)
        };
    }
    let discovered = Application::configure(sources)?.discover(overrides);
    Ok(discovered.build().await?.handle().clone())
}

#[tokio::test]
async fn every_injection_point_is_filled() {
    let app = start("[healthy]", &[("healthy.greeting", "Good day")])
        .await
        .unwrap();
    let everything = app.component::<healthy::Everything>().unwrap();
    assert_eq!(everything.preferred.greet(), "GOOD DAY");
    let all: Vec<_> = everything
        .all
        .iter()
        .map(|greeter| greeter.greet())
        .collect();
    assert_eq!(all, ["GOOD DAY", "Good day"], "in the declared order");
    assert!(everything.absent.is_none());
    assert_eq!(everything.config.greeting.as_deref(), Some("Good day"));
    assert_eq!((everything.config.times, everything.times), (1, 7));
    assert_eq!(everything.own, [1, 2]);
    let plain = app.component::<healthy::Plain>().unwrap();
    assert!(
        Arc::ptr_eq(&plain, &everything.concrete),
        "components are built once"
    );
}

#[tokio::test]
async fn conditions_decide_what_is_live() {
    for off in ["", "FALSE"] {
        let app = start("[healthy]", &[("healthy.greeting", off)])
            .await
            .unwrap();
        assert!(
            app.component::<healthy::OnlyWhenGreeting>().is_none(),
            "{off:?}"
        );
    }
    let app = start("[healthy]", &[]).await.unwrap();
    assert!(app.component::<healthy::OnlyWhenGreeting>().is_none());
    assert!(app.component::<healthy::OnlyAtNight>().is_none());
    let settings = [("healthy.greeting", "Hi"), ("profile", "night")];
    let app = start("[healthy]", &settings).await.unwrap();
    assert!(app.component::<healthy::OnlyWhenGreeting>().is_some());
    assert!(app.component::<healthy::OnlyAtNight>().is_some());
    let report = app.conditions();
    let night = report
        .entries
        .iter()
        .find(|it| it.name.ends_with("OnlyAtNight"))
        .unwrap();
    assert_eq!(night.outcomes[0].message, "the profile is night");
}

#[tokio::test]
async fn all_faults_of_a_graph_are_reported_in_one_run() {
    let error = start("[broken]", &[]).await.unwrap_err();
    let codes: Vec<_> = error.diagnoses.iter().map(|fault| fault.code).collect();
    assert_eq!(
        codes,
        [
            "config::missing",
            "component::missing",
            "component::ambiguous",
            "component::circular"
        ],
        "{}",
        error.report(false)
    );
    let report = error.report(false);
    for line in [
        "nothing provides `dyn Mailer`",
        "Orders._mailer asks for it",
        "which Shop._orders needs at core/tests/container.rs",
        "Smtp (core/tests/container.rs",
        "its app is not installed: add `mail` to `installed_apps`",
        "2 components provide `dyn Clock` and none is preferred",
        "Sundial (app broken) provides it",
        "components need each other in a circle: Chick → Hen → Egg → Chick",
        "`broken.limit`",
    ] {
        assert!(report.contains(line), "{line:?} is not in\n{report}");
    }
}

#[tokio::test]
async fn a_users_component_beats_the_starters() {
    let app = start("[healthy]", &[]).await.unwrap();
    assert_eq!(
        app.component::<dyn starter::Store>().unwrap().name(),
        "memory"
    );
    let entry = app.conditions().entry("StoreAutoConfiguration").unwrap();
    assert!(entry.matched, "{entry:?}");

    let app = start("[replacing]", &[]).await.unwrap();
    assert_eq!(
        app.component::<dyn starter::Store>().unwrap().name(),
        "file"
    );
    let entry = app.conditions().entry("StoreAutoConfiguration").unwrap();
    assert_eq!(
        entry.outcomes[0].message,
        "a component provides `dyn Store`"
    );
}

#[tokio::test]
async fn an_override_beats_everything() {
    struct Mock;
    impl healthy::Greeter for Mock {
        fn greet(&self) -> String {
            "mock".to_owned()
        }
    }
    let mut overrides = Overrides::default();
    overrides.set::<dyn healthy::Greeter>(Arc::new(Mock));
    let app = start_with("[healthy]", &[], overrides).await.unwrap();
    let everything = app.component::<healthy::Everything>().unwrap();
    assert_eq!(everything.preferred.greet(), "mock");
    assert_eq!(everything.all.len(), 1);
}

#[tokio::test]
async fn unknown_and_missing_apps_are_explained() {
    let error = start("[helthy, mail]", &[]).await.unwrap_err();
    let report = error.report(false);
    for line in [
        "`installed_apps` names `helthy`, an unknown app",
        "did you mean `healthy`?",
        "app `mail` needs app `broken`, which is not installed",
    ] {
        assert!(report.contains(line), "{line:?} is not in\n{report}");
    }
}

#[tokio::test]
async fn an_app_cannot_bear_the_name_of_savias_own_section() {
    let error = start("[tasks]", &[]).await.unwrap_err();
    assert_eq!(error.diagnoses[0].code, "app::reserved");
    assert!(error.report(false).contains("give the app another name"));
}

#[tokio::test]
async fn what_is_not_installed_contributes_nothing() {
    let app = start("[healthy]", &[]).await.unwrap();
    assert!(app.component::<broken::Sundial>().is_none());
    assert!(
        app.registry()
            .entries()
            .iter()
            .all(|entry| !entry.name.contains("broken"))
    );
    let missing = app
        .container()
        .unwrap()
        .try_resolve::<broken::Sundial>()
        .err();
    assert_eq!(
        missing,
        Some(ResolveError::Missing("container::broken::Sundial"))
    );
}

#[tokio::test]
async fn plain_shaku_components_are_built_by_the_same_container() {
    use shaku::HasComponent;

    let app = start("[plain_shaku]", &[]).await.unwrap();
    let door = app.component::<plain_shaku::Door>().unwrap();
    assert_eq!(door.greeting.text(), "Hello, Ada!");
    let container = app.container().unwrap();
    let resolved: Arc<dyn plain_shaku::Greeting> = container.resolve();
    assert!(
        Arc::ptr_eq(&resolved, &door.greeting),
        "singletons are shared"
    );
}
