//! The section `server`: everything that can be said of the HTTP server.

mod cors;
mod forwarded;
mod headers;
mod request_id;
mod rules;

use std::collections::BTreeMap;
use std::time::Duration;

use savia_core::config;
use savia_core::config::ByteSize;

pub use cors::CorsConfig;
pub use forwarded::ForwardedHeader;
pub use headers::{
    FrameOptions, HeadersConfig, HstsConfig, OpenerPolicy, ReferrerPolicy, ResourcePolicy,
};
pub use request_id::RequestIdConfig;

pub use crate::docs::{DocsConfig, DocsEnabled};

/// The HTTP server.
#[config("server")]
pub struct ServerConfig {
    /// Whether HTTP is served at all. A process that only works through queues says `false`.
    #[default(true)]
    pub enabled: bool,

    /// The address or host name to listen on; `0.0.0.0` listens on every IPv4 interface, `::` on
    /// every interface.
    #[default("127.0.0.1")]
    #[garde(length(min = 1))]
    pub host: String,

    /// The port to listen on, from 0 to 65535; 0 takes a free one. `PORT` sets it too.
    #[default(8080)]
    pub port: u16,

    /// Threads that serve requests, from 1 to 512; without the key, as many as there are
    /// processors.
    #[garde(range(min = 1, max = 512))]
    pub workers: Option<usize>,

    /// Connections that may wait to be accepted, from 1 to 65535; the kernel's own limit
    /// (`net.core.somaxconn`) stands above it.
    #[default(1024)]
    #[garde(range(min = 1, max = 65_535))]
    pub backlog: u32,

    /// Connections that one worker serves at a time, from 1 to 1,000,000; more wait in the
    /// backlog.
    #[default(25_600)]
    #[garde(range(min = 1, max = 1_000_000))]
    pub max_connections: usize,

    /// How long a connection without a request stays open, up to `1h`; `0s` closes it after every
    /// answer. The default outlives the 60 s of the usual load balancers, which otherwise send
    /// requests down connections that have just been closed.
    #[default("75s")]
    #[garde(custom(savia_core::config::rules::at_most_an_hour))]
    pub keep_alive: Duration,

    /// How long a client may take to send the line and headers of its first request, up to `1h`;
    /// then 408 and the connection is closed. `0s` waits forever. (actix-web starts no such clock
    /// for later requests of a connection.)
    #[default("5s")]
    #[garde(custom(savia_core::config::rules::at_most_an_hour))]
    pub client_request_timeout: Duration,

    /// How long a client may take to close its side of a connection that the server closes, up
    /// to `1h`; `0s` does not wait.
    #[default("1s")]
    #[garde(custom(savia_core::config::rules::at_most_an_hour))]
    pub client_disconnect_timeout: Duration,

    /// How long a request may take from its headers to the head of its answer, body included, up
    /// to `24h`; then 503. `0s` sets no limit. A route may say otherwise: `timeout = "2m"`.
    #[default("30s")]
    #[garde(custom(savia_core::config::rules::at_most_a_day))]
    pub request_timeout: Duration,

    /// The most bytes a request's body may have; more is 413. A route may say otherwise:
    /// `body_limit = "10MiB"`. (The line and headers of a request may have 128 KiB in 96 headers,
    /// which is actix-web's own limit; more is 431.)
    #[default(ByteSize::mib(2))]
    pub body_limit: ByteSize,

    /// What stands before every path, such as `/api`; empty for nothing.
    #[default]
    #[garde(custom(rules::prefix))]
    pub path_prefix: String,

    /// What stands before the paths of single apps, behind `path_prefix`: `{posts: /blog}`.
    #[default]
    #[garde(custom(rules::prefixes))]
    pub prefixes: BTreeMap<String, String>,

    /// The hosts that are served: `example.com`, `*.example.com` for every name below it. A request
    /// for another is 400; ports are not looked at. Empty for every host.
    #[default]
    pub allowed_hosts: Vec<String>,

    /// The proxies that stand before the server, by address (`10.0.0.7`) or network (`10.0.0.0/8`):
    /// they are believed when they say whom they speak for. Empty for none.
    #[default]
    pub trusted_proxies: Vec<String>,

    /// The header in which they say it. They have to set it themselves, or add to it: what a client
    /// wrote there is passed over only where the proxy's own word stands behind it.
    #[default(ForwardedHeader::XForwardedFor)]
    pub forwarded_header: ForwardedHeader,

    /// The id of a request.
    #[default]
    pub request_id: RequestIdConfig,

    /// Headers that make browsers careful.
    #[default]
    pub headers: HeadersConfig,

    /// Which pages of other origins may call.
    #[default]
    pub cors: CorsConfig,

    /// Whether answers are compressed (Zstandard, gzip, Brotli) for clients that ask for it. A
    /// route may say otherwise: `compression = false`.
    #[default(true)]
    pub compression: bool,

    /// Smaller answers are not compressed: the headers would eat what the body saves.
    #[default(ByteSize::kib(1))]
    pub compression_min_size: ByteSize,
}

#[cfg(test)]
mod tests {
    use savia_core::config::{Config, ConfigValue, Sources};

    use super::*;

    /// The README shows every key with its default.
    #[test]
    fn the_readme_tells_the_defaults() {
        let readme = include_str!("../README.md");
        let (_, rest) = readme.split_once("```yaml\n").unwrap();
        let (yaml, _) = rest.split_once("```").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("application.yaml"), yaml).unwrap();
        let config = Config::load(Sources::in_dir(folder.path())).unwrap();
        assert!(config.check().0.is_empty(), "{:?}", config.check().0);

        let mut told: ServerConfig = config.section().unwrap();
        assert_eq!(told.workers.take(), Some(4), "it has no default to tell");
        assert_eq!(told.to_json(), ServerConfig::default().to_json());
        let optional = [
            "enabled",
            "headers.content_security_policy",
            "headers.permissions_policy",
        ];
        for key in config.declared().keys() {
            let Some(name) = key.key.strip_prefix("server.") else {
                continue;
            };
            let last = name.rsplit('.').next().unwrap_or(name);
            assert!(
                optional.contains(&name) || yaml.contains(&format!("{last}:")),
                "{name} is not told"
            );
        }
    }
}
