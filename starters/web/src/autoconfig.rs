//! What the starter does by itself: the filters, and the server.

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::auto_configuration;
use savia_core::autoconfig::{AutoConfiguration, Configure};
use savia_core::check::CheckRegistration;
use savia_core::component::Interface;
use savia_core::condition::Condition;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::Lifecycle;

use crate::config::ServerConfig;
use crate::filter::{CorsFilter, HostFilter, RequestIdFilter, SecurityHeadersFilter, WebFilter};
use crate::proxies::TrustedProxies;
use crate::server::{BoundAddress, WebServer};

/// The server, unless `server.enabled` is false.
#[auto_configuration]
struct WebServerAutoConfiguration;

#[async_trait]
impl AutoConfiguration for WebServerAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::property_is_or_missing("server.enabled", "true")]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<BoundAddress>(),
            Interface::of::<WebServer>(),
            Interface::of::<dyn Lifecycle>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let bound = Arc::new(BoundAddress::default());
        let server = Arc::new(WebServer::new(configure.section()?, Arc::clone(&bound)));
        configure.provide::<BoundAddress>(bound);
        configure.provide::<WebServer>(Arc::clone(&server));
        configure.provide::<dyn Lifecycle>(server);
        Ok(())
    }
}

/// Who is at the other end, where proxies stand in between.
#[auto_configuration]
struct ProxiesAutoConfiguration;

#[async_trait]
impl AutoConfiguration for ProxiesAutoConfiguration {
    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<TrustedProxies>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: ServerConfig = configure.section()?;
        let proxies = TrustedProxies::new(&config, configure.config())?;
        configure.provide(Arc::new(proxies));
        Ok(())
    }
}

/// The host check, where `server.allowed_hosts` names any.
#[auto_configuration]
struct HostsAutoConfiguration;

#[async_trait]
impl AutoConfiguration for HostsAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::property("server.allowed_hosts")]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<dyn WebFilter>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: ServerConfig = configure.section()?;
        if !config.allowed_hosts.is_empty() {
            let filter = HostFilter::new(&config.allowed_hosts, configure.config())?;
            configure.provide::<dyn WebFilter>(Arc::new(filter));
        }
        Ok(())
    }
}

/// Request ids, unless `server.request_id.enabled` is false.
#[auto_configuration]
struct RequestIdAutoConfiguration;

#[async_trait]
impl AutoConfiguration for RequestIdAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::property_is_or_missing(
            "server.request_id.enabled",
            "true",
        )]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<dyn WebFilter>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: ServerConfig = configure.section()?;
        let filter = RequestIdFilter::new(&config.request_id, configure.config())?;
        configure.provide::<dyn WebFilter>(Arc::new(filter));
        Ok(())
    }
}

/// Security headers, unless `server.headers.enabled` is false.
#[auto_configuration]
struct SecurityHeadersAutoConfiguration;

#[async_trait]
impl AutoConfiguration for SecurityHeadersAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::property_is_or_missing(
            "server.headers.enabled",
            "true",
        )]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<dyn WebFilter>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: ServerConfig = configure.section()?;
        let filter = SecurityHeadersFilter::new(&config.headers, configure.config())?;
        configure.provide::<dyn WebFilter>(Arc::new(filter));
        Ok(())
    }
}

/// CORS, where `server.cors.allowed_origins` lets anybody in. Without it no answer lets another
/// origin read it, which needs no filter.
#[auto_configuration]
struct CorsAutoConfiguration;

#[async_trait]
impl AutoConfiguration for CorsAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::property("server.cors.allowed_origins")]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<dyn WebFilter>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: ServerConfig = configure.section()?;
        if !config.cors.allowed_origins.is_empty() {
            let filter = CorsFilter::new(&config.cors, configure.config())?;
            configure.provide::<dyn WebFilter>(Arc::new(filter));
        }
        Ok(())
    }
}

savia_core::__private::inventory::submit! {
    CheckRegistration { name: "web filters", module_path: module_path!(), check: filters }
}

/// What the filters' auto-configurations would find, for `savia check`, which runs none.
fn filters(app: &AppHandle, _production: bool) -> Vec<Diagnosis> {
    // A section that cannot be read has been reported as such.
    let config = app.config();
    let Ok(server) = config.section::<ServerConfig>() else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    let proxies = TrustedProxies::new(&server, config);
    faults.extend(proxies.err().into_iter().flatten());
    let hosts = HostFilter::new(&server.allowed_hosts, config);
    faults.extend(hosts.err().into_iter().flatten());
    if server.request_id.enabled {
        faults.extend(RequestIdFilter::new(&server.request_id, config).err());
    }
    if server.headers.enabled {
        let headers = SecurityHeadersFilter::new(&server.headers, config);
        faults.extend(headers.err().into_iter().flatten());
    }
    if !server.cors.allowed_origins.is_empty() {
        faults.extend(
            CorsFilter::new(&server.cors, config)
                .err()
                .into_iter()
                .flatten(),
        );
    }
    faults
}
