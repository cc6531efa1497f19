//! `Authorization: Bearer`, with a token of the application's own.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use savia_core::service;
use savia_starter_web::actix_web::HttpRequest;
use savia_starter_web::actix_web::http::header::AUTHORIZATION;
use savia_starter_web::{Exchange, Problem};

use super::JwtIssuer;
use super::cache::VerifiedTokens;
use crate::config::SecurityConfig;
use crate::token::Revocations;
use crate::{Authentication, Authenticator, SecurityError, clock};

/// The longest that a verified token is believed without being looked at again: clocks are set.
const LONGEST: Duration = Duration::from_secs(300);

/// Knows callers by access tokens (RFC 6750), in the header and nowhere else: what stands in a URL
/// stands in logs.
#[service(
    provides(dyn Authenticator),
    order = 100,
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.jwt.enabled", equals = "true")
)]
pub struct JwtAuthenticator {
    issuer: Arc<JwtIssuer>,
    revocations: Arc<Revocations>,
    config: Arc<SecurityConfig>,
    #[init]
    seen: OnceLock<VerifiedTokens>,
}

impl Authenticator for JwtAuthenticator {
    fn name(&self) -> &'static str {
        "jwt"
    }

    fn challenge(&self) -> Option<String> {
        Some("Bearer".to_owned())
    }

    #[inline]
    fn authenticate(&self, exchange: &Exchange<'_>) -> Authentication {
        let token = match credentials(exchange.request, b"bearer ") {
            Credentials::None => return Authentication::Absent,
            Credentials::Several => return several(),
            Credentials::One(token) => token,
        };
        if self.revocations.is_stale() {
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
    fn seen(&self) -> &VerifiedTokens {
        self.seen
            .get_or_init(|| VerifiedTokens::new(self.config.jwt.cache_size))
    }

    /// Verifies a token that was not seen.
    fn look(&self, token: &[u8], exchange: &Exchange<'_>) -> Authentication {
        let epoch = self.revocations.epoch();
        let verified = match self.issuer.verify(token) {
            Ok(verified) => verified,
            Err(error) => return refused(&error),
        };
        let session = verified.principal.session();
        if session.is_none_or(|session| self.revocations.is_revoked(session)) {
            return refused(&SecurityError::Revoked);
        }
        let ends_at = verified.expires_at.saturating_mul(1_000);
        let left = clock::span(clock::now(), ends_at) + self.issuer.leeway();
        let principal = Arc::new(verified.principal);
        let until = exchange.started + left.min(LONGEST);
        self.seen()
            .remember(token, Arc::clone(&principal), until, epoch);
        Authentication::Known(principal)
    }
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
