//! `/oauth2/…` and `/login/oauth2/…`: logging in with a provider.

use std::sync::Arc;

use savia_core::{Error, ErrorKind, Result, dto};
use savia_starter_web::actix_web::http::StatusCode;
use savia_starter_web::actix_web::http::header::{HOST, HeaderValue, LOCATION};
use savia_starter_web::actix_web::{HttpRequest, HttpResponse};
use savia_starter_web::problem::IntoProblem;
use savia_starter_web::{Json, Path, Problem, Query, Respond, controller, routes};

use super::cookie;
use super::no_store::{NoStore, no_store};
use crate::account::Accounts;
use crate::audit::{self, AuditEvent, Outcome};
use crate::config::SecurityConfig;
use crate::oauth2::{
    Answer, Finished, Flow, Identities, OAuth2Login, clearing, of_request, setting, with_parameter,
};
use crate::session::{self, Brought};
use crate::{Principal, Sessions};

/// Where a browser wants to go when it has logged in.
#[dto]
pub(super) struct Wish {
    /// A path of this application.
    pub return_to: Option<String>,
}

/// Where a page sends its browser.
#[dto]
pub(super) struct Destination {
    /// The URL.
    pub url: Option<String>,
}

/// An identity at a provider.
#[dto]
pub(super) struct IdentityInfo {
    /// The provider's name.
    pub provider: String,
    /// Who has given out the subject.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// The address that the provider said.
    pub email: Option<String>,
}

/// The routes of providers.
#[controller(
    "/",
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.oauth2.providers")
)]
struct OAuth2Controller {
    login: Arc<OAuth2Login>,
    identities: Arc<Identities>,
    sessions: Arc<Sessions>,
    accounts: Option<Arc<Accounts>>,
    config: Arc<SecurityConfig>,
}

#[routes]
impl OAuth2Controller {
    /// Sends the browser to a provider.
    #[get("/oauth2/authorization/{provider}")]
    #[public]
    async fn begin(
        &self,
        provider: Path<String>,
        wish: Query<Wish>,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        let redirect_uri = self.redirect_uri(&provider, &request)?;
        let return_to = wish.0.return_to;
        let (flow, url) = self
            .login
            .begin(&provider, return_to, &redirect_uri)
            .await?;
        self.away(&flow, &url)
    }

    /// Takes the browser back from a provider.
    #[get("/login/oauth2/code/{provider}")]
    #[public]
    async fn finish(
        &self,
        provider: Path<String>,
        caller: Option<Principal>,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        let redirect_uri = self.redirect_uri(&provider, &request)?;
        let flow = of_request(&self.config.sessions, &request);
        let answer = Answer::read(request.query_string());
        let caller = caller.as_ref().map(Principal::id);
        let finished = self
            .login
            .finish(flow, &provider, &answer, caller, &redirect_uri)
            .await;
        let answer = match finished {
            Ok(finished) => self.arrived(finished, &request).await,
            Err(error) => {
                let event = AuditEvent::new("login.failed").outcome(Outcome::Failure);
                let reason = error.to_string();
                audit::record(event.data("provider", &*provider).data("reason", reason)).await?;
                Err(error)
            }
        };
        let mut answer = match (answer, &self.config.oauth2.failure_url) {
            (Ok(answer), _) => answer,
            (Err(error), None) => error.into_problem().into_response(&request),
            (Err(error), Some(url)) => {
                let problem = error.into_problem();
                tracing::info!("a login with `{}` failed: {}", *provider, told(&problem));
                see(&with_parameter(url, "error", code_of(&problem)))?
            }
        };
        // Whatever came of it, the errand is over.
        cookie::add(&mut answer, &clearing(&self.config.sessions))?;
        Ok(no_store(answer))
    }

    /// Says where the browser of who is calling goes to link an identity at a provider to its account.
    #[post("/auth/identities/{provider}", body_limit = "16KiB")]
    async fn link(
        &self,
        provider: Path<String>,
        wish: Option<Json<Wish>>,
        caller: Principal,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        let redirect_uri = self.redirect_uri(&provider, &request)?;
        let return_to = wish.and_then(|wish| wish.0.return_to);
        let (flow, url) = self
            .login
            .begin_linking(caller.id(), &provider, return_to, &redirect_uri)
            .await?;
        let mut answer = NoStore(Destination { url: Some(url) }).respond(&request);
        cookie::add(&mut answer, &setting(&self.config.sessions, &flow))?;
        Ok(answer)
    }

