//! Logging in with a provider: authorization code with PKCE, state and nonce.

use std::sync::Arc;

use oauth2::{
    AuthUrl, AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse,
};
use savia_core::{Error, Result, service};
use savia_starter_web::Problem;
use serde_json::{Map, Value};

use super::client::{TokenAnswer, failed, token_client};
use super::flow::Flow;
use super::http::unavailable;
use super::id_token::Asked;
use super::identities::Identities;
use super::profile::{self, Profile};
use super::provider::{Endpoints, OAuth2Providers, Provider};
use super::redirect::is_local;
use crate::token::{Kind, OneTimeTokens, Purpose, TokenRecord, TokenStore};
use crate::{User, encoding};

/// How long who wants to link an identity may take.
const LINKING: std::time::Duration = std::time::Duration::from_secs(600);

/// Logging in with providers. Inject it as `Arc<OAuth2Login>`; the routes `/oauth2/authorization/…` and
/// `/login/oauth2/code/…` are a thin layer over it.
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct OAuth2Login {
    providers: Arc<OAuth2Providers>,
    identities: Arc<Identities>,
    store: Arc<dyn TokenStore>,
    one_time: Arc<OneTimeTokens>,
}

/// What a provider sends a browser back with.
pub(crate) struct Answer {
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) iss: Option<String>,
    pub(crate) error: Option<String>,
}

impl Answer {
    /// Of a query. What is not known is passed over, whatever it is (RFC 6749, section 4.1.2); what stands
    /// twice is not there.
    pub(crate) fn read(query: &str) -> Self {
        let only = |name: &str| {
            let pairs = oauth2::url::form_urlencoded::parse(query.as_bytes());
            let mut found = pairs.filter(|(own, _)| own == name);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Some(value.into_owned()),
                _ => None,
            }
        };
        Self {
            code: only("code"),
            state: only("state"),
            iss: only("iss"),
            error: only("error"),
        }
    }
}

/// Somebody who has come back from a provider and is known.
pub(crate) struct Finished {
    /// Whose account it is.
    pub(crate) user: User,
    /// Where the browser wants to go.
    pub(crate) return_to: Option<String>,
    /// Whether the identity was linked to an account, and nobody has logged in.
    pub(crate) linked: bool,
}

impl OAuth2Login {
    /// Begins an errand of a browser: gives what its cookie is to hold and where it is to go.
    pub(crate) async fn begin(
        &self,
        provider: &str,
        return_to: Option<String>,
        redirect_uri: &str,
    ) -> Result<(Flow, String)> {
        self.leave(provider, return_to, None, redirect_uri).await
    }

    /// The same for somebody who is known and wants to link an identity to its account.
    pub(crate) async fn begin_linking(
        &self,
        user: &str,
        provider: &str,
        return_to: Option<String>,
        redirect_uri: &str,
    ) -> Result<(Flow, String)> {
        self.providers.named(provider)?;
        let purpose = Purpose::LinkIdentity;
        let token = self.one_time.issue(purpose, user, LINKING).await?;
        self.leave(provider, return_to, Some(token), redirect_uri)
            .await
    }

