//! `Authorization: Bearer`, with a token of the application's own or of an issuer that it trusts.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use savia_core::service;
use savia_starter_web::actix_web::HttpRequest;
use savia_starter_web::actix_web::http::header::AUTHORIZATION;
use savia_starter_web::problem::IntoProblem;
use savia_starter_web::{Exchange, Problem};

use super::cache::VerifiedTokens;
use super::{JwtIssuer, Verified};
use crate::config::SecurityConfig;
use crate::oauth2::{Disbelief, TrustedIssuer, TrustedIssuers};
use crate::token::Revocations;
use crate::{Authentication, Authenticator, RoleHierarchy, SecurityError, clock};

/// The longest that a verified token is believed without being looked at again: clocks are set.
const LONGEST: Duration = Duration::from_secs(300);

/// Knows callers by access tokens (RFC 6750), in the header and nowhere else: what stands in a URL
/// stands in logs.
#[service(
    provides(dyn Authenticator),
    order = 100,
    conditional(property = "security.enabled", equals = "true")
)]
pub struct JwtAuthenticator {
    /// Where the application issues tokens itself.
    issuer: Option<Arc<JwtIssuer>>,
    trusted: Arc<TrustedIssuers>,
    revocations: Arc<Revocations>,
    hierarchy: Arc<RoleHierarchy>,
    config: Arc<SecurityConfig>,
    #[init]
    seen: OnceLock<Arc<VerifiedTokens>>,
}

impl Authenticator for JwtAuthenticator {
    fn name(&self) -> &'static str {
        "jwt"
    }

    fn challenge(&self) -> Option<String> {
        self.believes_any().then(|| "Bearer".to_owned())
    }

    #[inline]
    fn authenticate(&self, exchange: &Exchange<'_>) -> Authentication {
        let token = match credentials(exchange.request, b"bearer ") {
            Credentials::None => return Authentication::Absent,
            _ if !self.believes_any() => return Authentication::Absent,
            Credentials::Several => return several(),
            Credentials::One(token) => token,
        };
        // What others have issued is not ours to revoke.
        if self.revocations.is_stale() && self.trusted.of(token).is_none() {
            return stale();
        }
        let found = self.seen().get(token, exchange.started, &self.revocations);
        match found {
            Some(principal) => Authentication::Known(principal),
            None => self.look(token, exchange),
        }
    }
}

impl JwtAuthenticator {
    fn believes_any(&self) -> bool {
        self.issuer.is_some() || !self.trusted.is_empty()
    }

    fn seen(&self) -> &Arc<VerifiedTokens> {
        self.seen
            .get_or_init(|| Arc::new(VerifiedTokens::new(self.config.jwt.cache_size)))
    }

    /// Verifies a token that was not seen.
    fn look(&self, token: &[u8], exchange: &Exchange<'_>) -> Authentication {
        if let Some(trusted) = self.trusted.of(token) {
            return self.look_elsewhere(trusted, token, exchange);
        }
        let Some(issuer) = &self.issuer else {
            return refused(&SecurityError::Issuer);
        };
        let epoch = self.revocations.epoch();
        let verified = match issuer.verify(token) {
            Ok(verified) => verified,
            Err(error) => return refused(&error),
        };
        let session = verified.principal.session();
        if session.is_none_or(|session| self.revocations.is_revoked(session)) {
            return refused(&SecurityError::Revoked);
        }
        let leeway = issuer.leeway();
        let until = exchange.started + left(&verified, leeway);
        self.known(verified, token, until, epoch)
    }

    /// Remembers whom a token speaks of.
    fn known(
        &self,
        verified: Verified,
        token: &[u8],
        until: Instant,
        epoch: u64,
    ) -> Authentication {
        let principal = Arc::new(verified.principal.reaching(&self.hierarchy));
        self.seen()
            .remember(token, Arc::clone(&principal), until, epoch);
        Authentication::Known(principal)
    }

    /// Verifies a token of an outside issuer, which is asked for its keys where they are not at hand.
    fn look_elsewhere(
        &self,
        trusted: &Arc<TrustedIssuer>,
        token: &[u8],
        exchange: &Exchange<'_>,
    ) -> Authentication {
        let (epoch, started) = (self.revocations.epoch(), exchange.started);
        match trusted.verify_now(token) {
            Some(Ok(verified)) => {
                let until = started + left(&verified, trusted.leeway());
                self.known(verified, token, until, epoch)
            }
            Some(Err(error)) => refused(&error),
            None => {
                let (trusted, token) = (Arc::clone(trusted), token.to_vec());
                let (seen, hierarchy) = (Arc::clone(self.seen()), Arc::clone(&self.hierarchy));
                Authentication::Later(Box::pin(async move {
                    match trusted.verify(&token).await {
                        Ok(verified) => {
                            let until = started + left(&verified, trusted.leeway());
                            let principal = Arc::new(verified.principal.reaching(&hierarchy));
                            seen.remember(&token, Arc::clone(&principal), until, epoch);
                            Authentication::Known(principal)
                        }
                        Err(Disbelief::Bad(error)) => refused(&error),
                        Err(Disbelief::Unknown(error)) => {
                            Authentication::Refused(error.into_problem())
                        }
                    }
                }))
            }
        }
    }
}

/// For how long a token is believed without being looked at again.
fn left(verified: &Verified, leeway: Duration) -> Duration {
    let ends_at = verified.expires_at.saturating_mul(1_000);
    (clock::span(clock::now(), ends_at) + leeway).min(LONGEST)
}

/// What stands in `Authorization` behind a scheme.
pub(crate) enum Credentials<'r> {
    None,
    One(&'r [u8]),
    Several,
}

/// The credentials of a scheme, which is given in lower case with the space behind it.
#[inline]
pub(crate) fn credentials<'r>(request: &'r HttpRequest, scheme: &[u8]) -> Credentials<'r> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let Some(value) = values.next() else {
        return Credentials::None;
    };
    let value = value.as_bytes();
    match value.split_at_checked(scheme.len()) {
        // Which of two counts must not be a matter of taste.
        Some((start, rest)) if start.eq_ignore_ascii_case(scheme) => match values.next() {
            Some(_) => Credentials::Several,
            None => Credentials::One(rest.trim_ascii()),
        },
        _ => match values.next() {
            Some(_) => Credentials::Several,
            None => Credentials::None,
        },
    }
}

#[cold]
pub(crate) fn several() -> Authentication {
    let problem = Problem::unauthorized("there is more than one `Authorization` header");
    Authentication::Refused(problem.with_challenge("Bearer error=\"invalid_request\""))
}

#[cold]
fn stale() -> Authentication {
    let problem = Problem::unavailable("who calls cannot be found out at the moment");
    Authentication::Refused(problem.with_cause("which logins were revoked is not known"))
}

/// RFC 6750, section 3.1. The caller learns that it has expired, and of all else nothing.
#[cold]
fn refused(error: &SecurityError) -> Authentication {
    let (text, code) = match error {
        SecurityError::Expired => ("the access token has expired", "token_expired"),
        _ => ("the access token is not valid", "invalid_token"),
    };
    let problem = Problem::unauthorized(text)
        .with_code(code)
        .with_challenge(&format!(
            "Bearer error=\"invalid_token\", error_description=\"{text}\""
        ))
        .with_cause(error);
    Authentication::Refused(problem)
}
