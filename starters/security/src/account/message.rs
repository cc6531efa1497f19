//! Mails about an account.

use async_trait::async_trait;
use savia_core::Result;

/// A mail about an account. Its token belongs in a link of your own, behind `#`, so that no log has it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountMessage {
    /// Somebody has registered: the token proves the address (`POST /auth/verify`).
    VerifyEmail {
        /// To whom.
        email: String,
        /// What proves it.
        token: String,
    },
    /// Somebody has registered with an address that has an account: it was perhaps its owner.
    AlreadyRegistered {
        /// To whom.
        email: String,
    },
    /// The token sets a new password (`POST /auth/password/reset`).
    ResetPassword {
        /// To whom.
        email: String,
        /// What lets it be set.
        token: String,
    },
    /// The password was changed: who did not do it should know (ASVS 6.3.7).
    PasswordChanged {
        /// To whom.
        email: String,
    },
}

impl AccountMessage {
    /// To whom it goes.
    pub fn email(&self) -> &str {
        match self {
            Self::VerifyEmail { email, .. }
            | Self::AlreadyRegistered { email }
            | Self::ResetPassword { email, .. }
            | Self::PasswordChanged { email } => email,
        }
    }
}

// A token must not get into a log by way of `{:?}`.
impl std::fmt::Debug for AccountMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::VerifyEmail { .. } => "VerifyEmail",
            Self::AlreadyRegistered { .. } => "AlreadyRegistered",
            Self::ResetPassword { .. } => "ResetPassword",
            Self::PasswordChanged { .. } => "PasswordChanged",
        })
    }
}

/// Sends mails about accounts: a component of the application's (`#[service(provides(dyn
/// AccountMessenger))]`). Without one, no password can be reset and no address be proved.
///
/// It runs beside the request, so that how long it takes says nothing about who has an account.
#[async_trait]
pub trait AccountMessenger: Send + Sync {
    /// Sends a mail.
    ///
    /// # Errors
    ///
    /// It could not be sent; that is logged.
    async fn send(&self, message: AccountMessage) -> Result<()>;
}
