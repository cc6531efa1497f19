//! Configuration as an application meets it: files in a folder, an environment, arguments.

extern crate savia_core as savia;

mod config_support;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use config_support::Project;
use savia_core::config::sections::{LifecycleConfig, LogLevel, LoggingConfig, RedisConfig};
use savia_core::config::{ByteSize, ConfigError, Secret};

/// The shop's catalogue.
#[savia_core::config("shop")]
#[derive(PartialEq)]
pub struct ShopConfig {
    /// Products on a page.
    #[default(20)]
    #[garde(range(min = 1, max = 100))]
    pub page_size: u32,
    /// What is added to a price.
    #[default(0.19)]
    pub tax: f64,
    /// Where pictures are.
    #[default("pictures")]
    pub pictures: PathBuf,
    /// Who may ask.
    #[default(["127.0.0.1"])]
    pub allowed: Vec<IpAddr>,
    /// How long a basket is kept.
    #[default("2h")]
    pub basket_ttl: Duration,
    /// The largest picture.
    #[default(ByteSize::mib(10))]
    pub picture_limit: ByteSize,
    /// How prices are shown.
    #[default(Currency::Euro)]
    pub currency: Currency,
    /// Words for the search.
    #[default]
    pub synonyms: BTreeMap<String, Vec<String>>,
    /// The carrier's interface.
    pub carrier: CarrierConfig,
    /// Partners.
    #[default]
    pub partners: Vec<PartnerConfig>,
    /// A note for the front page.
    pub note: Option<String>,
}

/// The carrier that brings parcels.
#[savia_core::config]
#[derive(PartialEq)]
pub struct CarrierConfig {
    /// Its address.
    #[default("https://carrier.example")]
    pub url: String,
    /// The key it knows us by.
    #[key("api-key")]
    #[secret]
    pub api_key: Option<String>,
    /// How often a call is tried.
    #[default(3)]
    pub attempts: u8,
}

/// A partner.
#[savia_core::config]
#[derive(PartialEq)]
pub struct PartnerConfig {
    /// Its name.
    #[garde(length(min = 2))]
    pub name: String,
    /// Its word.
    pub token: Option<Secret<String>>,
}

/// How prices are shown.
#[savia_core::config]
#[derive(Copy, PartialEq)]
pub enum Currency {
    /// €
    Euro,
    /// $
    UsDollar,
}

/// What must be said.
#[savia_core::config("mailer")]
pub struct MailerConfig {
    /// Who writes.
    pub sender: String,
    /// The server.
    pub server: MailServer,
}

/// A server for mail.
#[savia_core::config]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port.
    #[default(587)]
    pub port: u16,
}

#[test]
fn without_any_file_everything_has_its_default() {
    let config = Project::new().load();
    let shop = config.section::<ShopConfig>().unwrap();
    assert_eq!(shop.page_size, 20);
    assert_eq!(shop.pictures, PathBuf::from("pictures"));
    assert_eq!(shop.allowed, ["127.0.0.1".parse::<IpAddr>().unwrap()]);
    assert_eq!(shop.basket_ttl, Duration::from_secs(7200));
    assert_eq!(shop.picture_limit.to_string(), "10MiB");
    assert_eq!(shop.currency, Currency::Euro);
    assert_eq!(shop.carrier, CarrierConfig::default());
    assert_eq!(shop.note, None);
    assert_eq!(config.profile(), "dev");
    assert!(!config.is_prod());
    let lifecycle = config.section::<LifecycleConfig>().unwrap();
    assert_eq!(lifecycle.shutdown_timeout, Duration::from_secs(30));
    assert_eq!(
        config.section::<LoggingConfig>().unwrap().level,
        LogLevel::Info
    );
    // A key alone has the default that its section declares.
    assert_eq!(config.get::<u32>("shop.page_size").unwrap(), 20);
    assert_eq!(
        config.place("shop.page_size").unwrap().to_string(),
        "default"
    );
}

