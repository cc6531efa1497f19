//! Checks before methods: `#[secured]` outside of controllers, and by hand.

use savia_core::{Error, Result};
use savia_starter_web::Problem;
use savia_starter_web::access::AccessRule;

use crate::Principal;
use crate::audit::{self, AuditEvent, Outcome};

/// Holds who is calling against a rule: what `#[secured]` does before a method.
///
/// ```
/// use savia_starter_security::authorization::require;
/// use savia_starter_web::access::AccessRule;
///
/// # fn example() -> savia_core::Result<()> {
/// require(&AccessRule::Role("ADMIN".into()))?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// 401 where nobody is known, 403 where somebody may not. Neither says what exists.
pub fn require(rule: &AccessRule) -> Result<()> {
    match known()?.satisfies(rule) {
        true => Ok(()),
        false => Err(denied()),
    }
}

/// Holds who is calling against a permission.
///
/// # Errors
///
/// As [`require`].
pub fn require_permission(permission: &str) -> Result<()> {
    holds(known()?.has_permission(permission))
}

/// Holds who is calling against a role.
///
/// # Errors
///
/// As [`require`].
pub fn require_role(role: &str) -> Result<()> {
    holds(known()?.has_role(role))
}

/// Holds the token of who is calling against a scope.
///
/// # Errors
///
/// As [`require`].
pub fn require_scope(scope: &str) -> Result<()> {
    holds(known()?.has_scope(scope))
}

fn holds(may: bool) -> Result<()> {
    match may {
        true => Ok(()),
        false => Err(denied()),
    }
}

/// Who is calling.
pub(super) fn known() -> Result<Principal> {
    let unknown = || Error::from(Problem::unauthorized("authentication is required"));
    match Principal::current() {
        Some(principal) => Ok(principal),
        None => Err(recorded(unknown())),
    }
}

/// Whoever it is may not, whatever it was.
#[cold]
pub(super) fn denied() -> Error {
    recorded(Problem::forbidden("this is not allowed").into())
}

/// A denial that has been recorded; another one where it cannot be.
fn recorded(denial: Error) -> Error {
    let event = AuditEvent::new("access.denied")
        .outcome(Outcome::Denied)
        .data("reason", "method");
    match audit::record_now(event) {
        Ok(()) => denial,
        Err(error) => error,
    }
}
