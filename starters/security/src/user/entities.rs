//! Users, roles and permissions, as entities: what the application's own repositories and associations
//! can stand on.

use chrono::{DateTime, Utc};
use savia_starter_data::entity;
use uuid::Uuid;

/// A user; the table `security_users`.
#[entity(table = "security_users")]
pub struct SecurityUser {
    /// Its id.
    #[id]
    pub id: Uuid,
    /// Its e-mail address, in lower case.
    #[column(unique, length = 254)]
    pub email: String,
    /// Its password, hashed.
    #[write_only]
    pub password: Option<String>,
    /// Whether it may log in.
    pub enabled: bool,
    /// Whether it has proved its address.
    pub verified: bool,
    /// When it was made.
    #[created_at]
    pub created_at: DateTime<Utc>,
}

/// A role; the table `security_roles`.
#[entity(table = "security_roles")]
pub struct SecurityRole {
    /// Its id.
    #[id]
    pub id: Uuid,
    /// Its name, such as `ADMIN`.
    #[column(unique, length = 100)]
    pub name: String,
}

/// A permission of a role; the table `security_role_permissions`.
#[entity(table = "security_role_permissions", unique(role_id, permission))]
pub struct SecurityRolePermission {
    /// Its id.
    #[id]
    pub id: Uuid,
    /// The role.
    #[belongs_to(SecurityRole, on_delete = "cascade")]
    pub role_id: Uuid,
    /// The permission, such as `posts:write` or `posts:*`.
    #[column(length = 200)]
    pub permission: String,
}

/// A role of a user; the table `security_user_roles`.
#[entity(table = "security_user_roles", unique(user_id, role_id))]
pub struct SecurityUserRole {
    /// Its id.
    #[id]
    pub id: Uuid,
    /// The user.
    #[belongs_to(SecurityUser, on_delete = "cascade")]
    pub user_id: Uuid,
    /// The role.
    #[belongs_to(SecurityRole, on_delete = "cascade")]
    pub role_id: Uuid,
}

/// What a user is at a provider; the table `security_identities`.
#[entity(table = "security_identities", unique(issuer, subject))]
pub struct SecurityIdentity {
    /// Its id.
    #[id]
    pub id: Uuid,
    /// The user.
    #[belongs_to(SecurityUser, on_delete = "cascade")]
    pub user_id: Uuid,
    /// Who has given out the subject.
    #[column(length = 500)]
    pub issuer: String,
    /// Who it is there.
    #[column(length = 255)]
    pub subject: String,
    /// The provider's name in the configuration when it was linked.
    #[column(length = 100)]
    pub provider: String,
    /// The address that the provider said then.
    #[column(length = 254)]
    pub email: Option<String>,
    /// When it was linked.
    #[created_at]
    pub created_at: DateTime<Utc>,
}
