//! What the starter does by itself: the backend that `cache.backend` names.

use std::sync::Arc;

use async_trait::async_trait;
use redis::TlsCertificates;
use savia_core::auto_configuration;
use savia_core::autoconfig::{AutoConfiguration, Configure};
use savia_core::cache::BaseCache;
use savia_core::component::Interface;
use savia_core::condition::Condition;
use savia_core::config::Config;
use savia_core::config::sections::RedisConfig;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::health::HealthIndicator;

use crate::backend::redis::RedisCache;
use crate::backend::tiered::TieredCache;
use crate::config::{Backend, CacheConfig};
use crate::health::RedisHealth;
use crate::{MemoryCache, NoCache};

/// The backend that `cache.backend` names, unless a component of the application's is one.
#[auto_configuration]
struct CacheAutoConfiguration;

#[async_trait]
impl AutoConfiguration for CacheAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::missing_component::<dyn BaseCache>()]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<dyn BaseCache>(),
            Interface::of::<dyn HealthIndicator>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let section: CacheConfig = configure.section()?;
        let backend = section.backend.of(configure.config());
        match backend {
            Backend::Memory | Backend::Auto => {
                if section.backend == Backend::Auto {
                    tracing::info!(
                        "values are cached in this process alone: `redis.url` is not set"
                    );
                }
                configure.provide::<dyn BaseCache>(Arc::new(MemoryCache::new()));
            }
            Backend::None => {
                tracing::warn!("nothing is cached: `cache.backend` is `none`");
                configure.provide::<dyn BaseCache>(Arc::new(NoCache));
            }
            Backend::Redis | Backend::Tiered => {
                let tiered = backend == Backend::Tiered;
                let redis = connect(configure.config(), &section, tiered).await?;
                let health = RedisHealth::new(Arc::clone(&redis.link));
                configure.provide::<dyn HealthIndicator>(Arc::new(health));
                if backend == Backend::Redis {
                    configure.provide::<dyn BaseCache>(Arc::new(redis));
                } else {
                    let tiered = TieredCache::new(redis, &section.tiered).await;
                    configure.provide::<dyn BaseCache>(Arc::new(tiered));
                }
            }
        }
        Ok(())
    }
}

/// Redis, also where it is away now: it is connected to once it is there.
async fn connect(
    config: &Config,
    section: &CacheConfig,
    is_behind: bool,
) -> Result<RedisCache, StartupError> {
    let client = client(config, section)?;
    let prefix = section.redis.prefix.clone();
    let prefix = prefix.or_else(|| config.text("name"));
    let prefix = prefix.unwrap_or_else(|| "app".to_owned());
    Ok(RedisCache::open(client, &prefix, &section.redis, is_behind).await)
}

/// The server that `redis.url` names.
pub(crate) fn client(config: &Config, section: &CacheConfig) -> Result<redis::Client, Diagnosis> {
    let redis = config.section::<RedisConfig>();
    // A section that cannot be read has been reported as such.
    let url = redis.ok().and_then(|redis| redis.url);
    let Some(url) = url else {
        let what = "the cache is to be on Redis, and nothing says where Redis is";
        return Err(Diagnosis::new("cache::redis_url", what)
            .at_key(config, "cache.backend")
            .help("set `redis.url`, such as `redis://localhost:6379`, or `REDIS_URL`")
            .help("or say `cache.backend: memory`"));
    };
    let is_tls = url.starts_with("rediss:") || url.starts_with("valkeys:");
    if is_tls {
        // An application whose crates bring several has to choose; one that has not gets ours.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let wrong = |error: redis::RedisError| {
        let what = format!("`redis.url` is no address: {error}");
        Diagnosis::new("cache::redis_url", what)
            .at_key(config, "redis.url")
            .help("write `redis://host:6379`, `redis://:password@host:6379/0`, or `rediss://` for TLS")
    };
    let Some(file) = &section.redis.ca_file else {
        return redis::Client::open(url).map_err(wrong);
    };
    let fault = |what: String, help: &str| {
        Diagnosis::new("cache::redis_ca_file", what)
            .at_key(config, "cache.redis.ca_file")
            .help(help.to_owned())
    };
    if !is_tls {
        let what = "`cache.redis.ca_file` is for TLS, and `redis.url` does not ask for it";
        return Err(fault(
            what.to_owned(),
            "write `rediss://` in `redis.url`, or leave it out",
        ));
    }
    let path = config.dir().join(file);
    let pem = std::fs::read(&path).map_err(|error| {
        let what = format!("{} cannot be read: {error}", path.display());
        fault(what, "name a file of certificates in PEM")
    })?;
    redis::Client::open(url.as_str()).map_err(wrong)?;
    let certificates = TlsCertificates {
        client_tls: None,
        root_cert: Some(pem),
    };
    redis::Client::build_with_tls(url, certificates).map_err(|error| {
        let what = format!("{} holds no certificates: {error}", path.display());
        fault(
            what,
            "name a file of certificates in PEM: `-----BEGIN CERTIFICATE-----`",
        )
    })
}
