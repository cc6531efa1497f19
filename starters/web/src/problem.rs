//! Problems: every error a caller sees, as RFC 9457 writes it down.

mod convert;
mod render;

use std::borrow::Cow;
use std::fmt::Display;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use savia_core::validation::Violation;

pub use convert::IntoProblem;
pub(crate) use convert::of_actix;

use crate::route::Method;

/// An error as the caller sees it: `application/problem+json` of RFC 9457.
///
/// The public text ([`detail`](Self::with_detail)) and what the log says
/// ([`cause`](Self::with_cause)) are two things. The log gets the cause once, when the answer is
/// written; a caller never sees it. The path of the request (`instance`) and its id
/// (`request_id`) are filled in then too.
///
/// ```
/// use savia_starter_web::Problem;
///
/// let problem = Problem::conflict("this slug is taken")
///     .with_code("slug_taken")
///     .with_member("slug", "hello");
/// assert_eq!(problem.status(), 409);
/// ```
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    kind: Cow<'static, str>,
    title: Option<Cow<'static, str>>,
    detail: Option<Cow<'static, str>>,
    code: Option<Cow<'static, str>>,
    errors: Vec<Violation>,
    members: Vec<(Cow<'static, str>, serde_json::Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $status:ident;)*) => {
        $($(#[$doc])* pub fn $name(detail: impl Into<Cow<'static, str>>) -> Self {
            Self::of(StatusCode::$status, detail)
        })*
    };
}

impl Problem {
    /// A problem of this status that says nothing more than its name.
    pub fn new(status: StatusCode) -> Self {
        Self(Box::new(Inner {
            status,
            // RFC 9457 section 4.2.1: the status says it all.
            kind: Cow::Borrowed("about:blank"),
            title: None,
            detail: None,
            code: None,
            errors: Vec::new(),
            members: Vec::new(),
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// A problem of this status, with the text the caller sees.
    pub fn of(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(status).with_detail(detail)
    }

    constructors! {
        /// 400: the request cannot be understood.
        bad_request => BAD_REQUEST;
        /// 401: nobody is known to be calling; see [`with_challenge`](Self::with_challenge).
        unauthorized => UNAUTHORIZED;
        /// 403: the caller may not.
        forbidden => FORBIDDEN;
        /// 404: there is no such thing.
        not_found => NOT_FOUND;
        /// 408: the request did not arrive in time.
        request_timeout => REQUEST_TIMEOUT;
        /// 409: it conflicts with what is stored.
        conflict => CONFLICT;
        /// 413: the body is too large.
        payload_too_large => PAYLOAD_TOO_LARGE;
        /// 415: the body is of a type that is not understood here.
        unsupported_media_type => UNSUPPORTED_MEDIA_TYPE;
        /// 422: understood, and against the rules.
        unprocessable => UNPROCESSABLE_ENTITY;
        /// 429: too often; see [`with_retry_after`](Self::with_retry_after).
        too_many_requests => TOO_MANY_REQUESTS;
        /// 503: something this needs is not there.
        unavailable => SERVICE_UNAVAILABLE;
        /// 504: something this needs did not answer in time.
        timeout => GATEWAY_TIMEOUT;
    }

    /// 422: these rules are broken.
    pub fn invalid(errors: Vec<Violation>) -> Self {
        Self::unprocessable("the input breaks its rules").with_errors(errors)
    }

    /// 405: the path answers these methods only; they become the `Allow` header.
    pub fn method_not_allowed(allowed: impl IntoIterator<Item = Method>) -> Self {
        let mut methods: Vec<&str> = allowed.into_iter().map(Method::as_str).collect();
        methods.sort_unstable();
        methods.dedup();
        let allow = methods.join(", ");
        Self::of(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("this path answers {allow}"),
        )
        .with_header(header::ALLOW, &allow)
    }

    /// 500: our own fault. The cause is for the log; the caller sees that there was an error.
    pub fn internal(cause: impl Display) -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "internal server error").with_cause(cause)
    }

    /// Its kind, as a URI that says what it is: `https://example.com/problems/slug-taken`.
    #[must_use]
    pub fn with_type(mut self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.0.kind = uri.into();
        self
    }

    /// The name of its kind, instead of the status' own; it does not vary from case to case.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.0.title = Some(title.into());
        self
    }

    /// What went wrong this time, for the caller to read.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// A word that programs can match: the member `code`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// The rules that the input breaks: the member `errors`.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Violation>) -> Self {
        self.0.errors = errors;
        self
    }

    /// A member of its own.
    #[must_use]
    pub fn with_member(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<serde_json::Value>,
    ) -> Self {
        self.0.members.push((name.into(), value.into()));
        self
    }

    /// A header of the answer. A value that no header can hold is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// How to make oneself known: the `WWW-Authenticate` header of a 401, such as `Bearer`.
    #[must_use]
    pub fn with_challenge(self, challenge: &str) -> Self {
        self.with_header(header::WWW_AUTHENTICATE, challenge)
    }

    /// When to try again, in whole seconds rounded up: the `Retry-After` header of a 429 or 503.
    #[must_use]
    pub fn with_retry_after(self, after: Duration) -> Self {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        self.with_header(header::RETRY_AFTER, &seconds.to_string())
    }

    /// What caused it, for the log alone.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What the caller reads.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The word that programs can match.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The rules that the input breaks.
    pub fn errors(&self) -> &[Violation] {
        &self.0.errors
    }

    /// What the log says.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}
