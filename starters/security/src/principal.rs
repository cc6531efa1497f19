//! Who is calling.

use std::future::{Ready, ready};
use std::sync::Arc;

use savia_core::Context;
use savia_starter_web::Problem;
use savia_starter_web::access::AccessRule;
use savia_starter_web::actix_web::dev::Payload;
use savia_starter_web::actix_web::{FromRequest, HttpRequest};
use savia_starter_web::extract::FromRequestOptional;
use savia_starter_web::openapi::{Describe, OperationBuilder};

use crate::RoleHierarchy;

/// Who is calling: what an [`Authenticator`](crate::Authenticator) found out.
///
/// A handler takes it as a parameter: `Principal` where somebody has to be known (401 otherwise),
/// `Option<Principal>` on a `#[public]` route. Elsewhere [`Principal::current`] finds it. It is a
/// handle; clones are the same.
///
/// ```
/// # extern crate savia_starter_security as savia;
/// use savia::Principal;
/// use savia_starter_web::{controller, routes};
///
/// #[controller("/profile")]
/// struct Profile {}
///
/// #[routes]
/// impl Profile {
///     /// The caller's own name.
///     #[get]
///     async fn show(&self, caller: Principal) -> String {
///         caller.name().to_owned()
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Principal(Arc<Details>);

#[derive(Clone)]
struct Details {
    id: String,
    name: String,
    method: &'static str,
    session: Option<String>,
    roles: Vec<String>,
    permissions: Vec<String>,
    scopes: Vec<String>,
    claims: serde_json::Map<String, serde_json::Value>,
}

impl Principal {
    /// Somebody with this id, known by this way: `jwt`, `basic`, the name of your own.
    pub fn builder(id: impl Into<String>, method: &'static str) -> PrincipalBuilder {
        let id = id.into();
        PrincipalBuilder(Details {
            name: id.clone(),
            id,
            method,
            session: None,
            roles: Vec::new(),
            permissions: Vec::new(),
            scopes: Vec::new(),
            claims: serde_json::Map::new(),
        })
    }

    /// Who is calling in the current [`Context`], if it is known.
    pub fn current() -> Option<Self> {
        Context::with_current(|context| context.and_then(Self::of))
    }

    /// Who is calling in a context, if it is known.
    pub fn of(context: &Context) -> Option<Self> {
        context.principal::<Self>().map(|found| Self::clone(&found))
    }

    /// The user's id: the subject of a token.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// A name for people: the e-mail address, or the id where there is none.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The way by which it is known.
    pub fn method(&self) -> &'static str {
        self.0.method
    }

    /// The login that this belongs to, where it can be revoked.
    pub fn session(&self) -> Option<&str> {
        self.0.session.as_deref()
    }

    /// Its roles.
    pub fn roles(&self) -> &[String] {
        &self.0.roles
    }

    /// Its permissions.
    pub fn permissions(&self) -> &[String] {
        &self.0.permissions
    }

    /// The scopes of its token.
    pub fn scopes(&self) -> &[String] {
        &self.0.scopes
    }

    /// What else the token says, as its issuer wrote it.
    pub fn claim(&self, name: &str) -> Option<&serde_json::Value> {
        self.0.claims.get(name)
    }

    /// The same with the roles that its own have.
    pub(crate) fn reaching(self, hierarchy: &RoleHierarchy) -> Self {
        if hierarchy.is_empty() {
            return self;
        }
        let details = Arc::unwrap_or_clone(self.0);
        let roles = hierarchy.reach(details.roles);
        Self(Arc::new(Details { roles, ..details }))
    }

    /// Whether it has this role.
    pub fn has_role(&self, role: &str) -> bool {
        self.0.roles.iter().any(|held| held == role)
    }

    /// Whether it has this permission: by name, by `posts:*`, or by `*`.
    pub fn has_permission(&self, permission: &str) -> bool {
        self.0
            .permissions
            .iter()
            .any(|held| covers(held, permission))
    }

    /// Whether its token has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.iter().any(|held| held == scope)
    }

    /// Whether it may do what a rule asks.
    pub fn satisfies(&self, rule: &AccessRule) -> bool {
        match rule {
            AccessRule::Authenticated => true,
            AccessRule::Permission(permission) => self.has_permission(permission),
            AccessRule::Role(role) => self.has_role(role),
            AccessRule::Scope(scope) => self.has_scope(scope),
            AccessRule::Any(rules) => rules.iter().any(|rule| self.satisfies(rule)),
            AccessRule::All(rules) => rules.iter().all(|rule| self.satisfies(rule)),
            // The enum may grow; what this version does not know is not granted.
            _ => false,
        }
    }
}