    /// The identities of who is calling.
    #[get("/auth/identities")]
    async fn list(&self, caller: Principal) -> Result<NoStore<Vec<IdentityInfo>>> {
        let identities = self.identities.list(caller.id()).await?;
        let info = |it: crate::user::Identity| IdentityInfo {
            provider: it.provider,
            issuer: it.issuer,
            subject: it.subject,
            email: it.email,
        };
        Ok(NoStore(identities.into_iter().map(info).collect()))
    }

    /// Takes the identities at a provider from the account of who is calling.
    #[delete("/auth/identities/{provider}")]
    async fn unlink(
        &self,
        provider: Path<String>,
        caller: Principal,
    ) -> Result<Option<savia_starter_web::NoContent>> {
        let gone = self.identities.unlink(caller.id(), &provider).await?;
        Ok(gone.then_some(savia_starter_web::NoContent))
    }

    /// Logs out here, and says where the browser goes to log out of the provider too.
    #[post("/oauth2/logout/{provider}", body_limit = "16KiB")]
    async fn logout(
        &self,
        provider: Path<String>,
        caller: Principal,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        let home = format!("{}/", self.base(&request)?);
        // First what is ours: the browser may leave, and the provider may be out of reach.
        if let Some(session) = caller.session() {
            self.sessions.end(caller.id(), session).await?;
            if let Some(accounts) = &self.accounts {
                accounts.end_login(caller.id(), session).await?;
            }
        }
        let url = match self.login.logout_url(&provider, &home).await {
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                tracing::warn!("where to log out of `{}` is not known: {error}", *provider);
                None
            }
            url => url?,
        };
        let mut answer = NoStore(Destination { url }).respond(&request);
        if self.config.sessions.enabled {
            cookie::add(&mut answer, &session::clearing(&self.config.sessions))?;
        }
        Ok(answer)
    }
}

impl OAuth2Controller {
    fn away(&self, flow: &Flow, url: &str) -> Result<HttpResponse> {
        let mut answer = see(url)?;
        cookie::add(&mut answer, &setting(&self.config.sessions, flow))?;
        Ok(no_store(answer))
    }

    /// Somebody has come back and is known.
    async fn arrived(&self, finished: Finished, request: &HttpRequest) -> Result<HttpResponse> {
        let Finished {
            user,
            return_to,
            linked,
        } = finished;
        let to = return_to.unwrap_or_else(|| self.config.oauth2.success_url.clone());
        if linked {
            return see(&to);
        }
        let event = AuditEvent::new("login.succeeded").by(&user.id, &user.email, "oauth2");
        audit::record(event).await?;
        if self.config.sessions.enabled {
            // What the browser had is over, whosever it was.
            if let Brought::Secret(old) = session::of_request(&self.config.sessions, request) {
                self.sessions.end_by_cookie(&old).await?;
            }
            let (_, secret) = self.sessions.begin(&user.id).await?;
            let mut answer = see(&to)?;
            cookie::add(
                &mut answer,
                &session::setting(&self.config.sessions, &secret),
            )?;
            return Ok(answer);
        }
        match &self.accounts {
            Some(accounts) => Ok(NoStore(accounts.begin(&user).await?).respond(request)),
            None => Err(Error::internal(
                "a login with a provider begins a session or gives tokens, and both are turned off",
            )),
        }
    }

    /// Where browsers reach the application. In profile `prod` it is configured; elsewhere it is where
    /// this one did.
    fn base(&self, request: &HttpRequest) -> Result<String> {
        if let Some(base) = &self.config.oauth2.base_url {
            return Ok(base.trim_end_matches('/').to_owned());
        }
        let host = request.headers().get(HOST).and_then(|it| it.to_str().ok());
        let host = host.ok_or_else(|| Problem::bad_request("there is no `Host`"))?;
        Ok(format!("http://{host}"))
    }

    fn redirect_uri(&self, provider: &str, request: &HttpRequest) -> Result<String> {
        Ok(format!(
            "{}/login/oauth2/code/{provider}",
            self.base(request)?
        ))
    }
}

fn see(url: &str) -> Result<HttpResponse> {
    let mut answer = HttpResponse::new(StatusCode::FOUND);
    answer
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_str(url)?);
    Ok(answer)
}

/// What a page is told of a failure: the problem's code, which is ours and plain.
fn code_of(problem: &Problem) -> &str {
    problem.code().unwrap_or("login_failed")
}

fn told(problem: &Problem) -> String {
    let text = problem.detail().unwrap_or_default();
    match problem.cause() {
        Some(cause) => format!("{text}: {cause}"),
        None => text.to_owned(),
    }
}