    async fn leave(
        &self,
        provider: &str,
        return_to: Option<String>,
        link: Option<String>,
        redirect_uri: &str,
    ) -> Result<(Flow, String)> {
        let provider = self.providers.named(provider)?;
        if return_to.as_deref().is_some_and(|to| !is_local(to)) {
            let problem = Problem::bad_request("`return_to` is no path of this application");
            return Err(problem.with_code("invalid_return_to").into());
        }
        let endpoints = provider.endpoints().await?;
        let flow = Flow::begin(&provider.name, return_to, link)?;
        let verifier = PkceCodeVerifier::new(flow.verifier());
        let wrong = |error| Error::internal(format!("a URL of `{}`: {error}", provider.name));
        let client = token_client(
            &provider.config.client_id,
            provider.config.client_secret.as_ref(),
            provider.config.client_authentication,
            &endpoints.token,
        )?
        .set_auth_uri(AuthUrl::new(endpoints.authorization).map_err(wrong)?)
        .set_redirect_uri(RedirectUrl::new(redirect_uri.to_owned()).map_err(wrong)?);
        let mut request = client
            .authorize_url(|| CsrfToken::new(flow.state()))
            .add_scopes(provider.scopes().into_iter().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if provider.is_openid() {
            request = request.add_extra_param("nonce", flow.nonce());
        }
        let (url, _) = request.url();
        Ok((flow, url.into()))
    }

    /// Finishes the errand of a browser that has come back.
    ///
    /// # Errors
    ///
    /// 400 where what it brings is not of this errand or was brought before, or where somebody else than
    /// who wanted to link an identity is known by now; 401 where the provider's
    /// answer is not believed; 403 and 409 where there is no account; 503 where the provider is out of
    /// reach.
    pub(crate) async fn finish(
        &self,
        flow: Option<Flow>,
        provider: &str,
        answer: &Answer,
        caller: Option<&str>,
        redirect_uri: &str,
    ) -> Result<Finished> {
        let provider = self.providers.named(provider)?;
        let flow = flow
            .filter(|flow| flow.provider == provider.name)
            .filter(|flow| answer.state.as_deref() == Some(&flow.state()))
            .ok_or_else(invalid_state)?;
        let endpoints = provider.endpoints().await?;
        from_here(answer.iss.as_deref(), &endpoints)?;
        if let Some(error) = answer.error.as_deref() {
            return Err(refused_by_provider(error));
        }
        let code = answer.code.clone().filter(|code| !code.is_empty());
        let code = code.ok_or_else(invalid_state)?;
        let profile = self
            .profile(provider, &endpoints, &flow, code, redirect_uri)
            .await?;
        // Once: what comes a second time was seen by somebody on the way. Who has made a cookie up has
        // come as far as this at no provider, and fills nothing here.
        let key = encoding::hashed(&flow.state());
        let used = TokenRecord::new(Kind::OneTime, key, "", "oauth2_state", flow.ends_at());
        if !self.store.insert(used).await? {
            return Err(invalid_state());
        }
        let (user, linked) = match &flow.link {
            None => (self.identities.user(&profile, provider).await?, false),
            Some(token) => {
                let owner = self.one_time.take(Purpose::LinkIdentity, token).await?;
                // Somebody else may have logged in meanwhile, in the same browser.
                let owner = owner
                    .filter(|owner| caller.is_none_or(|caller| caller == owner))
                    .ok_or_else(invalid_state)?;
                (self.identities.link(&owner, &profile).await?, true)
            }
        };
        Ok(Finished {
            user,
            // It stood in a cookie meanwhile.
            return_to: flow.return_to.filter(|to| is_local(to)),
            linked,
        })
    }

    /// Where a browser logs out of the provider, and comes back to a URL of ours; nothing where the
    /// provider has no such page.
    ///
    /// # Errors
    ///
    /// There is no such provider, or it is out of reach.
    pub async fn logout_url(&self, provider: &str, return_to: &str) -> Result<Option<String>> {
        let provider = self.providers.named(provider)?;
        let Some(url) = provider.endpoints().await?.end_session else {
            return Ok(None);
        };
        // RP-Initiated Logout 1.0, section 2.
        let mut url = oauth2::url::Url::parse(&url)
            .map_err(|error| unavailable(&provider.name, &error.to_string()))?;
        url.query_pairs_mut()
            .append_pair("client_id", &provider.config.client_id)
            .append_pair("post_logout_redirect_uri", return_to);
        Ok(Some(url.into()))
    }

    async fn profile(
        &self,
        provider: &Provider,
        endpoints: &Endpoints,
        flow: &Flow,
        code: String,
        redirect_uri: &str,
    ) -> Result<Profile> {
        let tokens = exchanged(provider, endpoints, flow, code, redirect_uri).await?;
        let access = tokens.access_token().secret();
        let userinfo = async |url: &str| -> Result<Map<String, Value>> {
            match provider.http.json(url, Some(access)).await?.json {
                Value::Object(claims) => Ok(claims),
                _ => Err(unavailable(url, "its answer is no object")),
            }
        };
        let mut profile = Profile {
            issuer: provider.authority(endpoints),
            provider: provider.name.clone(),
            subject: String::new(),
            email: None,
            proved: false,
        };
        let name = &provider.config.subject_claim;
        if let Some((issuer, jwks_url)) = &endpoints.openid {
            let token = tokens.extra_fields().id_token.as_deref();
            let token = token.ok_or_else(|| no_identity("the answer has no ID token"))?;
            let asked = Asked {
                issuer,
                client_id: &provider.config.client_id,
                algorithm: provider.config.algorithm,
                nonce: &flow.nonce(),
            };
            let mut claims = asked.believe(token, &provider.keys, jwks_url).await?;
            let subject = claims.get("sub").cloned();
            if claims.get("email").is_none()
                && let Some(url) = &endpoints.userinfo
            {
                claims = userinfo(url).await?;
                // Section 5.3.2: of anybody else it is not to be believed.
                if claims.get("sub") != subject.as_ref() {
                    return Err(no_identity("its userinfo is of somebody else"));
                }
            }
            profile.read(&claims, "sub")?;
        } else if let Some(url) = &endpoints.userinfo {
            let claims = userinfo(url).await?;
            profile.read(&claims, name)?;
        }
        if let Some(url) = &provider.config.emails_url {
            let list = provider.http.json(url, Some(access)).await?.json;
            profile.email = profile::proved_address(&list);
            profile.proved = profile.email.is_some();
        }
        profile.proved |= provider.config.trust_email && profile.email.is_some();
        if profile.subject.is_empty() {
            return Err(no_identity("it does not say who it is"));
        }
        Ok(profile)
    }
}

impl Profile {
    fn read(&mut self, claims: &Map<String, Value>, subject: &str) -> Result<()> {
        let found = profile::subject(claims, subject);
        self.subject = found.ok_or_else(|| no_identity("it does not say who it is"))?;
        if let Some((email, proved)) = profile::address(claims) {
            (self.email, self.proved) = (Some(email), proved);
        }
        Ok(())
    }
}

async fn exchanged(
    provider: &Provider,
    endpoints: &Endpoints,
    flow: &Flow,
    code: String,
    redirect_uri: &str,
) -> Result<TokenAnswer> {
    let redirect = RedirectUrl::new(redirect_uri.to_owned());
    let redirect = redirect.map_err(|error| Error::internal(error.to_string()))?;
    let client = token_client(
        &provider.config.client_id,
        provider.config.client_secret.as_ref(),
        provider.config.client_authentication,
        &endpoints.token,
    )?
    .set_redirect_uri(redirect);
    let http = |request| {
        let http = provider.http.clone();
        async move { http.send(request).await }
    };
    client
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier()))
        .request_async(&http)
        .await
        .map_err(|error| failed(&provider.name, error))
}

