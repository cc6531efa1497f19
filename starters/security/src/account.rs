//! Accounts: registering, logging in, renewing, logging out, and what a mail has to prove.

mod message;
mod recover;
mod roles;

use std::net::IpAddr;
use std::sync::Arc;

use savia_core::validation::Violation;
use savia_core::{Error, ErrorKind, Result, service};
use savia_starter_web::Problem;

pub use message::{AccountMessage, AccountMessenger};

use crate::audit::{self, AuditEvent, Outcome};
use crate::config::SecurityConfig;
use crate::credentials::PasswordLogin;
use crate::jwt::JwtIssuer;
use crate::password::PasswordPolicy;
use crate::token::{Login, OneTimeTokens, Purpose, RefreshTokens, Rotation};
use crate::user::normalized;
use crate::{PasswordEncoder, Sessions, User, UserStore};

/// What somebody who has logged in is given, as OAuth 2.0 names it (RFC 6749, section 5.1).
#[derive(Clone, serde::Serialize, schemars::JsonSchema)]
pub struct Tokens {
    /// Proves who calls, in `Authorization: Bearer`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// For how many seconds the access token is good.
    pub expires_in: u64,
    /// Brings the next pair, once.
    pub refresh_token: String,
}

/// What came of registering.
#[derive(Debug)]
pub enum Registered {
    /// The account is there, and logged in.
    LoggedIn(Tokens),
    /// A mail was sent, to whoever has the address. Whether there is a new account is not said.
    Pending,
}

/// Accounts. Inject it as `Arc<Accounts>`; the routes below `/auth` are a thin layer over it.
#[service(
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.jwt.enabled", equals = "true")
)]
pub struct Accounts {
    users: Arc<dyn UserStore>,
    encoder: Arc<dyn PasswordEncoder>,
    login: Arc<PasswordLogin>,
    refresh: Arc<RefreshTokens>,
    sessions: Arc<Sessions>,
    one_time: Arc<OneTimeTokens>,
    issuer: Arc<JwtIssuer>,
    policy: Arc<PasswordPolicy>,
    lockouts: Arc<crate::Lockouts>,
    messenger: Option<Arc<dyn AccountMessenger>>,
    config: Arc<SecurityConfig>,
}

impl Accounts {
    /// Makes an account.
    ///
    /// Where addresses have to be proved, the answer and its time are the same whether or not the
    /// address is taken; who has it reads of it in a mail.
    ///
    /// # Errors
    ///
    /// 422 where the address is none or the password is refused; 409 where the address is taken and
    /// addresses are not proved; 403 where nobody may register.
    pub async fn register(&self, email: &str, password: &str) -> Result<Registered> {
        if !self.config.accounts.registration {
            return Err(Error::forbidden("nobody can register here"));
        }
        let user = self
            .new_user(email, password, &self.config.accounts.default_roles)
            .await?;
        if !self.config.accounts.verify_email {
            let user = self.users.create(user).await?;
            record("account.registered", &user.id, &user.email).await?;
            return self.begin(&user).await.map(Registered::LoggedIn);
        }
        self.register_quietly(user);
        Ok(Registered::Pending)
    }

