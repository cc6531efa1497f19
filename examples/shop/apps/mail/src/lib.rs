//! The app `mail`: sends letters.
//!
//! It is a crate of its own, so that other projects can install it too. It knows nothing of shops.

use savia::prelude::*;

savia::app! { name: "mail" }

/// A letter to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address it goes to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Sends letters. A project that has a component of its own for this uses that one instead.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends a letter.
    ///
    /// # Errors
    ///
    /// `Unavailable` where it cannot be sent now.
    async fn send(&self, letter: Letter) -> Result<()>;
}

/// How letters are sent.
#[config("mail")]
pub struct MailConfig {
    /// The sender of every letter.
    #[default("shop@example.org")]
    #[garde(email)]
    pub from: String,
}

/// Writes letters to the log instead of sending them: enough for an example.
#[service(provides(dyn Mailer))]
pub struct LogMailer {
    config: Arc<MailConfig>,
}

#[async_trait]
impl Mailer for LogMailer {
    async fn send(&self, letter: Letter) -> Result<()> {
        let Letter { to, subject, text } = letter;
        savia::tracing::info!("from {}, to {to}: {subject}\n{text}", self.config.from);
        Ok(())
    }
}
