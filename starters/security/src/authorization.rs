//! Whether somebody may: roles that have others, rules by path, checks before methods, and policies for
//! things that have been loaded.
//!
//! Roles, permissions and scopes are decided in the pipeline before a body is read (`access.rs`).
//! What depends on the thing itself, such as whose it is, is a [`Policy`].

mod current;
mod guard;
mod hierarchy;
mod policy;
mod rules;

pub use current::CurrentPrincipal;
pub use guard::{require, require_permission, require_role, require_scope};
pub use hierarchy::RoleHierarchy;
#[doc(hidden)]
pub use policy::authorize_by;
pub use policy::{Policy, authorize, authorize_to};
pub(crate) use rules::{Meets, faults, is_path, meets, unknown_method};
