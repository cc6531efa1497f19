//! The filter that finds out who is calling.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use savia_core::{Context, service};
use savia_starter_web::actix_web::ResponseError;
use savia_starter_web::filter::{Hooks, order};
use savia_starter_web::{Exchange, Flow, TrustedProxies, WebFilter};

use crate::audit::{self, AuditEvent, AuditLog, Origin};
use crate::{Authentication, Authenticator};

/// Asks every [`Authenticator`] who is calling, and says so in the request's context.
///
/// It refuses nobody for bringing nothing: what a route asks is decided behind it.
#[service(
    provides(dyn WebFilter),
    conditional(property = "security.enabled", equals = "true")
)]
pub struct AuthenticationFilter {
    audit: Arc<AuditLog>,
    proxies: Arc<TrustedProxies>,
    authenticators: Vec<Arc<dyn Authenticator>>,
}

impl WebFilter for AuthenticationFilter {
    fn name(&self) -> &'static str {
        "authentication"
    }

    fn order(&self) -> i32 {
        order::AUTHENTICATION
    }

    fn hooks(&self) -> Hooks {
        Hooks::BEFORE
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        let audited = self.audit.is_on();
        if audited {
            Origin::note(exchange, &self.proxies);
        }
        for authenticator in &self.authenticators {
            match authenticator.authenticate(exchange) {
                Authentication::Absent => {}
                Authentication::Known(principal) => {
                    exchange.context.set_principal(principal);
                    return Flow::Continue;
                }
                Authentication::Refused(problem) if !is_public(exchange) => {
                    let event = self.denial(exchange);
                    let answer = problem.into_response(exchange.request);
                    return match event {
                        Some(event) => Flow::Later(Box::pin(audit::denied(event, answer))),
                        None => Flow::Answer(answer),
                    };
                }
                Authentication::Refused(_) => return Flow::Continue,
                Authentication::Later(asked) => {
                    let (context, public) = (exchange.context.clone(), is_public(exchange));
                    let event = self.denial(exchange);
                    return Flow::Later(Box::pin(settle(asked, context, public, event)));
                }
            }
        }
        Flow::Continue
    }
}

impl AuthenticationFilter {
    /// What is recorded where the caller's credentials are refused.
    fn denial(&self, exchange: &Exchange<'_>) -> Option<AuditEvent> {
        let recorded = self.audit.records_denial_of(None);
        recorded.then(|| audit::denial(exchange, "credentials"))
    }
}

fn is_public(exchange: &Exchange<'_>) -> bool {
    exchange.route.is_some_and(|route| route.meta.public)
}

async fn settle(
    mut asked: LocalBoxFuture<'static, Authentication>,
    context: Context,
    public: bool,
    event: Option<AuditEvent>,
) -> Flow {
    loop {
        match asked.await {
            Authentication::Later(further) => asked = further,
            Authentication::Known(principal) => {
                context.set_principal(principal);
                return Flow::Continue;
            }
            Authentication::Refused(problem) if !public => {
                let answer = problem.error_response();
                return match event {
                    Some(event) => audit::denied(event, answer).await,
                    None => Flow::Answer(answer),
                };
            }
            Authentication::Refused(_) | Authentication::Absent => return Flow::Continue,
        }
    }
}
