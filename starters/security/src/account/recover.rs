//! What a mail has to prove, and new passwords.

use std::net::IpAddr;
use std::sync::Arc;

use savia_core::{Error, Result};
use savia_starter_web::Problem;

use super::{AccountMessage, Accounts, Purpose, is_taken, normalized};
use crate::User;

impl Accounts {
    /// Adds a user and sends the mail, beside the request.
    pub(super) fn register_quietly(&self, user: User) {
        let (users, one_time) = (Arc::clone(&self.users), Arc::clone(&self.one_time));
        let (messenger, ttl) = (
            self.messenger.clone(),
            self.config.accounts.verification_ttl,
        );
        quietly("an account was not registered", async move {
            let email = user.email.clone();
            let message = match users.create(user).await {
                Ok(user) => {
                    let token = one_time.issue(Purpose::VerifyEmail, &user.id, ttl).await?;
                    AccountMessage::VerifyEmail { email, token }
                }
                Err(error) if is_taken(&error) => AccountMessage::AlreadyRegistered { email },
                Err(error) => return Err(error),
            };
            send(messenger, message).await
        });
    }

    /// Takes the token of a mail that proves an address.
    ///
    /// # Errors
    ///
    /// 400 where the token is not, or no longer, good.
    pub async fn verify_email(&self, token: &str) -> Result<()> {
        match self.one_time.take(Purpose::VerifyEmail, token).await? {
            Some(user) => {
                if let Some(user) = self.users.by_id(&user).await? {
                    self.proved(&user).await?;
                }
                Ok(())
            }
            None => Err(not_good()),
        }
    }

    /// Somebody has proved an address for the first time. Whoever registered with it before may have been
    /// somebody else, and what that one has linked would open the account for good.
    async fn proved(&self, user: &User) -> Result<()> {
        if user.verified {
            return Ok(());
        }
        for identity in self.users.identities(&user.id).await.unwrap_or_default() {
            self.users
                .unlink(&user.id, &identity.issuer, &identity.subject)
                .await?;
        }
        self.users.set_verified(&user.id).await
    }

    /// Has a mail sent that lets the password be reset. Whether anybody has the address is not said, and
    /// does not show.
    ///
    /// # Errors
    ///
    /// 429 where it was asked for too often; 503 where nothing sends mails.
    pub async fn forgot_password(&self, email: &str, address: Option<IpAddr>) -> Result<()> {
        let Some(messenger) = self.messenger.clone() else {
            return Err(Error::unavailable("passwords cannot be reset here"));
        };
        let email = normalized(email).unwrap_or_default();
        // Counted like guesses, so that nobody's mailbox is filled.
        let counted = self
            .lockouts
            .begin(&format!("forgot {email}"), address)
            .await?;
        if let Err(wait) = counted {
            let problem = Problem::too_many_requests("too many mails; wait and try again");
            return Err(problem.with_retry_after(wait).into());
        }
        let (users, one_time) = (Arc::clone(&self.users), Arc::clone(&self.one_time));
        let ttl = self.config.accounts.reset_ttl;
        quietly("no mail was sent that resets a password", async move {
            match users.by_email(&email).await? {
                Some(user) if user.enabled => {
                    let token = one_time
                        .issue(Purpose::ResetPassword, &user.id, ttl)
                        .await?;
                    messenger
                        .send(AccountMessage::ResetPassword { email, token })
                        .await
                }
                _ => Ok(()),
            }
        });
        Ok(())
    }

    /// Sets a new password with the token of a mail, and ends every login.
    ///
    /// # Errors
    ///
    /// 400 where the token is not, or no longer, good; 422 where the password is refused: then the token
    /// stays good.
    pub async fn reset_password(&self, token: &str, password: &str) -> Result<()> {
        let purpose = Purpose::ResetPassword;
        let owner = self.one_time.owner(purpose, token).await?;
        let user = match owner {
            Some(owner) => self.users.by_id(&owner).await?,
            None => None,
        };
        let user = user.filter(|user| user.enabled).ok_or_else(not_good)?;
        self.allowed(password, &user.email)?;
        let encoded = self.encoder.encode(password).await?;
        // Of several that got here, one is given it.
        if self.one_time.take(purpose, token).await?.is_none() {
            return Err(not_good());
        }
        self.users.set_password(&user.id, &encoded).await?;
        // Whoever has the mail has the address.
        self.proved(&user).await?;
        self.changed(&user, "password.reset").await
    }

    /// Sets a new password for somebody who knows the present one, and ends every login; who called begins
    /// anew ([`begin`](Self::begin)).
    ///
    /// # Errors
    ///
    /// 401 where the present one is wrong, 429 where it was guessed too often; 422 where the new one is
    /// refused.
    pub async fn change_password(
        &self,
        user: &str,
        present: &str,
        new: &str,
        address: Option<IpAddr>,
    ) -> Result<User> {
        let known = self.users.by_id(user).await?;
        let email = known.map(|user| user.email).unwrap_or_default();
        let user = self.login.authenticate(&email, present, address).await?;
        self.allowed(new, &email)?;
        let encoded = self.encoder.encode(new).await?;
        self.users.set_password(&user.id, &encoded).await?;
        self.changed(&user, "password.changed").await?;
        Ok(user)
    }

    /// What follows from a new password.
    async fn changed(&self, user: &User, kind: &str) -> Result<()> {
        super::record(kind, &user.id, &user.email).await?;
        self.end_logins(&user.id).await?;
        self.one_time
            .withdraw(Purpose::ResetPassword, &user.id)
            .await?;
        let email = user.email.clone();
        let messenger = self.messenger.clone();
        quietly("nobody was told that a password was changed", async move {
            send(messenger, AccountMessage::PasswordChanged { email }).await
        });
        Ok(())
    }
}

fn not_good() -> Error {
    let problem = Problem::bad_request("the token is not valid, was used, or has expired");
    problem.with_code("invalid_token").into()
}

async fn send(
    messenger: Option<Arc<dyn super::AccountMessenger>>,
    message: AccountMessage,
) -> Result<()> {
    match messenger {
        Some(messenger) => messenger.send(message).await,
        None => Ok(()),
    }
}

/// Runs beside the request: neither what comes of it nor how long it takes shows.
fn quietly(otherwise: &'static str, work: impl Future<Output = Result<()>> + Send + 'static) {
    savia_core::spawn(async move {
        if let Err(error) = work.await {
            tracing::error!("{otherwise}: {error}");
        }
    });
}