#[test]
fn later_sources_win() {
    let mut project = Project::new();
    project.file(
        "application.yaml",
        "shop: {page_size: 30, tax: 0.07, note: base}\n",
    );
    let check = |project: &Project, value: u32, place: &str| {
        let config = project.load();
        assert_eq!(config.get::<u32>("shop.page_size").unwrap(), value);
        assert_eq!(config.place("shop.page_size").unwrap().to_string(), place);
        // What a later source does not say stays.
        assert_eq!(config.get::<String>("shop.note").unwrap(), "base");
    };
    check(&project, 30, "application.yaml:1:19");
    project.file("application-dev.yaml", "shop:\n  page_size: 31\n");
    check(&project, 31, "application-dev.yaml:2:14");
    project.file(".env", "# ours\nSAVIA_SHOP__PAGE_SIZE=32\n");
    check(&project, 32, ".env:2");
    project.sources = project.sources.variable("SAVIA_SHOP__PAGE_SIZE", "33");
    check(&project, 33, "environment variable SAVIA_SHOP__PAGE_SIZE");
    project.sources = project.sources.set("shop.page_size", "34");
    check(&project, 34, "command line --set shop.page_size");
    project.sources = project.sources.over("shop.page_size", 35);
    check(&project, 35, "test override shop.page_size");

    let explained = project.load().explain("shop.page_size").unwrap();
    let beaten: Vec<_> = explained
        .overrode
        .iter()
        .map(|it| format!("{} {}", it.value, it.source))
        .collect();
    assert_eq!(
        beaten,
        [
            "34 command line --set shop.page_size",
            "33 environment variable SAVIA_SHOP__PAGE_SIZE",
            "32 .env:2",
            "31 application-dev.yaml:2:14",
            "30 application.yaml:1:19",
            "20 default",
        ]
    );
}

#[test]
fn the_profile_is_an_argument_or_a_variable() {
    let mut project = Project::new();
    project.file("application-prod.yaml", "shop: {note: for real}\n");
    project.file("application-staging.yaml", "shop: {note: nearly}\n");
    assert_eq!(project.load().find::<String>("shop.note").unwrap(), None);
    project.file(".env", "SAVIA_PROFILE=staging\n");
    assert_eq!(project.load().get::<String>("shop.note").unwrap(), "nearly");
    project.sources = project.sources.variable("SAVIA_PROFILE", "prod");
    let config = project.load();
    assert_eq!(config.get::<String>("shop.note").unwrap(), "for real");
    assert!(config.is_prod());
    project.sources = project.sources.profile("staging");
    assert_eq!(project.load().profile(), "staging");
}

#[test]
fn names_in_the_environment_are_relaxed_and_values_are_what_the_field_wants() {
    let mut project = Project::new();
    project.file("application.yaml", "data: {pool-size: 3}\n");
    for (name, value) in [
        ("savia_shop__pageSize", "7"),
        ("SAVIA_SHOP__CARRIER__API_KEY", "[not a list]"),
        ("SAVIA_SHOP__ALLOWED", "[10.0.0.1, '::1']"),
        ("SAVIA_SHOP__SYNONYMS", "{car: [auto]}"),
        ("SAVIA_SHOP__NOTE", "123"),
        ("SAVIA_SHOP__CURRENCY", "us-dollar"),
        ("SAVIA_DATA__POOL_SIZE", "9"),
        ("SAVIA_INSTALLED_APPS", "[posts, users]"),
        ("PORT", "9001"),
        ("DATABASE_URL", "postgres://me:pass@db/blog"),
        ("REDIS_URL", "redis://cache"),
        ("SAVIA_REDIS__URL", "redis://ours"),
    ] {
        project.sources = project.sources.variable(name, value);
    }
    let config = project.load();
    let shop = config.section::<ShopConfig>().unwrap();
    assert_eq!(shop.page_size, 7);
    assert_eq!(shop.carrier.api_key.as_deref(), Some("[not a list]"));
    assert_eq!(shop.allowed.len(), 2);
    assert_eq!(shop.synonyms["car"], ["auto"]);
    assert_eq!(shop.note.as_deref(), Some("123"));
    assert_eq!(shop.currency, Currency::UsDollar);
    assert_eq!(config.get::<u8>("data.pool-size").unwrap(), 9);
    assert_eq!(
        config.get::<Vec<String>>("installed_apps").unwrap(),
        ["posts", "users"]
    );
    assert_eq!(config.get::<u16>("server.port").unwrap(), 9001);
    assert_eq!(
        config.place("server.port").unwrap().to_string(),
        "environment variable PORT"
    );
    assert_eq!(
        config.get::<String>("data.url").unwrap(),
        "postgres://me:pass@db/blog"
    );
    assert_eq!(
        config.section::<RedisConfig>().unwrap().url.as_deref(),
        Some("redis://ours")
    );
    assert_eq!(config.check(), (vec![], vec![]));
}

#[test]
fn an_empty_section_hides_nothing_and_null_gives_the_default_back() {
    let mut project = Project::new();
    project.file(
        "application.yaml",
        "shop:\n  page_size: 30\n  note: base\nlifecycle:\n",
    );
    project.file(
        "application-dev.yaml",
        "shop:\n  page_size: ~\n  note:\n  carrier:\n",
    );
    let config = project.load();
    let shop = config.section::<ShopConfig>().unwrap();
    assert_eq!((shop.page_size, shop.note), (20, None));
    assert_eq!(config.get::<u32>("shop.page_size").unwrap(), 20);
    assert_eq!(shop.carrier.attempts, 3);
    assert_eq!(
        config.section::<LifecycleConfig>().unwrap().drain_delay,
        Duration::ZERO
    );
}