/// Whether the answer comes from the provider that was asked, and not from another one whose answer was
/// mixed in (RFC 9207, section 2.4).
fn from_here(said: Option<&str>, endpoints: &Endpoints) -> Result<()> {
    let issuer = endpoints.openid.as_ref().map(|(issuer, _)| issuer.as_str());
    match said {
        None if !endpoints.says_issuer => Ok(()),
        Some(said) if issuer.is_none_or(|issuer| issuer == said) => Ok(()),
        _ => Err(invalid_state()),
    }
}

#[cold]
fn invalid_state() -> Error {
    let text = "this login was not begun here, or was finished before: begin it again";
    Problem::bad_request(text).with_code("invalid_state").into()
}

fn no_identity(why: &'static str) -> Error {
    Problem::unauthorized("the provider's answer is not valid")
        .with_code("oauth2_refused")
        .with_cause(why)
        .into()
}

/// RFC 6749, section 4.1.2.1. What the provider says in its own words may be anybody's: it is logged.
fn refused_by_provider(error: &str) -> Error {
    match error {
        "access_denied" => Problem::unauthorized("the login was cancelled")
            .with_code("access_denied")
            .into(),
        "server_error" | "temporarily_unavailable" => unavailable("the provider", error),
        _ => Problem::unauthorized("the provider did not accept the login")
            .with_code("oauth2_refused")
            .with_cause(format!("{error:?}"))
            .into(),
    }
}
