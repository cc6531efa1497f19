//! `CspNonce`: what a page's own scripts show to the browser.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::openapi::{Describe, OperationBuilder};
use crate::problem::Problem;

/// The nonce of this answer (Content Security Policy Level 3, section 3.1): 122 random bits, another for
/// every request. Where `server.headers.content_security_policy` says `'nonce-{nonce}'`, a page that asks
/// for it is answered with it, and a script or style that bears it runs.
///
/// ```
/// # extern crate savia_starter_web as savia;
/// use savia_starter_web::{CspNonce, Html, controller, routes};
///
/// #[controller("/page")]
/// struct Page {}
///
/// #[routes]
/// impl Page {
///     /// A page with a script of its own.
///     #[get]
///     async fn show(&self, nonce: CspNonce) -> Html<String> {
///         Html(format!("<script nonce=\"{nonce}\">start()</script>"))
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CspNonce(Arc<str>);

impl CspNonce {
    /// As it stands in `nonce="…"`: 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// That of a request, which gets one where it has none.
    pub fn of(request: &HttpRequest) -> Self {
        let mut extensions = request.extensions_mut();
        if let Some(known) = extensions.get::<Self>() {
            return known.clone();
        }
        let made = Self(uuid::Uuid::new_v4().simple().to_string().into());
        extensions.insert(made.clone());
        made
    }
}

impl std::fmt::Display for CspNonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromRequest for CspNonce {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

impl Describe for CspNonce {
    fn request(_operation: &mut OperationBuilder<'_>, _parameter: &str) {}
}
