//! What the starter does by itself: it closes the application, and brings stores, keys and an encoder
//! where the application has none of its own.

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::auto_configuration;
use savia_core::autoconfig::{AutoConfiguration, Configure};
use savia_core::component::Interface;
use savia_core::condition::Condition;
use savia_core::error::{Diagnosis, StartupError};
#[cfg(feature = "redis")]
use savia_core::health::HealthIndicator;
#[cfg(any(feature = "data", feature = "redis"))]
use savia_core::lifecycle::Lifecycle;
use savia_starter_web::access::ClosedByDefault;

use crate::authorization::RoleHierarchy;
use crate::config::SecurityConfig;
use crate::jwt::{JwtIssuer, JwtKeys};
use crate::oauth2::{Http, OAuth2Clients, OAuth2Providers, TrustedIssuers};
use crate::password::{Argon2PasswordEncoder, PasswordPolicy};
use crate::token::MemoryTokenStore;
use crate::user::MemoryUserStore;
use crate::{PasswordEncoder, TokenStore, UserStore};

fn enabled() -> Condition {
    Condition::property_is("security.enabled", "true")
}

/// Closes the application.
#[auto_configuration]
struct ClosedAutoConfiguration;

#[async_trait]
impl AutoConfiguration for ClosedAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![enabled()]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<ClosedByDefault>(),
            Interface::of::<PasswordPolicy>(),
            Interface::of::<RoleHierarchy>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        let name = configure.config().text("name").unwrap_or_default();
        configure.provide::<ClosedByDefault>(Arc::new(ClosedByDefault));
        configure.provide(Arc::new(PasswordPolicy::new(config.passwords, name)));
        let hierarchy = RoleHierarchy::configured(&config.role_hierarchy, configure.config())?;
        configure.provide(Arc::new(hierarchy));
        Ok(())
    }
}

/// Argon2id, unless the application has an encoder of its own.
#[auto_configuration]
struct PasswordEncoderAutoConfiguration;

#[async_trait]
impl AutoConfiguration for PasswordEncoderAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![
            enabled(),
            Condition::missing_component::<dyn PasswordEncoder>(),
        ]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<dyn PasswordEncoder>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        let encoder = Argon2PasswordEncoder::new(&config.passwords.argon2).map_err(|error| {
            Diagnosis::new(
                "security::argon2",
                format!("Argon2 knows no such parameters: {error}"),
            )
            .at_key(configure.config(), "security.passwords.argon2")
            .help("leave them out: the defaults are OWASP's")
        })?;
        configure.provide::<dyn PasswordEncoder>(Arc::new(encoder));
        Ok(())
    }
}

/// The users, unless the application keeps them itself.
#[auto_configuration]
struct UserStoreAutoConfiguration;

#[async_trait]
impl AutoConfiguration for UserStoreAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![enabled(), Condition::missing_component::<dyn UserStore>()]
    }

    fn provides(&self) -> Vec<Interface> {
        provided(Interface::of::<dyn UserStore>())
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        #[cfg(feature = "data")]
        if config.store.has_users_in_database() {
            let database = late_database(configure, "security users");
            let store = crate::user::DatabaseUserStore::late(database);
            configure.provide::<dyn UserStore>(Arc::new(store));
            return Ok(());
        }
        not_in_memory_alone(configure, &config)?;
        configure.provide::<dyn UserStore>(Arc::new(MemoryUserStore::default()));
        Ok(())
    }
}

/// Where tokens are kept, unless the application keeps them itself.
#[auto_configuration]
struct TokenStoreAutoConfiguration;

