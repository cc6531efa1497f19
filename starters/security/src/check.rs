//! What can be said of the configuration without connecting.

use savia_core::app::AppHandle;
use savia_core::check::CheckRegistration;
use savia_core::config::Config;
use savia_core::error::Diagnosis;

use crate::account::AccountMessenger;
use crate::config::{SecurityConfig, Store};
use crate::jwt::JwtKeys;
use crate::{TokenStore, UserStore};

savia_core::__private::inventory::submit! {
    CheckRegistration { name: "security", module_path: module_path!(), check }
}

fn check(app: &AppHandle, production: bool) -> Vec<Diagnosis> {
    // A section that cannot be read has been reported as such.
    let config = app.config();
    let Ok(security) = config.section::<SecurityConfig>() else {
        return Vec::new();
    };
    if !security.enabled {
        return Vec::new();
    }
    let mut faults = Vec::new();
    faults.extend(store(config, &security));
    faults.extend(crate::audit::key_fault(config, &security.audit));
    if security.jwt.enabled {
        // `savia check --production` reads the configuration as profile prod would.
        faults.extend(
            JwtKeys::configured(&security.jwt, config)
                .err()
                .into_iter()
                .flatten(),
        );
    }
    faults.extend(crate::authorization::faults(app, &security));
    faults.extend(crate::rate_limit::faults(app, &security));
    faults.extend(crate::oauth2::faults(config, &security.oauth2));
    let registry = app.registry();
    if security.accounts.verify_email && !registry.has::<dyn AccountMessenger>() {
        faults.push(
            Diagnosis::new(
                "security::no_messenger",
                "addresses have to be proved, and nothing sends the mails",
            )
            .at_key(config, "security.accounts.verify_email")
            .help("provide a component: `#[service(provides(dyn AccountMessenger))]`"),
        );
    }
    let providers = !security.oauth2.providers.is_empty();
    if providers && !security.jwt.enabled && !security.sessions.enabled {
        faults.push(
            Diagnosis::new(
                "security::oauth2",
                "who logs in with a provider would be given nothing",
            )
            .at_key(config, "security.oauth2.providers")
            .because("neither tokens nor sessions are turned on")
            .help("write `security.sessions.enabled: true`"),
        );
    }
    if production && (security.sessions.enabled || providers) && !security.sessions.secure {
        faults.push(
            Diagnosis::new(
                "security::cookie",
                "the cookie of sessions goes without TLS too",
            )
            .at_key(config, "security.sessions.secure")
            .because("who listens on the way has the login")
            .help("leave the key out: `true` is the default"),
        );
    }
    let origins = config.get::<Vec<String>>("server.cors.allowed_origins");
    if production && origins.is_ok_and(|all| all.iter().any(|origin| origin == "*")) {
        faults.push(
            Diagnosis::new("security::cors", "pages of every origin may call")
                .at_key(config, "server.cors.allowed_origins")
                .because("whatever is open to anybody is open to the scripts of any page too")
                .help("name the origins: `[https://shop.example.com]`"),
        );
    }
    let own = registry.has::<dyn UserStore>() && registry.has::<dyn TokenStore>();
    if production && security.store == Store::Memory && own {
        faults.push(
            Diagnosis::new(
                "security::memory",
                "users and logins are kept in memory alone",
            )
            .at_key(config, "security.store")
            .because("they end with the process, and no other instance knows them")
            .help("write `security.store: database`"),
        );
    }
    faults
}

/// A store that this binary does not have, or that nobody could find.
pub(crate) fn store(config: &Config, security: &SecurityConfig) -> Option<Diagnosis> {
    let (place, feature) = match security.store {
        Store::Database if !cfg!(feature = "data") => ("the database", "data"),
        Store::Redis if !cfg!(feature = "redis") => ("Redis", "security-redis"),
        #[cfg(feature = "redis")]
        Store::Redis => return crate::token::redis_client(config).err(),
        _ => return None,
    };
    let what = format!("tokens are to be kept in {place}, which this binary cannot");
    Some(
        Diagnosis::new("security::store", what)
            .at_key(config, "security.store")
            .help(format!(
                "add the feature `{feature}` to `savia` in Cargo.toml"
            )),
    )
}
