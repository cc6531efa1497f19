//! Users: who has an account.

#[cfg(feature = "data")]
mod database;
#[cfg(feature = "data")]
pub mod entities;
mod memory;
#[cfg(feature = "data")]
mod migration;

use async_trait::async_trait;
use savia_core::{Error, Result};

#[cfg(feature = "data")]
pub use database::DatabaseUserStore;
pub use memory::MemoryUserStore;

/// Somebody with an account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Its id; it never changes. At most 200 characters.
    pub id: String,
    /// Its e-mail address, in lower case: what it logs in with.
    pub email: String,
    /// Its password, hashed; without one, it logs in by other ways.
    pub password: Option<String>,
    /// Whether it may log in.
    pub enabled: bool,
    /// Whether it has proved its address.
    pub verified: bool,
    /// Its roles.
    pub roles: Vec<String>,
    /// Its permissions: those of its roles.
    pub permissions: Vec<String>,
}

impl User {
    /// Somebody with this id and address, who may log in and has proved nothing.
    pub fn new(id: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            email: email.into(),
            password: None,
            enabled: true,
            verified: false,
            roles: Vec::new(),
            permissions: Vec::new(),
        }
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Somebody's account at a provider, by which it logs in here. Issuer and subject are somebody for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who has given out the subject: the issuer of OpenID Connect.
    pub issuer: String,
    /// Who it is there. At most 255 characters.
    pub subject: String,
    /// The provider's name in the configuration when it was linked.
    pub provider: String,
    /// The address that the provider said then.
    pub email: Option<String>,
}

/// Where users are. Savia has one in memory and one in the application's database; a component of your
/// own (`#[service(provides(dyn UserStore))]`) takes their place.
///
/// Two methods are needed to log in; the others belong to what an application may leave out.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// The user with this address, in lower case.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn by_email(&self, email: &str) -> Result<Option<User>>;

    /// The user with this id.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    async fn by_id(&self, id: &str) -> Result<Option<User>>;

    /// Adds a user, without its id, which the store gives; roles that are not there are made.
    ///
    /// # Errors
    ///
    /// `Conflict` where the address is taken.
    async fn create(&self, user: User) -> Result<User> {
        let _ = user;
        Err(only_reads())
    }

    /// Sets the password of a user, hashed.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or only reads.
    async fn set_password(&self, id: &str, password: &str) -> Result<()> {
        let _ = (id, password);
        Err(only_reads())
    }

    /// Says that a user has proved its address.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or only reads.
    async fn set_verified(&self, id: &str) -> Result<()> {
        let _ = id;
        Err(only_reads())
    }

    /// Gives a user these roles, and no others. Have its logins ended
    /// ([`Accounts::end_logins`](crate::Accounts::end_logins)), so that no token goes on with the old
    /// ones.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or only reads.
    async fn set_roles(&self, id: &str, roles: &[String]) -> Result<()> {
        let _ = (id, roles);
        Err(only_reads())
    }

    /// Gives a role these permissions, and no others; the role is made where it is not there.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or only reads.
    async fn set_permissions(&self, role: &str, permissions: &[String]) -> Result<()> {
        let _ = (role, permissions);
        Err(only_reads())
    }

    /// The user to whom an identity at a provider was linked.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or knows no identities.
    async fn by_identity(&self, issuer: &str, subject: &str) -> Result<Option<User>> {
        let _ = (issuer, subject);
        Err(only_reads())
    }

    /// Adds a user with an identity, both or neither.
    ///
    /// # Errors
    ///
    /// `Conflict` where the address or the identity is taken.
    async fn create_linked(&self, user: User, identity: Identity) -> Result<User> {
        let _ = (user, identity);
        Err(only_reads())
    }

    /// Links an identity to a user.
    ///
    /// # Errors
    ///
    /// `Conflict` where it is linked already, to whomever.
    async fn link(&self, id: &str, identity: Identity) -> Result<()> {
        let _ = (id, identity);
        Err(only_reads())
    }

    /// The identities of a user, the oldest first.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or knows no identities.
    async fn identities(&self, id: &str) -> Result<Vec<Identity>> {
        let _ = id;
        Err(only_reads())
    }

    /// Takes an identity from a user; says whether it was there.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or only reads.
    async fn unlink(&self, id: &str, issuer: &str, subject: &str) -> Result<bool> {
        let _ = (id, issuer, subject);
        Err(only_reads())
    }
}

fn only_reads() -> Error {
    Error::internal("this `UserStore` only reads")
}

/// An address as it is stored and compared; nothing where it cannot be one.
pub(crate) fn normalized(email: &str) -> Option<String> {
    let email = email.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let good = !local.is_empty()
        && domain.contains('.')
        && email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    good.then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_lower_case() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(normalized(text).as_deref(), expected, "{text:?}");
        };
        check(" Ada@Example.com ", Some("ada@example.com"));
        check("ada+blog@example.com", Some("ada+blog@example.com"));
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "a\n@b.c",
            "a\0@b.c",
        ] {
            check(bad, None);
        }
        check(&format!("{}@example.com", "a".repeat(250)), None);
    }
}