#[async_trait]
impl AutoConfiguration for TokenStoreAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![enabled(), Condition::missing_component::<dyn TokenStore>()]
    }

    fn provides(&self) -> Vec<Interface> {
        provided(Interface::of::<dyn TokenStore>())
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        #[cfg(feature = "data")]
        if config.store.has_tokens_in_database() {
            let database = late_database(configure, "security tokens");
            let store = crate::token::DatabaseTokenStore::late(database);
            configure.provide::<dyn TokenStore>(Arc::new(store));
            return Ok(());
        }
        #[cfg(feature = "redis")]
        if config.store == crate::config::Store::Redis {
            return redis(configure, &config);
        }
        not_in_memory_alone(configure, &config)?;
        configure.provide::<dyn TokenStore>(Arc::new(MemoryTokenStore::default()));
        Ok(())
    }
}

/// The keys of access tokens, and what issues them.
#[auto_configuration]
struct JwtAutoConfiguration;

#[async_trait]
impl AutoConfiguration for JwtAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![
            enabled(),
            Condition::property_is("security.jwt.enabled", "true"),
        ]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<JwtKeys>(), Interface::of::<JwtIssuer>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        let keys = Arc::new(JwtKeys::configured(&config.jwt, configure.config())?);
        let issuer = JwtIssuer::new(Arc::clone(&keys), &config.jwt, configure.config());
        configure.provide(keys);
        configure.provide(Arc::new(issuer));
        Ok(())
    }
}

/// What the application is to others, and others to it.
#[auto_configuration]
struct OAuth2AutoConfiguration;

#[async_trait]
impl AutoConfiguration for OAuth2AutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![enabled()]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<OAuth2Providers>(),
            Interface::of::<OAuth2Clients>(),
            Interface::of::<TrustedIssuers>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        let faults = crate::oauth2::faults(configure.config(), &config.oauth2);
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let http = Http::new(config.oauth2.timeout);
        configure.provide(Arc::new(OAuth2Providers::new(&config.oauth2, &http)));
        configure.provide(Arc::new(OAuth2Clients::new(&config.oauth2, &http)));
        configure.provide(Arc::new(TrustedIssuers::new(&config.oauth2, &http)));
        Ok(())
    }
}

fn provided(store: Interface) -> Vec<Interface> {
    vec![
        store,
        #[cfg(any(feature = "data", feature = "redis"))]
        Interface::of::<dyn Lifecycle>(),
        #[cfg(feature = "redis")]
        Interface::of::<dyn HealthIndicator>(),
    ]
}

/// The server that `redis.url` names: it is connected to when the application starts.
#[cfg(feature = "redis")]
fn redis(configure: &mut Configure<'_>, config: &SecurityConfig) -> Result<(), StartupError> {
    use crate::token::{RedisHealth, RedisStart, RedisTokenStore, redis_client};

    let client = redis_client(configure.config())?;
    let name = configure.config().text("name");
    let name = config.redis.prefix.clone().or(name);
    let name = name.unwrap_or_else(|| "app".to_owned());
    let store = Arc::new(RedisTokenStore::new(client, &name, &config.redis));
    configure.provide::<dyn Lifecycle>(Arc::new(RedisStart(Arc::clone(&store))));
    configure.provide::<dyn HealthIndicator>(Arc::new(RedisHealth(Arc::clone(&store))));
    configure.provide::<dyn TokenStore>(store);
    Ok(())
}

/// The application's database, which its stores know from the start on.
#[cfg(feature = "data")]
fn late_database(
    configure: &mut Configure<'_>,
    name: &'static str,
) -> Arc<crate::late::LateDatabase> {
    let database = Arc::<crate::late::LateDatabase>::default();
    let knows = crate::late::KnowsDatabase::new(name, Arc::clone(&database));
    configure.provide::<dyn Lifecycle>(Arc::new(knows));
    database
}

/// A store that this binary does not have is a fault, and none that another would take the place of.
fn not_in_memory_alone(
    configure: &Configure<'_>,
    config: &SecurityConfig,
) -> Result<(), StartupError> {
    match crate::check::store(configure.config(), config) {
        Some(fault) => Err(fault.into()),
        None => Ok(()),
    }
}
