//! `/auth`: registering, logging in, renewing, logging out.

use std::net::IpAddr;
use std::sync::Arc;

use savia_core::{Context, Result, dto};
use savia_starter_web::actix_web::http::StatusCode;
use savia_starter_web::actix_web::{HttpRequest, HttpResponse};
use savia_starter_web::{
    Json, NoContent, Path, Problem, Respond, TrustedProxies, controller, routes,
};

use super::cookie;
use super::no_store::NoStore;
use super::session::begun;
use crate::account::{Accounts, Registered, Tokens};
use crate::config::SecurityConfig;
use crate::session::{Sessions, clearing};
use crate::{Principal, SecurityError};

/// Somebody's address and password.
#[dto]
pub(super) struct Credentials {
    /// The e-mail address.
    #[garde(length(chars, min = 1, max = 254))]
    pub email: String,
    /// The password.
    #[garde(length(bytes, min = 1, max = 4096))]
    pub password: String,
}

/// A refresh token.
#[dto]
pub(super) struct RefreshRequest {
    /// The token.
    #[garde(length(bytes, min = 1, max = 256))]
    pub refresh_token: String,
}

/// The token of a mail.
#[dto]
pub(super) struct TokenRequest {
    /// The token.
    #[garde(length(bytes, min = 1, max = 256))]
    pub token: String,
}

/// Whose password is forgotten.
#[dto]
pub(super) struct ForgotRequest {
    /// The e-mail address.
    #[garde(length(chars, min = 1, max = 254))]
    pub email: String,
}

/// A new password, with the token of a mail.
#[dto]
pub(super) struct ResetRequest {
    /// The token.
    #[garde(length(bytes, min = 1, max = 256))]
    pub token: String,
    /// The new password.
    #[garde(length(bytes, min = 1, max = 4096))]
    pub password: String,
}

/// A new password, with the present one.
#[dto]
pub(super) struct ChangeRequest {
    /// The present password.
    #[garde(length(bytes, min = 1, max = 4096))]
    pub current_password: String,
    /// The new password.
    #[garde(length(bytes, min = 1, max = 4096))]
    pub password: String,
}

/// Who is calling.
#[dto]
pub(super) struct Me {
    /// Its id.
    pub id: String,
    /// Its e-mail address.
    pub email: String,
    /// Whether it has proved its address.
    pub verified: bool,
    /// Its roles.
    pub roles: Vec<String>,
    /// Its permissions.
    pub permissions: Vec<String>,
}

/// A login.
#[dto]
pub(super) struct LoginInfo {
    /// Its name.
    pub id: String,
    /// When it began, in seconds since 1970.
    pub began_at: i64,
    /// When it was renewed last, in seconds since 1970.
    pub renewed_at: i64,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The routes of accounts.
#[controller(
    "/auth",
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.jwt.enabled", equals = "true"),
    conditional(property = "security.accounts.enabled", equals = "true")
)]
pub(crate) struct AuthController {
    accounts: Arc<Accounts>,
    sessions: Arc<Sessions>,
    config: Arc<SecurityConfig>,
}

#[routes]
impl AuthController {
    /// Makes an account. Where addresses have to be proved, the answer is 202 whether or not the address
    /// is taken.
    #[post("/register", body_limit = "16KiB")]
    #[public]
    async fn register(
        &self,
        body: Json<Credentials>,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        Ok(
            match self.accounts.register(&body.email, &body.password).await? {
                Registered::LoggedIn(tokens) => {
                    (StatusCode::CREATED, NoStore(tokens)).respond(&request)
                }
                Registered::Pending => HttpResponse::new(StatusCode::ACCEPTED),
            },
        )
    }

    /// Logs in.
    #[post("/login", body_limit = "16KiB")]
    #[public]
    async fn login(
        &self,
        body: Json<Credentials>,
        request: HttpRequest,
    ) -> Result<NoStore<Tokens>> {
        let tokens = self
            .accounts
            .login(&body.email, &body.password, address(&request));
        tokens.await.map(NoStore)
    }

    /// Renews a login: takes the refresh token, and gives the next pair.
    #[post("/refresh", body_limit = "16KiB")]
    #[public]
    async fn refresh(&self, body: Json<RefreshRequest>) -> Result<NoStore<Tokens>> {
        self.accounts
            .refresh(&body.refresh_token)
            .await
            .map(NoStore)
    }