    /// Makes an account that may log in at once, with these roles: for commands and seeds.
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register).
    pub async fn create(&self, email: &str, password: &str, roles: &[String]) -> Result<User> {
        let mut user = self.new_user(email, password, roles).await?;
        user.verified = true;
        let user = self.users.create(user).await?;
        let event = AuditEvent::new("account.created").object("user", &user.id);
        audit::record(event.data("email", &user.email).data("roles", roles)).await?;
        Ok(user)
    }

    async fn new_user(&self, email: &str, password: &str, roles: &[String]) -> Result<User> {
        let email = normalized(email).ok_or_else(|| {
            Error::violations(vec![Violation {
                field: "email".to_owned(),
                code: "email".to_owned(),
                message: "is no e-mail address".to_owned(),
            }])
        })?;
        self.allowed(password, &email)?;
        Ok(User {
            password: Some(self.encoder.encode(password).await?),
            roles: roles.to_vec(),
            ..User::new("", email)
        })
    }

    fn allowed(&self, password: &str, email: &str) -> Result<()> {
        match self.policy.fault(password, email) {
            Some(fault) => Err(Error::violations(vec![fault])),
            None => Ok(()),
        }
    }

    /// Logs somebody in.
    ///
    /// # Errors
    ///
    /// As [`PasswordLogin::authenticate`].
    pub async fn login(
        &self,
        email: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<Tokens> {
        let user = self.login.login(email, password, address).await?;
        let (login, refresh_token) = self.refresh.begin(&user.id).await?;
        if !self.login.holds(&user).await? {
            self.refresh.end(&user.id, &login.session).await?;
            return Err(crate::credentials::wrong());
        }
        self.tokens(&user, &login, refresh_token)
    }

    /// Begins a login of a user who has proved who it is, by whatever way.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn begin(&self, user: &User) -> Result<Tokens> {
        let (login, refresh_token) = self.refresh.begin(&user.id).await?;
        self.tokens(user, &login, refresh_token)
    }

    fn tokens(&self, user: &User, login: &Login, refresh_token: String) -> Result<Tokens> {
        let access = self.issuer.issue(user, &login.session)?;
        Ok(Tokens {
            access_token: access.token,
            token_type: "Bearer".to_owned(),
            expires_in: access.expires_in.as_secs(),
            refresh_token,
        })
    }

    /// Renews a login. A refresh token is good once; one that is brought again ends the login.
    ///
    /// # Errors
    ///
    /// 401 where the token is not, or no longer, good.
    pub async fn refresh(&self, token: &str) -> Result<Tokens> {
        let refused = || {
            let problem = Problem::unauthorized("the refresh token is not valid");
            Err(problem.with_code("invalid_refresh_token").into())
        };
        // Before the token is used up: where the users are out of reach, it can be brought again.
        let Some(owner) = self.refresh.owner(token).await? else {
            return refused();
        };
        let user = self.users.by_id(&owner).await?;
        let (login, token) = match self.refresh.rotate(token).await? {
            Rotation::Renewed { login, token } => (login, token),
            Rotation::Replayed(login) => {
                let event = of_login("token.reused", &login.user, &login.session);
                audit::record(event.outcome(Outcome::Denied)).await?;
                return refused();
            }
            Rotation::Unknown => return refused(),
        };
        // Roles are those of now, and who may no longer log in is out.
        match user {
            Some(user) if user.enabled && user.id == login.user => {
                audit::record(of_login("token.refreshed", &user.id, &login.session)).await?;
                self.tokens(&user, &login, token)
            }
            _ => {
                self.refresh.end(&login.user, &login.session).await?;
                refused()
            }
        }
    }

    /// Ends the login that a refresh token belongs to; a token that is not known ends nothing.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn logout(&self, refresh_token: &str) -> Result<()> {
        if let Some(login) = self.refresh.end_by_token(refresh_token).await? {
            audit::record(of_login("logout", &login.user, &login.session)).await?;
        }
        Ok(())
    }

    /// The logins of a user.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn logins(&self, user: &str) -> Result<Vec<Login>> {
        self.refresh.logins(user).await
    }

    /// Ends one login of a user; says whether there was one.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end_login(&self, user: &str, session: &str) -> Result<bool> {
        let ended = self.refresh.end(user, session).await?;
        if ended {
            audit::record(of_login("logout", user, session)).await?;
        }
        Ok(ended)
    }

    /// Ends every login and session of a user: after a change of roles, or where something is wrong. Tokens are
    /// refused at once in this process, and in others within `security.jwt.revocation_refresh`.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn end_logins(&self, user: &str) -> Result<()> {
        self.refresh.end_all(user).await?;
        audit::record(AuditEvent::new("logins.ended").object("user", user)).await?;
        self.sessions.end_all(user).await
    }

    /// The user of an id.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn user(&self, id: &str) -> Result<Option<User>> {
        self.users.by_id(id).await
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// What happened to a login.
fn of_login(kind: &str, user: &str, session: &str) -> AuditEvent {
    let event = AuditEvent::new(kind).object("login", session);
    event.data("user", user)
}

async fn record(kind: &str, user: &str, email: &str) -> Result<()> {
    let event = AuditEvent::new(kind).by(user, email, "password");
    audit::record(event.object("user", user)).await
}

/// Whether an error says that something is taken.
fn is_taken(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict
}
