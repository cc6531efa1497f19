//! Whose account an identity at a provider opens.

use std::sync::Arc;

use savia_core::{Error, ErrorKind, Result, service};
use savia_starter_web::Problem;
use savia_starter_web::actix_web::http::StatusCode;

use super::profile::Profile;
use super::provider::Provider;
use crate::audit::{self, AuditEvent};
use crate::config::SecurityConfig;
use crate::user::Identity;
use crate::{User, UserStore};

/// The identities of users at providers. Inject it as `Arc<Identities>`.
///
/// An identity is an issuer and a subject; an address is none, because it may change hands. Somebody else's
/// account is never opened by an address that nobody has proved, neither there nor here: who registers
/// with the address of another would have a foot in that account for good.
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct Identities {
    users: Arc<dyn UserStore>,
    config: Arc<SecurityConfig>,
}

impl Identities {
    /// The user that a profile belongs to; a new one where there is none and there may be.
    pub(super) async fn user(&self, profile: &Profile, provider: &Provider) -> Result<User> {
        // Two first logins at one time make but one account: the second finds it.
        for _ in 0..2 {
            let known = self
                .users
                .by_identity(&profile.issuer, &profile.subject)
                .await?;
            if let Some(user) = known {
                return enabled(user);
            }
            match self.newcomer(profile, provider).await {
                Err(error) if is_taken(&error) => {}
                done => return done,
            }
        }
        Err(exists())
    }

    async fn newcomer(&self, profile: &Profile, provider: &Provider) -> Result<User> {
        let Some(email) = &profile.email else {
            let text = "the provider gives no e-mail address";
            return Err(forbidden("email_missing", text));
        };
        if let Some(user) = self.users.by_email(email).await? {
            if !(provider.config.link_by_email && profile.proved && user.verified) {
                return Err(exists());
            }
            self.users.link(&user.id, profile.identity()).await?;
            record("identity.linked", &user.id, profile.identity()).await?;
            return enabled(user);
        }
        if !profile.proved {
            let text = "the provider does not say that the e-mail address is proved";
            return Err(forbidden("email_not_verified", text));
        }
        if !(self.config.oauth2.registration && self.config.accounts.registration) {
            return Err(forbidden("registration_closed", "there is no account yet"));
        }
        let user = User {
            verified: true,
            roles: self.config.accounts.default_roles.clone(),
            ..User::new("", email.clone())
        };
        let user = self.users.create_linked(user, profile.identity()).await?;
        record("account.registered", &user.id, profile.identity()).await?;
        Ok(user)
    }

    /// Links an identity to a user who has asked for it.
    pub(super) async fn link(&self, id: &str, profile: &Profile) -> Result<User> {
        let user = self.users.by_id(id).await?;
        let user = enabled(user.ok_or_else(gone)?)?;
        let owner = self
            .users
            .by_identity(&profile.issuer, &profile.subject)
            .await?;
        match owner {
            Some(owner) if owner.id == user.id => Ok(user),
            Some(_) => Err(taken()),
            None => match self.users.link(id, profile.identity()).await {
                Err(error) if is_taken(&error) => Err(taken()),
                Err(error) => Err(error),
                Ok(()) => {
                    record("identity.linked", &user.id, profile.identity()).await?;
                    Ok(user)
                }
            },
        }
    }

    /// The identities of a user.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn list(&self, user: &str) -> Result<Vec<Identity>> {
        self.users.identities(user).await
    }

    /// Takes the identities at a provider from a user; says whether there were any.
    ///
    /// # Errors
    ///
    /// 409 where the user has no password and would have no way in any more.
    pub async fn unlink(&self, user: &str, provider: &str) -> Result<bool> {
        let all = self.users.identities(user).await?;
        let (going, staying): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| it.provider == provider);
        if going.is_empty() {
            return Ok(false);
        }
        let found = self.users.by_id(user).await?.ok_or_else(gone)?;
        if staying.is_empty() && found.password.is_none() {
            let problem = Problem::conflict("it is the only way in: set a password first");
            return Err(problem.with_code("last_identity").into());
        }
        let mut gone = false;
        for identity in going {
            let unlinked = self
                .users
                .unlink(user, &identity.issuer, &identity.subject)
                .await?;
            if unlinked {
                record("identity.unlinked", user, identity).await?;
            }
            gone |= unlinked;
        }
        Ok(gone)
    }
}

async fn record(kind: &str, user: &str, identity: Identity) -> Result<()> {
    let event = AuditEvent::new(kind)
        .object("user", user)
        .data("provider", identity.provider)
        .data("issuer", identity.issuer)
        .data("subject", identity.subject);
    audit::record(event).await
}

impl Profile {
    fn identity(&self) -> Identity {
        Identity {
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            provider: self.provider.clone(),
            email: self.email.clone(),
        }
    }
}

fn enabled(user: User) -> Result<User> {
    if user.enabled {
        return Ok(user);
    }
    let problem = Problem::unauthorized("the account is closed");
    Err(problem.with_code("account_disabled").into())
}

fn gone() -> Error {
    Problem::unauthorized("the account is gone").into()
}

fn exists() -> Error {
    let text = "there is an account with this e-mail address: log in to it, and link the two there";
    Problem::conflict(text).with_code("account_exists").into()
}

fn taken() -> Error {
    let problem = Problem::conflict("this identity belongs to another account");
    problem.with_code("identity_taken").into()
}

fn forbidden(code: &'static str, text: &'static str) -> Error {
    let problem = Problem::of(StatusCode::FORBIDDEN, text);
    problem.with_code(code).into()
}

fn is_taken(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict && error.downcast_ref::<Problem>().is_none()
}
