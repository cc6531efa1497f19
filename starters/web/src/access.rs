//! What a route asks of its caller. `web` carries it; the security starter decides it.

use savia_core::app::AppHandle;

use crate::filter::{Exchange, Flow};
use crate::route::{Method, RouteMeta};

/// What a route asks of its caller: the data of `#[secured]`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccessRule {
    /// Anybody who is known: `#[secured]`.
    Authenticated,
    /// This permission: `#[secured("posts:write")]`.
    Permission(String),
    /// This role: `#[secured(role = "ADMIN")]`.
    Role(String),
    /// This OAuth scope: `#[secured(scope = "email")]`.
    Scope(String),
    /// One of these at least: `#[secured(any("posts:write", role = "ADMIN"))]`.
    Any(Vec<AccessRule>),
    /// All of these: `#[secured(all(…))]`, and several `#[secured]` on one route.
    All(Vec<AccessRule>),
}

impl std::fmt::Display for AccessRule {
    /// As listings show it, near to what the attribute says: `any(posts:write, role ADMIN)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |f: &mut std::fmt::Formatter<'_>, word: &str, rules: &[Self]| {
            write!(f, "{word}(")?;
            for (at, rule) in rules.iter().enumerate() {
                write!(f, "{}{rule}", if at > 0 { ", " } else { "" })?;
            }
            f.write_str(")")
        };
        match self {
            Self::Authenticated => f.write_str("authenticated"),
            Self::Permission(permission) => f.write_str(permission),
            Self::Role(role) => write!(f, "role {role}"),
            Self::Scope(scope) => write!(f, "scope {scope}"),
            Self::Any(rules) => list(f, "any", rules),
            Self::All(rules) => list(f, "all", rules),
        }
    }
}

/// Closes the application where it is a component: every route that says neither `#[secured]` nor
/// `#[public]` asks [`AccessRule::Authenticated`], and so does every path that no route of Savia's
/// answers. The security starter provides it.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClosedByDefault;

/// A route, while it is found out what it asks of its caller.
pub struct AskingRoute<'a> {
    /// The method it answers.
    pub method: Method,
    /// Its path, with its parameters: `/posts/{id}`.
    pub pattern: &'a str,
    /// What its attributes say, and what is to hold.
    pub meta: &'a mut RouteMeta,
}

/// Says more of what routes ask than their attributes: a starter submits it with `inventory`, and it is
/// called whenever the routes are collected, before those that say nothing are closed. What is wrong is
/// for a [`CheckRegistration`](savia_core::check::CheckRegistration) to say.
pub struct AccessAmendment {
    /// The module it stands in, from which its app or starter follows.
    pub module_path: &'static str,
    /// Changes what the routes ask.
    pub amend: fn(&AppHandle, &mut [AskingRoute<'_>]),
}

savia_core::__private::inventory::collect!(AccessAmendment);

/// Decides [`AccessRule`]s; provided by the security starter or by a user's own component.
///
/// The pipeline asks it for every request to a `#[secured]` route (and, where [`ClosedByDefault`] is
/// a component, for every request to what is not `#[public]`): after the filters, so that it
/// is known who calls, and before the body is read. A route that is `#[secured]` while nothing
/// provides this stops the start: an open door that says it is closed is worse than none.
///
/// ```
/// use savia_starter_web::access::{AccessControl, AccessRule};
/// use savia_starter_web::{Exchange, Flow, Problem};
///
/// /// Lets in whoever knows the word.
/// struct Password;
///
/// impl AccessControl for Password {
///     fn name(&self) -> &'static str {
///         "password"
///     }
///
///     fn decide(&self, _rule: &AccessRule, exchange: &Exchange<'_>) -> Flow {
///         match exchange.request.headers().get("x-word") {
///             Some(word) if word == "sesame" => Flow::Continue,
///             _ => Flow::Answer(Problem::unauthorized("say the word").into_response(exchange.request)),
///         }
///     }
/// }
/// ```
pub trait AccessControl: Send + Sync {
    /// Its name, for listings.
    fn name(&self) -> &'static str;

    /// Whether the caller may: [`Flow::Continue`] lets it in, the answer of any other is a 401 or
    /// 403 that does not say what exists. It decides at once: a [`Flow::Later`] is a no.
    fn decide(&self, rule: &AccessRule, exchange: &Exchange<'_>) -> Flow;
}
