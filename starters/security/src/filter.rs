//! The filter that finds out who is calling.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use savia_core::{Context, service};
use savia_starter_web::actix_web::ResponseError;
use savia_starter_web::filter::{Hooks, order};
use savia_starter_web::{Exchange, Flow, WebFilter};

use crate::{Authentication, Authenticator};

/// Asks every [`Authenticator`] who is calling, and says so in the request's context.
///
/// It refuses nobody for bringing nothing: what a route asks is decided behind it.
#[service(
    provides(dyn WebFilter),
    conditional(property = "security.enabled", equals = "true")
)]
pub struct AuthenticationFilter {
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
        for authenticator in &self.authenticators {
            match authenticator.authenticate(exchange) {
                Authentication::Absent => {}
                Authentication::Known(principal) => {
                    exchange.context.set_principal(principal);
                    return Flow::Continue;
                }
                Authentication::Refused(problem) if !is_public(exchange) => {
                    return Flow::Answer(problem.into_response(exchange.request));
                }
                Authentication::Refused(_) => return Flow::Continue,
                Authentication::Later(asked) => {
                    let (context, public) = (exchange.context.clone(), is_public(exchange));
                    return Flow::Later(Box::pin(settle(asked, context, public)));
                }
            }
        }
        Flow::Continue
    }
}

fn is_public(exchange: &Exchange<'_>) -> bool {
    exchange.route.is_some_and(|route| route.meta.public)
}

async fn settle(
    mut asked: LocalBoxFuture<'static, Authentication>,
    context: Context,
    public: bool,
) -> Flow {
    loop {
        match asked.await {
            Authentication::Later(further) => asked = further,
            Authentication::Known(principal) => {
                context.set_principal(principal);
                return Flow::Continue;
            }
            Authentication::Refused(problem) if !public => {
                return Flow::Answer(problem.error_response());
            }
            Authentication::Refused(_) | Authentication::Absent => return Flow::Continue,
        }
    }
}