    /// Ends the login of the refresh token, or without one, of the access token or the session.
    #[post("/logout", body_limit = "16KiB")]
    #[public]
    async fn logout(
        &self,
        body: Option<Json<RefreshRequest>>,
        caller: Option<Principal>,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        let mut answer = NoContent.respond(&request);
        match (body, caller) {
            (Some(body), _) => self.accounts.logout(&body.refresh_token).await?,
            (None, Some(caller)) => {
                if let Some(session) = caller.session() {
                    self.accounts.end_login(caller.id(), session).await?;
                    if self.sessions.end(caller.id(), session).await? {
                        cookie::add(&mut answer, &clearing(&self.config.sessions))?;
                    }
                }
            }
            (None, None) => {
                let problem = Problem::unauthorized("authentication is required");
                return Err(problem.with_challenge("Bearer").into());
            }
        }
        Ok(answer)
    }

    /// Who is calling.
    #[get("/me")]
    async fn me(&self, caller: Principal) -> Result<NoStore<Me>> {
        let user = self.accounts.user(caller.id()).await?;
        let user = user.filter(|user| user.enabled).ok_or_else(|| {
            Problem::unauthorized("the account is gone").with_cause(SecurityError::Revoked)
        })?;
        Ok(NoStore(Me {
            id: user.id,
            email: user.email,
            verified: user.verified,
            roles: user.roles,
            permissions: user.permissions,
        }))
    }

    /// The logins of who is calling.
    #[get("/logins")]
    async fn logins(&self, caller: Principal) -> Result<NoStore<Vec<LoginInfo>>> {
        let logins = self.accounts.logins(caller.id()).await?;
        let info = |login: crate::token::Login| LoginInfo {
            current: caller.session() == Some(login.session.as_str()),
            began_at: login.began_at / 1_000,
            renewed_at: login.renewed_at / 1_000,
            id: login.session,
        };
        Ok(NoStore(logins.into_iter().map(info).collect()))
    }

    /// Ends one login of who is calling.
    #[delete("/logins/{id}")]
    async fn end_login(&self, id: Path<String>, caller: Principal) -> Result<Option<NoContent>> {
        let ended = self.accounts.end_login(caller.id(), &id).await?;
        Ok(ended.then_some(NoContent))
    }

    /// Ends every login of who is calling.
    #[delete("/logins")]
    async fn end_logins(&self, caller: Principal) -> Result<NoContent> {
        self.accounts
            .end_logins(caller.id())
            .await
            .map(|()| NoContent)
    }

    /// Proves an address, with the token of a mail.
    #[post("/verify", body_limit = "16KiB")]
    #[public]
    async fn verify(&self, body: Json<TokenRequest>) -> Result<NoContent> {
        self.accounts
            .verify_email(&body.token)
            .await
            .map(|()| NoContent)
    }

    /// Has a mail sent that lets a password be reset. The answer is the same whether or not anybody has
    /// the address.
    #[post("/password/forgot", body_limit = "16KiB", status = 202)]
    #[public]
    async fn forgot(&self, body: Json<ForgotRequest>, request: HttpRequest) -> Result<StatusCode> {
        self.accounts
            .forgot_password(&body.email, address(&request))
            .await?;
        Ok(StatusCode::ACCEPTED)
    }

    /// Sets a new password, with the token of a mail.
    #[post("/password/reset", body_limit = "16KiB")]
    #[public]
    async fn reset(&self, body: Json<ResetRequest>) -> Result<NoContent> {
        self.accounts
            .reset_password(&body.token, &body.password)
            .await
            .map(|()| NoContent)
    }

    /// Sets a new password, with the present one; gives a new pair of tokens, or a new session to who came
    /// with one; the others end.
    #[put("/password", body_limit = "16KiB")]
    async fn change(
        &self,
        body: Json<ChangeRequest>,
        caller: Principal,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        let (present, new) = (&body.current_password, &body.password);
        let changed = self
            .accounts
            .change_password(caller.id(), present, new, address(&request));
        let user = changed.await?;
        if caller.method() != "session" {
            let tokens = self.accounts.begin(&user).await?;
            return Ok(NoStore(tokens).respond(&request));
        }
        let (_, secret) = self.sessions.begin(&user.id).await?;
        begun(&self.config.sessions, &secret, &request)
    }
}

/// Where the request comes from: the other end of the connection, or whom a trusted proxy there speaks
/// for. Nothing else that a header says is believed.
pub(crate) fn address(request: &HttpRequest) -> Option<IpAddr> {
    let proxies = Context::with_current(|it| it.and_then(|it| it.app().component()));
    match proxies {
        Some(proxies) => TrustedProxies::client(&proxies, request),
        None => request.peer_addr().map(|address| address.ip()),
    }
}
