//! The filter that finds out who is calling.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use savia_core::{Context, service};
use savia_starter_web::actix_web::http::{Method, Uri};
use savia_starter_web::actix_web::{HttpResponse, ResponseError};
use savia_starter_web::filter::{Hooks, order};
use savia_starter_web::{Exchange, Flow, TrustedProxies, WebFilter};

use crate::audit::{self, AuditLog, Origin};
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
                    let answer = problem.into_response(exchange.request);
                    if !self.audit.records_denial_of(None) {
                        return Flow::Answer(answer);
                    }
                    return Flow::Later(Box::pin(Asking::of(exchange).denied(answer)));
                }
                Authentication::Refused(_) => return Flow::Continue,
                Authentication::Later(asked) => {
                    let (context, public) = (exchange.context.clone(), is_public(exchange));
                    let recorded = self.audit.records_denial_of(None);
                    let asking = recorded.then(|| Asking::of(exchange));
                    return Flow::Later(Box::pin(settle(asked, context, public, asking)));
                }
            }
        }
        Flow::Continue
    }
}

/// What a denial says of its request. Both parts are handles: nothing is written before somebody is denied.
struct Asking {
    method: Method,
    uri: Uri,
}

impl Asking {
    fn of(exchange: &Exchange<'_>) -> Self {
        Self {
            method: exchange.request.method().clone(),
            uri: exchange.request.uri().clone(),
        }
    }

    async fn denied(self, answer: HttpResponse) -> Flow {
        let event = audit::denial(&self.method, self.uri.path(), "credentials");
        audit::denied(event, answer).await
    }
}

fn is_public(exchange: &Exchange<'_>) -> bool {
    exchange.route.is_some_and(|route| route.meta.public)
}

async fn settle(
    mut asked: LocalBoxFuture<'static, Authentication>,
    context: Context,
    public: bool,
    asking: Option<Asking>,
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
                return match asking {
                    Some(asking) => asking.denied(answer).await,
                    None => Flow::Answer(answer),
                };
            }
            Authentication::Refused(_) | Authentication::Absent => return Flow::Continue,
        }
    }
}
