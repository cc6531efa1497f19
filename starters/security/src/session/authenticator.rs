//! The cookie of a session.

use std::sync::Arc;

use savia_core::{Result, service};
use savia_starter_web::problem::IntoProblem;
use savia_starter_web::{Exchange, Problem};

use super::cookie::{Brought, of_request};
use super::{Sessions, csrf};
use crate::config::SecurityConfig;
use crate::{Authentication, Authenticator, Principal, RoleHierarchy, UserStore};

/// Knows callers by the cookie of a session. It asks the store with every request.
#[service(
    provides(dyn Authenticator),
    order = 300,
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.sessions.enabled", equals = "true")
)]
pub(crate) struct SessionAuthenticator {
    sessions: Arc<Sessions>,
    users: Arc<dyn UserStore>,
    hierarchy: Arc<RoleHierarchy>,
    config: Arc<SecurityConfig>,
}

impl Authenticator for SessionAuthenticator {
    fn name(&self) -> &'static str {
        "session"
    }

    fn authenticate(&self, exchange: &Exchange<'_>) -> Authentication {
        let secret = match of_request(&self.config.sessions, exchange.request) {
            Brought::Nothing => return Authentication::Absent,
            Brought::Malformed => return Authentication::Refused(over()),
            Brought::Secret(secret) => secret,
        };
        if !csrf::is_ours(exchange.request, &secret) {
            let problem =
                Problem::forbidden("the request does not come from the application's own pages");
            return Authentication::Refused(problem.with_code("csrf"));
        }
        let (sessions, users) = (Arc::clone(&self.sessions), Arc::clone(&self.users));
        let hierarchy = Arc::clone(&self.hierarchy);
        Authentication::Later(Box::pin(async move {
            match known(&sessions, &*users, &secret).await {
                Ok(Some(principal)) => {
                    Authentication::Known(Arc::new(principal.reaching(&hierarchy)))
                }
                Ok(None) => Authentication::Refused(over()),
                Err(error) => Authentication::Refused(error.into_problem()),
            }
        }))
    }
}

async fn known(
    sessions: &Sessions,
    users: &dyn UserStore,
    secret: &str,
) -> Result<Option<Principal>> {
    let Some(session) = sessions.find(secret).await? else {
        return Ok(None);
    };
    let user = users
        .by_id(&session.user)
        .await?
        .filter(|user| user.enabled);
    Ok(user.map(|user| {
        Principal::builder(user.id, "session")
            .name(user.email)
            .session(session.id)
            .roles(user.roles)
            .permissions(user.permissions)
            .build()
    }))
}

fn over() -> Problem {
    Problem::unauthorized("the session is over").with_code("invalid_session")
}