/// Whether a permission that is held covers one that is asked for. `*` stands for any number of whole
/// words at the end: `posts:*` covers `posts:write` and `posts:comments:write`.
fn covers(held: &str, asked: &str) -> bool {
    match held.strip_suffix('*') {
        Some("") => true,
        Some(prefix) if prefix.ends_with(':') => {
            asked.len() > prefix.len() && asked.starts_with(prefix)
        }
        _ => held == asked,
    }
}

/// Makes a [`Principal`].
pub struct PrincipalBuilder(Details);

impl PrincipalBuilder {
    /// A name for people.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.name = name.into();
        self
    }

    /// The login that it belongs to.
    #[must_use]
    pub fn session(mut self, session: impl Into<String>) -> Self {
        self.0.session = Some(session.into());
        self
    }

    /// Its roles.
    #[must_use]
    pub fn roles(mut self, roles: Vec<String>) -> Self {
        self.0.roles = roles;
        self
    }

    /// Its permissions.
    #[must_use]
    pub fn permissions(mut self, permissions: Vec<String>) -> Self {
        self.0.permissions = permissions;
        self
    }

    /// The scopes of its token.
    #[must_use]
    pub fn scopes(mut self, scopes: Vec<String>) -> Self {
        self.0.scopes = scopes;
        self
    }

    /// What else its token says.
    #[must_use]
    pub fn claims(mut self, claims: serde_json::Map<String, serde_json::Value>) -> Self {
        self.0.claims = claims;
        self
    }

    /// The principal.
    pub fn build(self) -> Principal {
        Principal(Arc::new(self.0))
    }
}

impl std::fmt::Debug for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Principal")
            .field("id", &self.id())
            .field("method", &self.method())
            .field("roles", &self.roles())
            .finish_non_exhaustive()
    }
}

impl FromRequest for Principal {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::current().ok_or_else(|| Problem::unauthorized("authentication is required")))
    }
}

impl FromRequestOptional for Principal {
    type Future = Ready<Result<Option<Self>, Problem>>;

    fn from_request_optional(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::current()))
    }
}

impl Describe for Principal {
    fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
        operation.problem(401);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_covers_what_stands_below_it() {
        let check = |held: &str, asked: &str, expected: bool| {
            assert_eq!(covers(held, asked), expected, "{held} {asked}");
        };
        check("posts:write", "posts:write", true);
        check("posts:write", "posts:read", false);
        check("posts:*", "posts:write", true);
        check("posts:*", "posts:comments:write", true);
        check("posts:*", "posts:", false);
        check("posts:*", "postscripts:write", false);
        check("posts*", "posts:write", false);
        check("*", "anything", true);
        check("", "", true);
        check("posts", "posts:write", false);
    }

    #[test]
    fn rules_are_combined() {
        let somebody = Principal::builder("1", "test")
            .roles(vec!["EDITOR".into()])
            .permissions(vec!["posts:*".into()])
            .scopes(vec!["email".into()])
            .build();
        let role = |name: &str| AccessRule::Role(name.into());
        let may = |rule: AccessRule| somebody.satisfies(&rule);
        assert!(may(AccessRule::Authenticated));
        assert!(may(role("EDITOR")) && !may(role("editor")) && !may(role("ADMIN")));
        assert!(may(AccessRule::Scope("email".into())));
        assert!(may(AccessRule::Any(vec![
            role("ADMIN"),
            AccessRule::Permission("posts:read".into())
        ])));
        assert!(!may(AccessRule::All(vec![role("ADMIN"), role("EDITOR")])));
        assert!(!may(AccessRule::Any(Vec::new())));
    }
}