#[test]
fn placeholders_are_typed_by_the_field_and_fail_only_where_they_are_read() {
    let mut project = Project::new();
    project.file(
        "application.yaml",
        "name: blog\nshop:\n  page_size: ${PAGE:40}\n  note: \"${name} costs $${5}\"\n  \
         carrier: {url: \"https://${HOST}/${name}\", api-key: \"${API_KEY}\"}\n  \
         tax: ${NO_TAX}\n",
    );
    project.file(".env", "API_KEY='k${x'\\nHOST=env.example\n");
    project.sources = project.sources.variable("HOST", "h.example");
    let config = project.load();
    assert_eq!(config.get::<u32>("shop.page_size").unwrap(), 40);
    assert_eq!(
        config.get::<String>("shop.note").unwrap(),
        "blog costs ${5}"
    );
    assert_eq!(
        config.get::<String>("shop.carrier.url").unwrap(),
        "https://h.example/blog"
    );
    let faults = config.section::<ShopConfig>().unwrap_err();
    assert_eq!(faults.len(), 1);
    let diagnosis = faults[0].diagnosis();
    assert_eq!(diagnosis.code, "config::placeholder");
    assert_eq!(diagnosis.what, "`shop.tax`: nothing is named `NO_TAX`");
    assert_eq!(diagnosis.places, ["application.yaml:6:8"]);
    let explained = config.explain("shop.carrier.url").unwrap();
    assert_eq!(
        explained.written.as_deref(),
        Some("https://${HOST}/${name}")
    );
}

#[test]
fn secrets_are_shown_nowhere() {
    let mut project = Project::new();
    project.file(
        "application.yaml",
        "shop:\n  carrier: {api-key: hunter2}\n  partners:\n    - {name: Ada, token: hunter2}\n\
         redis: {url: 'redis://:hunter2@cache'}\n\
         data: {url: 'postgres://me:hunter2@db/blog', options: {password: hunter2}}\n\
         security: {jwt: {secret: [hunter2]}}\n",
    );
    let config = project.load();
    let shop = config.section::<ShopConfig>().unwrap();
    assert_eq!(shop.carrier.api_key.as_deref(), Some("hunter2"));
    assert_eq!(
        shop.partners[0]
            .token
            .as_ref()
            .map(|it| it.expose().as_str()),
        Some("hunter2")
    );
    let shown = [
        serde_json::to_string(&config.entries()).unwrap(),
        serde_json::to_string(&config.explain("shop")).unwrap(),
        config.explain("data.url").unwrap().to_string(),
        config.explain("redis").unwrap().to_string(),
        format!(
            "{shop:?} {config:?} {:?}",
            config.section::<RedisConfig>().unwrap()
        ),
    ];
    for text in shown {
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("******"), "{text}");
    }
    assert!(
        config
            .explain("data.url")
            .unwrap()
            .to_string()
            .contains("postgres://me:******@db/")
    );

    // Not even where they are wrong.
    project.file("application.yaml", "security: {password: hunter2: x}\n");
    assert!(!project.report::<()>().contains("hunter2"));
    project.file(
        "application.yaml",
        "shop: {carrier: {api-key: [hunter2]}}\n",
    );
    project.sources = project
        .sources
        .variable("SAVIA_SHOP__PARTNERS", "[{name: A, token: [x]}]");
    let faults = project.load().section::<ShopConfig>().unwrap_err();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(!format!("{faults:?}").contains("hunter2"));
}

#[test]
fn five_faults_in_a_file_are_five_faults_told() {
    let mut project = Project::new();
    project.file(
        "application.yaml",
        "shop:\n  page_size: 1000\n  tax: much\n  basket_ttl: 30\n  currency: euros\n  \
         carrier:\n    attempts: 300\n  pag_size: 5\nserver:\n  port: 80\nmailer:\n  \
         sender: a@b.example\n",
    );
    insta::assert_snapshot!(project.report::<(ShopConfig, MailerConfig)>());
}

#[test]
fn unknown_keys_are_errors_in_files_and_warnings_in_the_environment() {
    let mut project = Project::new();
    project.file(
        "application.yaml",
        "nmae: blog\npage_size: 3\nshop.tax: 1\nblog: {x: 1}\nshop:\n  partners:\n    \
         - {name: Ada, tokn: x}\ndata: {anything: goes}\nobservability: {tracing: {x: 1}, \
         logging: {levle: info}}\n",
    );
    for name in [
        "SAVIA_SHOP__PAGESIZES",
        "SAVIA_SHOP__CARRIER_ATTEMPTS",
        "SAVIA_REQUIRE_SERVICES",
        "SAVIA_PROFILE",
        "OTHER",
    ] {
        project.sources = project.sources.variable(name, "1");
    }
    project.sources = project.sources.set("shop.colour", "red");
    insta::assert_snapshot!(project.report::<()>());
}

