//! The core's own sections.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use savia_macros::config;

/// The keys at the top of `application.yaml`.
#[config("")]
pub struct ProjectConfig {
    /// The application's name, as logs, metrics and traces know it.
    pub name: Option<String>,
    /// The apps that are live, in this order; without the key, all that are compiled in.
    pub installed_apps: Option<Vec<String>>,
}

/// Redis, for whoever needs it: the cache, sessions, rate limits, tasks.
#[config("redis")]
pub struct RedisConfig {
    /// The server: `redis://host:6379`, `rediss://` for TLS. `REDIS_URL` sets it too.
    #[secret]
    pub url: Option<String>,
}

/// How the application stops.
#[config("lifecycle")]
pub struct LifecycleConfig {
    /// How long all hooks together may take to stop.
    #[default("30s")]
    pub shutdown_timeout: Duration,
    /// How long the application goes on serving after it has said that it is not ready: the time
    /// a load balancer needs to notice.
    #[default("0s")]
    pub drain_delay: Duration,
    /// Which parts of the application this process is, as `run --only` says: `[tasks]` runs tasks and
    /// schedules and serves no HTTP, `[web]` the other way round. Without the key, all of them.
    pub only: Option<Vec<Part>>,
}

/// A part of the application that a process may be alone.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Part {
    /// What takes work from the network: hooks of the phase `Server`.
    Web,
    /// What takes work from queues and schedules: hooks of the phase `Workers`.
    Tasks,
}

/// The threads the application runs on.
#[config("runtime")]
pub struct RuntimeConfig {
    /// Worker threads; without the key, as many as the machine has processors.
    pub worker_threads: Option<NonZeroUsize>,
}

/// What is logged, and how it looks.
#[config("observability.logging")]
pub struct LoggingConfig {
    /// The least level that is logged.
    #[default(LogLevel::Info)]
    pub level: LogLevel,
    /// Levels of single modules: `{blog::apps::posts: debug}`.
    #[default]
    pub levels: BTreeMap<String, LogLevel>,
    /// How a line looks; without the key, `json` in profile prod and `pretty` in others.
    pub format: Option<LogFormat>,
}

/// How much is logged.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What went wrong.
    Error,
    /// And what might go wrong.
    Warn,
    /// And what happened.
    Info,
    /// And how it happened.
    Debug,
    /// And every step of it.
    Trace,
}

impl LogLevel {
    /// The level's name, as `tracing` spells it in a filter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// How a log line looks.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}
