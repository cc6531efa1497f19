//! What somebody may.

use savia_core::Result;

use super::Accounts;
use crate::audit::{self, AuditEvent};

impl Accounts {
    /// Gives a user these roles and no others, ends its logins, so that no token goes on with the old ones, and
    /// records it.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or only reads.
    pub async fn set_roles(&self, user: &str, roles: &[String]) -> Result<()> {
        let before = self.users.by_id(user).await?.map(|it| it.roles);
        self.users.set_roles(user, roles).await?;
        let event = AuditEvent::new("roles.changed").object("user", user);
        audit::record(event.data("before", before).data("roles", roles)).await?;
        self.end_logins(user).await
    }

    /// Gives a role these permissions and no others, and records it. Access tokens that have the role go on with
    /// the old ones until they end.
    ///
    /// # Errors
    ///
    /// The store is out of reach, or only reads.
    pub async fn set_permissions(&self, role: &str, permissions: &[String]) -> Result<()> {
        self.users.set_permissions(role, permissions).await?;
        let event = AuditEvent::new("permissions.changed").object("role", role);
        audit::record(event.data("permissions", permissions)).await
    }
}
