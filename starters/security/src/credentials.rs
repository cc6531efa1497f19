//! Who somebody is, by address and password.

use std::net::IpAddr;
use std::sync::Arc;

use savia_core::{Error, Result, service};
use savia_starter_web::Problem;
use savia_starter_web::actix_web::http::StatusCode;
use tokio::sync::OnceCell;

use crate::audit::{self, AuditEvent, Outcome};
use crate::config::SecurityConfig;
use crate::lockout::Lockouts;
use crate::user::normalized;
use crate::{PasswordEncoder, User, UserStore, encoding};

/// Finds out who somebody is by address and password. Inject it as `Arc<PasswordLogin>`.
///
/// An address that nobody has and a password that is wrong are answered alike, after the same work: a
/// password is hashed in both cases (ASVS 6.3.8). Guesses are counted ([`Lockouts`]).
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct PasswordLogin {
    users: Arc<dyn UserStore>,
    encoder: Arc<dyn PasswordEncoder>,
    lockouts: Arc<Lockouts>,
    config: Arc<SecurityConfig>,
    /// The hash of a password that nobody has.
    #[init]
    nobodys: OnceCell<String>,
}

impl PasswordLogin {
    /// The user with this address and password.
    ///
    /// # Errors
    ///
    /// A problem: 401 where they are not somebody's; 403 where the address has to be proved first; 429
    /// with `Retry-After` where it was guessed too often; 503 where too much is under way.
    pub async fn authenticate(
        &self,
        email: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<User> {
        // What cannot be an address is nobody's, and counted like any other.
        let email = normalized(email).unwrap_or_default();
        let attempt = match self.lockouts.begin(&email, address).await? {
            Ok(attempt) => attempt,
            Err(wait) => {
                audit::record(failed("lockout", &email, "locked")).await?;
                let problem = Problem::too_many_requests("too many attempts; wait and try again");
                return Err(problem.with_code("locked").with_retry_after(wait).into());
            }
        };
        let user = self.users.by_email(&email).await?;
        let encoded = user.as_ref().and_then(|user| user.password.as_deref());
        let nobodys = self.nobodys().await?;
        // What is longer than any password is none, and hashing megabytes would be work for nothing.
        let password = match password.chars().count() <= self.config.passwords.max_length {
            true => password,
            false => "",
        };
        let right = self
            .encoder
            .matches(password, encoded.unwrap_or(nobodys))
            .await?;
        let user = match user {
            Some(user) if right && user.password.is_some() && user.enabled => user,
            _ => {
                audit::record(failed("login.failed", &email, "bad_credentials")).await?;
                return Err(wrong());
            }
        };
        self.lockouts.succeeded(attempt).await?;
        if self.config.accounts.verify_email && !user.verified {
            audit::record(failed("login.failed", &email, "email_not_verified")).await?;
            let problem = Problem::of(StatusCode::FORBIDDEN, "prove the e-mail address first");
            return Err(problem.with_code("email_not_verified").into());
        }
        self.renew(user, password).await
    }

    /// The same for somebody who logs in: that it did is recorded.
    ///
    /// # Errors
    ///
    /// As [`authenticate`](Self::authenticate).
    pub async fn login(
        &self,
        email: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<User> {
        let user = self.authenticate(email, password, address).await?;
        let event = AuditEvent::new("login.succeeded").by(&user.id, &user.email, "password");
        audit::record(event).await?;
        Ok(user)
    }

    /// Whether what was proved still holds, once a login has begun: a password that was changed meanwhile
    /// has ended the logins of before, and this one was not among them.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub(crate) async fn holds(&self, user: &User) -> Result<bool> {
        let now = self.users.by_id(&user.id).await?;
        Ok(now.is_some_and(|now| now.enabled && now.password == user.password))
    }

    /// Makes the hash that is compared with where there is nobody; at start, so that no request takes
    /// longer for it.
    pub(crate) async fn prepare(&self) -> Result<()> {
        self.nobodys().await.map(drop)
    }

    async fn nobodys(&self) -> Result<&str> {
        let made = self
            .nobodys
            .get_or_try_init(|| async { self.encoder.encode(&encoding::secret()?).await });
        made.await.map(String::as_str)
    }

    /// Hashes a password anew whose hash was made with other parameters (ASVS 11.4.2). That it cannot be
    /// stored keeps nobody out; one that was set meanwhile stays.
    async fn renew(&self, mut user: User, password: &str) -> Result<User> {
        let outdated = user.password.as_deref();
        if !outdated.is_some_and(|it| self.encoder.outdated(it)) {
            return Ok(user);
        }
        let renewed = async {
            let encoded = self.encoder.encode(password).await?;
            if !self.holds(&user).await? {
                return Ok(None);
            }
            self.users.set_password(&user.id, &encoded).await?;
            Ok::<_, Error>(Some(encoded))
        };
        match renewed.await {
            Ok(Some(encoded)) => user.password = Some(encoded),
            Ok(None) => return Err(wrong()),
            Err(error) => {
                tracing::warn!(user = user.id, "a password was not hashed anew: {error}");
            }
        }
        Ok(user)
    }
}

/// Whoever it was: the address is all that is known. What is none may be a password in the wrong field, and is not
/// written.
fn failed(kind: &str, email: &str, reason: &str) -> AuditEvent {
    AuditEvent::new(kind)
        .outcome(Outcome::Failure)
        .data("email", email)
        .data("reason", reason)
}

/// The answer to who is nobody.
pub(crate) fn wrong() -> Error {
    let problem = Problem::unauthorized("the e-mail address or the password is wrong");
    problem.with_code("bad_credentials").into()
}