#[test]
fn files_that_cannot_be_parsed_are_all_told() {
    let mut project = Project::new();
    project.file("application.yaml", "shop:\n  page_size: [1\nserver: {}\n");
    project.file(
        "application-dev.yaml",
        "shop: {tax: 1, tax: 2}\nname: a\nname: b\n",
    );
    project.file(".env", "FINE=1\nnot a variable\n");
    project.sources = project
        .sources
        .variable("SAVIA_SHOP__ALLOWED", "[1")
        .set("shop.partners", "{a")
        .set("", "x");
    insta::assert_snapshot!(project.report::<()>());
}

#[test]
fn the_wrong_kind_of_file_is_told() {
    let check = |name: &str, text: &str, what: &str| {
        let mut project = Project::new();
        project.file(name, text);
        let report = project.report::<()>();
        assert!(report.contains(what), "{report}");
    };
    check(
        "application.yml",
        "name: x\n",
        "named application.yml; it is read as application.yaml",
    );
    check(
        "application.yaml",
        "- name\n",
        "a configuration is a map of keys",
    );
    check("application.yaml", "a:\n\tb: 1\n", "indented with spaces");
    check("application.yaml", "a: 1\n---\na: 2\n", "application.yaml:");
    // An empty file is an empty configuration.
    check("application.yaml", "# later\n", "no faults");
}

#[test]
fn a_missing_key_says_what_to_set() {
    let mut project = Project::new();
    let faults = project.load().section::<MailerConfig>().unwrap_err();
    let keys: Vec<_> = faults.iter().filter_map(ConfigError::key).collect();
    assert_eq!(keys, ["mailer.sender", "mailer.server.host"]);
    let diagnosis = faults[1].diagnosis();
    assert_eq!(diagnosis.code, "config::missing");
    assert_eq!(
        diagnosis.what,
        "`mailer.server.host` is required and is not set"
    );
    assert_eq!(
        diagnosis.help[1],
        "or the environment variable SAVIA_MAILER__SERVER__HOST"
    );
    assert!(matches!(
        project.load().get::<u8>("no.such.key"),
        Err(ConfigError::Missing { key, .. }) if key == "no.such.key"
    ));
    assert_eq!(project.load().find::<u8>("no.such.key").unwrap(), None);
    project.file("application.yaml", "mailer: [a]\n");
    let faults = project.load().section::<MailerConfig>().unwrap_err();
    assert_eq!(
        faults[0].to_string(),
        "`mailer` must be a section with keys of its own, not a list (application.yaml:1:9)"
    );
}

#[test]
fn a_key_is_explained() {
    let mut project = Project::new();
    project.file("application.yaml", "shop:\n  page_size: 50\n");
    project.sources = project.sources.variable("SAVIA_SHOP__PAGE_SIZE", "60");
    let config = project.load();
    insta::assert_snapshot!(config.explain("shop.page_size").unwrap().to_string());
    assert!(config.explain("shop.no_such").is_none());
    let section = config.explain("shop").unwrap();
    assert_eq!(section.doc, "The shop's catalogue.");
    assert_eq!(section.keys.len(), 11);
    let undeclared = config.explain("server.port");
    assert!(undeclared.is_none(), "{undeclared:?}");
    project.sources = project.sources.set("server.port", "80");
    let server = project.load().explain("server.port").unwrap();
    assert!(
        server
            .declared_by
            .contains("the starter `web`, which is not compiled in")
    );
}

#[test]
fn entries_tell_every_effective_key_and_its_source() {
    let mut project = Project::new();
    project.file(
        "application.yaml",
        "shop:\n  synonyms: {car: [auto]}\n  tax: ${NO}\n",
    );
    let entries = project.load().entries();
    let of = |key: &str| entries.iter().find(|entry| entry.key == key);
    let synonyms = of("shop.synonyms.car").unwrap();
    assert_eq!(synonyms.value, serde_json::json!(["auto"]));
    assert_eq!(synonyms.source.to_string(), "application.yaml:2:19");
    assert_eq!(of("shop.basket_ttl").unwrap().value, "2h");
    assert_eq!(of("shop.basket_ttl").unwrap().source.to_string(), "default");
    assert!(
        of("shop.tax")
            .unwrap()
            .error
            .as_ref()
            .unwrap()
            .contains("`NO`")
    );
    assert!(of("shop.note").is_none());
}

#[test]
fn the_schema_says_all_that_is_declared() {
    let schema = Project::new().load().json_schema();
    insta::assert_json_snapshot!(schema);
}
