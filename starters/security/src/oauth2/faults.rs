//! What is wrong with how providers, issuers and clients are configured.

use savia_core::config::Config;
use savia_core::error::Diagnosis;

use super::endpoint::{is_exposed, is_good};
use super::is_local;
use super::provider::preset;
use crate::config::{Algorithm, OAuth2Config};

/// What is wrong with how providers, issuers and clients are configured.
pub(crate) fn faults(config: &Config, oauth2: &OAuth2Config) -> Vec<Diagnosis> {
    let mut faults = Faults {
        config,
        found: Vec::new(),
    };
    if let Some(base) = &oauth2.base_url {
        faults.url("security.oauth2.base_url", base);
    }
    if !is_local(&oauth2.success_url) {
        faults.local("security.oauth2.success_url", &oauth2.success_url);
    }
    if let Some(url) = oauth2.failure_url.as_ref().filter(|url| !is_local(url)) {
        faults.local("security.oauth2.failure_url", url);
    }
    if config.is_prod() && oauth2.base_url.is_none() && !oauth2.providers.is_empty() {
        faults.found.push(
            Diagnosis::new(
                "security::oauth2",
                "nothing says where browsers reach the application",
            )
            .at_key(config, "security.oauth2.providers")
            .because("providers send them back there, and the `Host` of a request can be made up")
            .help("set `security.oauth2.base_url`, such as `https://shop.example.com`"),
        );
    }
    for (name, provider) in &oauth2.providers {
        let key = format!("security.oauth2.providers.{name}");
        faults.name(&key, name);
        faults.algorithm(&key, provider.algorithm);
        let known = preset(name, provider);
        let urls = [
            ("issuer", &known.issuer),
            ("authorization_url", &known.authorization_url),
            ("token_url", &known.token_url),
            ("userinfo_url", &known.userinfo_url),
            ("emails_url", &known.emails_url),
            ("jwks_url", &known.jwks_url),
            ("end_session_url", &known.end_session_url),
        ];
        for (part, url) in urls {
            if let Some(url) = url {
                faults.url(&format!("{key}.{part}"), url);
            }
        }
        let plain = [
            &known.authorization_url,
            &known.token_url,
            &known.userinfo_url,
        ];
        if known.issuer.is_none() && plain.iter().any(|it| it.is_none()) {
            faults.found.push(
                Diagnosis::new("security::oauth2", format!("nothing says where `{name}` is"))
                    .at_key(config, &key)
                    .help("set its `issuer`")
                    .help("or for plain OAuth 2.0 its `authorization_url`, `token_url` and `userinfo_url`"),
            );
        }
    }
    for (name, issuer) in &oauth2.trusted_issuers {
        let key = format!("security.oauth2.trusted_issuers.{name}");
        faults.name(&key, name);
        faults.algorithm(&key, issuer.algorithm);
        faults.url(&format!("{key}.issuer"), &issuer.issuer);
        if let Some(url) = &issuer.jwks_url {
            faults.url(&format!("{key}.jwks_url"), url);
        }
    }
    for (at, (name, issuer)) in oauth2.trusted_issuers.iter().enumerate() {
        let mut earlier = oauth2.trusted_issuers.iter().take(at);
        if let Some((other, _)) = earlier.find(|(_, it)| it.issuer == issuer.issuer) {
            let key = format!("security.oauth2.trusted_issuers.{name}.issuer");
            let what = format!("`{other}` and `{name}` are one issuer");
            faults.push(
                &key,
                what,
                "leave one of them out: a token names its issuer alone",
            );
        }
    }
    for (name, client) in &oauth2.clients {
        let key = format!("security.oauth2.clients.{name}");
        let urls = [("token_url", &client.token_url), ("issuer", &client.issuer)];
        for (part, url) in urls {
            if let Some(url) = url {
                faults.url(&format!("{key}.{part}"), url);
            }
        }
        if client.token_url.is_none() && client.issuer.is_none() {
            faults.found.push(
                Diagnosis::new(
                    "security::oauth2",
                    format!("nothing says where `{name}` gets its tokens"),
                )
                .at_key(config, &key)
                .help("set its `token_url`, or its `issuer`"),
            );
        }
    }
    faults.found
}

struct Faults<'c> {
    config: &'c Config,
    found: Vec<Diagnosis>,
}

impl Faults<'_> {
    fn push(&mut self, key: &str, what: String, help: &str) {
        let fault = Diagnosis::new("security::oauth2", what).at_key(self.config, key);
        self.found.push(fault.help(help));
    }

    fn url(&mut self, key: &str, url: &str) {
        if !is_good(url) {
            let what = format!("`{url}` is no URL of a provider");
            self.push(key, what, "write it as `https://id.example.com/path`");
        } else if self.config.is_prod() && is_exposed(url) {
            let what = format!("`{url}` is asked without TLS");
            self.push(
                key,
                what,
                "write `https://`: codes and tokens can be read on the way",
            );
        }
    }

    fn local(&mut self, key: &str, url: &str) {
        let what = format!("`{url}` is no path of this application");
        self.push(key, what, "write a path such as `/welcome`");
    }

    fn name(&mut self, key: &str, name: &str) {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 100 || !name.chars().all(plain) {
            let what = format!("`{name}` is no name of a provider");
            self.push(
                key,
                what,
                "letters, digits, `-` and `_`: it stands in a URL",
            );
        }
    }

    fn algorithm(&mut self, key: &str, algorithm: Algorithm) {
        if algorithm == Algorithm::Hs256 {
            let key = format!("{key}.algorithm");
            let what = "tokens of others are not believed by a shared secret".to_owned();
            self.push(
                &key,
                what,
                "have them signed with `RS256`, `ES256` or `EdDSA`",
            );
        }
    }
}
