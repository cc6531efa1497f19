//! Tokens for calling other services: client credentials (RFC 6749, section 4.4).

use std::collections::BTreeMap;
use std::time::Duration;

use oauth2::{Scope, TokenResponse};
use savia_core::{Error, Result};

use super::client::{failed, token_client};
use super::fetched::Fetched;
use super::http::{Http, unavailable};
use super::metadata::Discovery;
use crate::config::{ClientConfig, OAuth2Config};

/// For how long a token is good whose answer does not say.
const USUAL: Duration = Duration::from_secs(300);

/// No token is kept for longer, whatever its issuer says.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// Tokens for calling other services, by the names of `security.oauth2.clients`. Inject it as
/// `Arc<OAuth2Clients>`.
///
/// A token is fetched when it is first asked for, by one caller at a time, and kept until a tenth of its
/// time is left, a minute at the most.
///
/// ```no_run
/// # use std::sync::Arc;
/// # use savia_starter_security::oauth2::OAuth2Clients;
/// # async fn example(clients: Arc<OAuth2Clients>) -> savia_core::Result<()> {
/// let token = clients.token("billing").await?;
/// let authorization = format!("Bearer {token}");
/// # Ok(())
/// # }
/// ```
pub struct OAuth2Clients(BTreeMap<String, Client>);

struct Client {
    name: String,
    config: ClientConfig,
    discovery: Option<Discovery>,
    http: Http,
    kept: Fetched<String>,
}

impl OAuth2Clients {
    /// As they are configured.
    pub(crate) fn new(config: &OAuth2Config, http: &Http) -> Self {
        let made = config.clients.iter().map(|(name, client)| {
            let issuer = client.issuer.as_deref();
            let made = Client {
                name: name.clone(),
                config: client.clone(),
                discovery: issuer.map(|issuer| Discovery::new(issuer, http.clone())),
                http: http.clone(),
                // A token that has ended opens nothing.
                kept: Fetched::new(Duration::ZERO),
            };
            (name.clone(), made)
        });
        Self(made.collect())
    }

    /// A token for a service, without `Bearer`.
    ///
    /// # Errors
    ///
    /// `Internal` where nothing of that name is configured; `Unavailable` where the issuer does not
    /// answer, or gives no token.
    pub async fn token(&self, name: &str) -> Result<String> {
        let client = self.client(name)?;
        let token = client.kept.get(|| client.fetch()).await?;
        Ok(String::clone(&token))
    }

    /// Lets a token go that a service has not accepted: the next is fetched anew. Where another one is
    /// kept by now, that one stays.
    ///
    /// # Errors
    ///
    /// `Internal` where nothing of that name is configured.
    pub fn forget(&self, name: &str, token: &str) -> Result<()> {
        self.client(name)?.kept.forget(|kept| kept == token);
        Ok(())
    }

    fn client(&self, name: &str) -> Result<&Client> {
        self.0.get(name).ok_or_else(|| {
            let near = savia_core::error::did_you_mean(name, self.0.keys().map(String::as_str));
            let near = near.map(|it| format!("; did you mean `{it}`?"));
            let key = format!("there is no `security.oauth2.clients.{name}`");
            Error::internal(key + &near.unwrap_or_default())
        })
    }
}

impl Client {
    async fn fetch(&self) -> Result<(String, Duration)> {
        let config = &self.config;
        let url = match (&config.token_url, &self.discovery) {
            (Some(url), _) => url.clone(),
            (None, Some(discovery)) => {
                let found = discovery.get().await?.token_endpoint.clone();
                discovery.wanted(found, "token_endpoint")?
            }
            (None, None) => {
                let text = format!("`{}` has neither `token_url` nor `issuer`", self.name);
                return Err(Error::internal(text));
            }
        };
        let (id, secret) = (&config.client_id, Some(&config.client_secret));
        let client = token_client(id, secret, config.client_authentication, &url)?;
        let mut request = client
            .exchange_client_credentials()
            .add_scopes(config.scopes.iter().cloned().map(Scope::new));
        for (name, value) in &config.parameters {
            request = request.add_extra_param(name, value);
        }
        let http = |request| {
            let http = self.http.clone();
            async move { http.send(request).await }
        };
        let answer = request.request_async(&http).await;
        // Who calls the application has done nothing wrong, whatever the reason.
        let answer = answer.map_err(|error| {
            let error = failed(&self.name, error);
            unavailable(&self.name, &error.to_string())
        })?;
        let good_for = answer.expires_in().unwrap_or(USUAL).min(LONGEST);
        let early = (good_for / 10).min(Duration::from_secs(60));
        Ok((answer.access_token().secret().clone(), good_for - early))
    }
}
