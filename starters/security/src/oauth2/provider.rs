//! Providers that people log in with.

use std::collections::BTreeMap;
use std::sync::Arc;

use savia_core::{Error, Result};

use super::http::Http;
use super::keys::RemoteKeys;
use super::metadata::{Discovery, Metadata};
use crate::config::{OAuth2Config, Preset, ProviderConfig};

/// The providers of an application, by their names.
pub struct OAuth2Providers(BTreeMap<String, Arc<Provider>>);

impl OAuth2Providers {
    /// As they are configured.
    pub(crate) fn new(config: &OAuth2Config, http: &Http) -> Self {
        let made = config.providers.iter().map(|(name, provider)| {
            let provider = Provider::new(name, provider, config, http.clone());
            (name.clone(), Arc::new(provider))
        });
        Self(made.collect())
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn named(&self, name: &str) -> Result<&Arc<Provider>> {
        let found = self.0.get(name);
        found.ok_or_else(|| Error::not_found("there is no such provider"))
    }
}

/// A provider, with what it has published.
pub(super) struct Provider {
    pub(super) name: String,
    pub(super) config: ProviderConfig,
    /// Where there is none, it speaks OAuth 2.0 and no OpenID Connect.
    discovery: Option<Discovery>,
    pub(super) keys: RemoteKeys,
    pub(super) http: Http,
}

/// Where a provider is asked what.
pub(super) struct Endpoints {
    pub(super) authorization: String,
    pub(super) token: String,
    pub(super) userinfo: Option<String>,
    /// Where it speaks OpenID Connect: its issuer, and where its keys are.
    pub(super) openid: Option<(String, String)>,
    pub(super) end_session: Option<String>,
    /// Whether it always says on the way back who it is (RFC 9207).
    pub(super) says_issuer: bool,
}

impl Provider {
    fn new(name: &str, config: &ProviderConfig, all: &OAuth2Config, http: Http) -> Self {
        let config = preset(name, config);
        let issuer = config.issuer.as_deref();
        Self {
            name: name.to_owned(),
            discovery: issuer.map(|issuer| Discovery::new(issuer, http.clone())),
            keys: RemoteKeys::new(config.algorithm, all.keys_refresh, http.clone()),
            http,
            config,
        }
    }

    pub(super) fn is_openid(&self) -> bool {
        self.discovery.is_some()
    }

    /// What is asked for.
    pub(super) fn scopes(&self) -> Vec<String> {
        let usual = || ["openid", "email", "profile"].map(str::to_owned).to_vec();
        self.config.scopes.clone().unwrap_or_else(usual)
    }

    /// Where it is asked what: what is configured, and otherwise what it says itself.
    ///
    /// # Errors
    ///
    /// `Unavailable` where it has to be asked and does not answer.
    pub(super) async fn endpoints(&self) -> Result<Endpoints> {
        let config = &self.config;
        let given = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
        let (authorization, token) = (given(&config.authorization_url), given(&config.token_url));
        let (userinfo, jwks) = (given(&config.userinfo_url), given(&config.jwks_url));
        let end_session = given(&config.end_session_url);
        let Some(discovery) = &self.discovery else {
            let missing = || Error::internal("the provider has neither issuer nor endpoints");
            let token = token.ok_or_else(missing)?;
            return Ok(Endpoints {
                authorization: authorization.ok_or_else(missing)?,
                token,
                userinfo,
                openid: None,
                end_session,
                says_issuer: false,
            });
        };
        let issuer = discovery.issuer().to_owned();
        if let (Some(authorization), Some(token), Some(jwks)) = (&authorization, &token, &jwks) {
            return Ok(Endpoints {
                authorization: authorization.clone(),
                token: token.clone(),
                userinfo,
                openid: Some((issuer, jwks.clone())),
                end_session,
                says_issuer: false,
            });
        }
        let found: Arc<Metadata> = discovery.get().await?;
        let wanted = |given: Option<String>, found: &Option<String>, what| match given {
            Some(given) => Ok(given),
            None => discovery.wanted(found.clone(), what),
        };
        let jwks = wanted(jwks, &found.jwks_uri, "jwks_uri")?;
        Ok(Endpoints {
            authorization: wanted(
                authorization,
                &found.authorization_endpoint,
                "authorization_endpoint",
            )?,
            token: wanted(token, &found.token_endpoint, "token_endpoint")?,
            userinfo: userinfo.or_else(|| found.userinfo_endpoint.clone()),
            openid: Some((issuer, jwks)),
            end_session: end_session.or_else(|| found.end_session_endpoint.clone()),
            says_issuer: found.authorization_response_iss_parameter_supported,
        })
    }

    /// Who gives out the subjects: the issuer, or where tokens are given out, whole: two tenants of one host
    /// number their users alike.
    pub(super) fn authority(&self, endpoints: &Endpoints) -> String {
        match &endpoints.openid {
            Some((issuer, _)) => issuer.clone(),
            None => endpoints.token.clone(),
        }
    }
}

/// What is configured, over what is known beforehand.
pub(super) fn preset(name: &str, config: &ProviderConfig) -> ProviderConfig {
    let mut config = config.clone();
    let or = |it: &mut Option<String>, known: &str| {
        it.get_or_insert_with(|| known.to_owned());
    };
    match config.preset.or_else(|| Preset::of(name)) {
        Some(Preset::Google) => or(&mut config.issuer, "https://accounts.google.com"),
        Some(Preset::Gitlab) => or(&mut config.issuer, "https://gitlab.com"),
        Some(Preset::Github) => {
            let host = "https://github.com/login/oauth";
            or(&mut config.authorization_url, &format!("{host}/authorize"));
            or(&mut config.token_url, &format!("{host}/access_token"));
            let api = "https://api.github.com/user";
            or(&mut config.userinfo_url, api);
            or(&mut config.emails_url, &format!("{api}/emails"));
            if config.subject_claim == "sub" {
                config.subject_claim = "id".to_owned();
            }
            config
                .scopes
                .get_or_insert_with(|| vec!["read:user".to_owned(), "user:email".to_owned()]);
        }
        // The tenant is the application's own.
        Some(Preset::Microsoft) | None => {}
    }
    config
}
