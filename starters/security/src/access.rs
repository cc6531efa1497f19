//! Whether the caller may: the rules of routes against roles, permissions and scopes.

use std::sync::Arc;

use savia_core::service;
use savia_starter_web::access::{AccessControl, AccessRule};
use savia_starter_web::actix_web::http::header::WWW_AUTHENTICATE;
use savia_starter_web::problem::IntoProblem;
use savia_starter_web::{Exchange, Flow, Problem};

use crate::audit::{self, AuditLog};
use crate::{Authenticator, Principal};

/// Decides what routes ask by the roles, permissions and scopes of the [`Principal`].
///
/// Who is not known is answered with 401, who may not with 403, and neither answer says what exists.
#[service(
    provides(dyn AccessControl),
    conditional(property = "security.enabled", equals = "true")
)]
pub struct RoleAccessControl {
    audit: Arc<AuditLog>,
    authenticators: Vec<Arc<dyn Authenticator>>,
}

impl AccessControl for RoleAccessControl {
    fn name(&self) -> &'static str {
        "roles"
    }

    fn decide(&self, rule: &AccessRule, exchange: &Exchange<'_>) -> Flow {
        match exchange.context.principal::<Principal>() {
            Some(principal) if principal.satisfies(rule) => Flow::Continue,
            Some(principal) => {
                let problem = Problem::forbidden("this is not allowed");
                self.denied(problem, Some(&principal), exchange)
            }
            None => self.unknown(exchange),
        }
    }
}

impl RoleAccessControl {
    #[cold]
    fn unknown(&self, exchange: &Exchange<'_>) -> Flow {
        let mut problem = Problem::unauthorized("authentication is required");
        for challenge in self.authenticators.iter().filter_map(|it| it.challenge()) {
            problem = problem.with_header(WWW_AUTHENTICATE, &challenge);
        }
        self.denied(problem, None, exchange)
    }

    #[cold]
    fn denied(&self, problem: Problem, who: Option<&Principal>, exchange: &Exchange<'_>) -> Flow {
        let answer = problem.into_response(exchange.request);
        if !self.audit.records_denial_of(who) {
            return Flow::Answer(answer);
        }
        let reason = if who.is_some() { "rule" } else { "unknown" };
        let request = exchange.request;
        let event = audit::denial(request.method(), request.path(), reason);
        // The decision is made at once, and so is the record.
        Flow::Answer(match self.audit.record_now(event) {
            Ok(()) => answer,
            Err(error) => error.into_problem().into_response(exchange.request),
        })
    }
}
