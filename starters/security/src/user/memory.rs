//! Users in this process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use savia_core::{Error, Result};

use super::{Identity, User, UserStore};
use crate::encoding;

/// Users in this process: they end with it.
#[derive(Debug, Default)]
pub struct MemoryUserStore(Mutex<Users>);

#[derive(Debug, Default)]
struct Users {
    by_id: HashMap<String, User>,
    permissions: HashMap<String, Vec<String>>,
    /// Whose they are, in the order in which they were linked.
    identities: Vec<(String, Identity)>,
}

impl Users {
    fn owner(&self, issuer: &str, subject: &str) -> Option<&String> {
        let mut all = self.identities.iter();
        all.find(|(_, it)| it.issuer == issuer && it.subject == subject)
            .map(|(owner, _)| owner)
    }

    fn add(&mut self, mut user: User) -> Result<User> {
        user.id = encoding::base64url(encoding::random::<16>()?);
        if self.by_id.values().any(|other| other.email == user.email) {
            return Err(Error::conflict("the address is taken"));
        }
        self.by_id.insert(user.id.clone(), user.clone());
        Ok(self.whole(&user))
    }

    /// The user with the permissions of its roles.
    fn whole(&self, user: &User) -> User {
        let mut user = user.clone();
        let of = user
            .roles
            .iter()
            .filter_map(|role| self.permissions.get(role));
        user.permissions = of.flatten().cloned().collect();
        user.permissions.sort_unstable();
        user.permissions.dedup();
        user
    }
}

impl MemoryUserStore {
    fn users(&self) -> MutexGuard<'_, Users> {
        // Nothing that can panic runs under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut User)) -> Result<()> {
        match self.users().by_id.get_mut(id) {
            Some(user) => {
                change(user);
                Ok(())
            }
            None => Err(Error::not_found("there is no such user")),
        }
    }
}

#[async_trait]
impl UserStore for MemoryUserStore {
    async fn by_email(&self, email: &str) -> Result<Option<User>> {
        let users = self.users();
        let found = users.by_id.values().find(|user| user.email == email);
        Ok(found.map(|user| users.whole(user)))
    }

    async fn by_id(&self, id: &str) -> Result<Option<User>> {
        let users = self.users();
        Ok(users.by_id.get(id).map(|user| users.whole(user)))
    }

    async fn create(&self, user: User) -> Result<User> {
        self.users().add(user)
    }

    async fn set_password(&self, id: &str, password: &str) -> Result<()> {
        self.change(id, |user| user.password = Some(password.to_owned()))
    }

    async fn set_verified(&self, id: &str) -> Result<()> {
        self.change(id, |user| user.verified = true)
    }

    async fn set_roles(&self, id: &str, roles: &[String]) -> Result<()> {
        self.change(id, |user| user.roles = roles.to_vec())
    }

    async fn set_permissions(&self, role: &str, permissions: &[String]) -> Result<()> {
        let mut users = self.users();
        users
            .permissions
            .insert(role.to_owned(), permissions.to_vec());
        Ok(())
    }

    async fn by_identity(&self, issuer: &str, subject: &str) -> Result<Option<User>> {
        let users = self.users();
        let owner = users.owner(issuer, subject);
        let found = owner.and_then(|id| users.by_id.get(id));
        Ok(found.map(|user| users.whole(user)))
    }

    async fn create_linked(&self, user: User, identity: Identity) -> Result<User> {
        let mut users = self.users();
        if users.owner(&identity.issuer, &identity.subject).is_some() {
            return Err(Error::conflict("the identity is taken"));
        }
        let user = users.add(user)?;
        users.identities.push((user.id.clone(), identity));
        Ok(user)
    }

    async fn link(&self, id: &str, identity: Identity) -> Result<()> {
        let mut users = self.users();
        if !users.by_id.contains_key(id) {
            return Err(Error::not_found("there is no such user"));
        }
        if users.owner(&identity.issuer, &identity.subject).is_some() {
            return Err(Error::conflict("the identity is taken"));
        }
        users.identities.push((id.to_owned(), identity));
        Ok(())
    }

    async fn identities(&self, id: &str) -> Result<Vec<Identity>> {
        let users = self.users();
        let own = users.identities.iter().filter(|(owner, _)| owner == id);
        Ok(own.map(|(_, identity)| identity.clone()).collect())
    }

    async fn unlink(&self, id: &str, issuer: &str, subject: &str) -> Result<bool> {
        let mut users = self.users();
        let before = users.identities.len();
        let is = |owner: &str, it: &Identity| {
            owner == id && it.issuer == issuer && it.subject == subject
        };
        users.identities.retain(|(owner, it)| !is(owner, it));
        Ok(users.identities.len() < before)
    }
}
