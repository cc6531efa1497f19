//! `/auth/session`: logging in with a cookie.

use std::sync::Arc;

use savia_core::{Result, dto};
use savia_starter_web::actix_web::http::header::ORIGIN;
use savia_starter_web::actix_web::{HttpRequest, HttpResponse};
use savia_starter_web::{Json, NoContent, Path, Problem, Respond, controller, routes};

use super::auth::{Credentials, address};
use super::cookie;
use super::no_store::NoStore;
use crate::Principal;
use crate::config::{SecurityConfig, SessionsConfig};
use crate::credentials::{PasswordLogin, wrong};
use crate::session::{
    Brought, Sessions, clearing, csrf_token, is_same_origin, of_request, setting,
};

/// What a page needs to send requests that change something.
#[dto]
pub(super) struct SessionAnswer {
    /// Goes into the header `X-CSRF-Token` of every request but `GET`, `HEAD` and `OPTIONS`.
    pub csrf_token: String,
}

/// A session.
#[dto]
pub(super) struct SessionInfo {
    /// Its name.
    pub id: String,
    /// When it began, in seconds since 1970.
    pub began_at: i64,
    /// When it was last seen, in seconds since 1970.
    pub seen_at: i64,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The routes of sessions.
#[controller(
    "/auth",
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.sessions.enabled", equals = "true")
)]
struct SessionController {
    sessions: Arc<Sessions>,
    login: Arc<PasswordLogin>,
    config: Arc<SecurityConfig>,
}

impl SessionController {
    fn secret(&self, request: &HttpRequest) -> Option<String> {
        match of_request(&self.config.sessions, request) {
            Brought::Secret(secret) => Some(secret),
            Brought::Nothing | Brought::Malformed => None,
        }
    }
}

#[routes]
impl SessionController {
    /// Logs in: gives the cookie of a new session, and the token against forged requests.
    #[post("/session", body_limit = "16KiB")]
    #[public]
    async fn begin(&self, body: Json<Credentials>, request: HttpRequest) -> Result<HttpResponse> {
        // A page of another site must not log somebody in as somebody else.
        let headers = request.headers();
        let says = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
        if says && !is_same_origin(headers) {
            let problem =
                Problem::forbidden("the request does not come from the application's own pages");
            return Err(problem.with_code("csrf").into());
        }
        let user = self
            .login
            .login(&body.email, &body.password, address(&request))
            .await?;
        // What the browser had is over, whosever it was.
        if let Some(old) = self.secret(&request) {
            self.sessions.end_by_cookie(&old).await?;
        }
        let (_, secret) = self.sessions.begin(&user.id).await?;
        if !self.login.holds(&user).await? {
            self.sessions.end_by_cookie(&secret).await?;
            return Err(wrong());
        }
        begun(&self.config.sessions, &secret, &request)
    }

    /// The token against forged requests, for a page that was loaded anew.
    #[get("/session")]
    async fn show(&self, request: HttpRequest) -> Result<NoStore<SessionAnswer>> {
        let secret = self.secret(&request);
        let secret = secret.ok_or_else(|| Problem::not_found("there is no session"))?;
        let csrf_token = csrf_token(&secret);
        Ok(NoStore(SessionAnswer { csrf_token }))
    }

    /// Logs out: ends the session, and takes the cookie away.
    #[delete("/session")]
    async fn end(&self, request: HttpRequest) -> Result<HttpResponse> {
        if let Some(secret) = self.secret(&request) {
            self.sessions.end_by_cookie(&secret).await?;
        }
        let mut answer = NoContent.respond(&request);
        cookie::add(&mut answer, &clearing(&self.config.sessions))?;
        Ok(answer)
    }

    /// The sessions of who is calling.
    #[get("/sessions")]
    async fn list(&self, caller: Principal) -> Result<NoStore<Vec<SessionInfo>>> {
        let sessions = self.sessions.list(caller.id()).await?;
        let info = |session: crate::session::Session| SessionInfo {
            current: caller.session() == Some(session.id.as_str()),
            began_at: session.began_at / 1_000,
            seen_at: session.seen_at / 1_000,
            id: session.id,
        };
        Ok(NoStore(sessions.into_iter().map(info).collect()))
    }

    /// Ends one session of who is calling.
    #[delete("/sessions/{id}")]
    async fn end_one(&self, id: Path<String>, caller: Principal) -> Result<Option<NoContent>> {
        let ended = self.sessions.end(caller.id(), &id).await?;
        Ok(ended.then_some(NoContent))
    }
}

/// The answer to who has logged in: the cookie, and the token against forged requests.
pub(super) fn begun(
    config: &SessionsConfig,
    secret: &str,
    request: &HttpRequest,
) -> Result<HttpResponse> {
    let csrf_token = csrf_token(secret);
    let mut answer = NoStore(SessionAnswer { csrf_token }).respond(request);
    cookie::add(&mut answer, &setting(config, secret))?;
    Ok(answer)
}
