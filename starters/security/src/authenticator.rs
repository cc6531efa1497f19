//! Ways of finding out who is calling.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use savia_starter_web::{Exchange, Problem};

use crate::Principal;

/// A way of finding out who is calling, by what a request brings.
///
/// Components of it (`#[service(provides(dyn Authenticator))]`) are asked in their declared order,
/// until one knows what the request brought. Savia's own stand at 100 (bearer tokens), 200 (HTTP
/// basic) and 300 (sessions).
///
/// ```
/// use std::sync::Arc;
/// use savia_starter_security::{Authentication, Authenticator, Principal};
/// use savia_starter_web::{Exchange, Problem};
///
/// /// Knows callers by a key of theirs.
/// struct ApiKeys;
///
/// impl Authenticator for ApiKeys {
///     fn name(&self) -> &'static str {
///         "api-key"
///     }
///
///     fn authenticate(&self, exchange: &Exchange<'_>) -> Authentication {
///         match exchange.request.headers().get("x-api-key") {
///             None => Authentication::Absent,
///             Some(key) if key == "kept elsewhere, of course" => {
///                 Authentication::Known(Arc::new(Principal::builder("robot", "api-key").build()))
///             }
///             Some(_) => Authentication::Refused(Problem::unauthorized("the key is not valid")),
///         }
///     }
/// }
/// ```
pub trait Authenticator: Send + Sync {
    /// Its name, for listings and [`Principal::method`].
    fn name(&self) -> &'static str;

    /// Looks at what the request brings. It must not block: what has to ask somebody answers
    /// [`Authentication::Later`].
    fn authenticate(&self, exchange: &Exchange<'_>) -> Authentication;

    /// How a 401 asks for this way: a `WWW-Authenticate` header, such as `Bearer`.
    fn challenge(&self) -> Option<String> {
        None
    }
}

/// What an [`Authenticator`] found out.
#[non_exhaustive]
pub enum Authentication {
    /// The request brings nothing that it knows; the next one is asked.
    Absent,
    /// This is who is calling.
    Known(Arc<Principal>),
    /// The request brings something, and it is not good. On a `#[public]` route the caller passes for
    /// nobody; elsewhere this is the answer.
    Refused(Problem),
    /// Somebody has to be asked. The request has brought what it knows, so that no other one is asked:
    /// [`Absent`](Self::Absent) in the end means that nobody is known.
    Later(LocalBoxFuture<'static, Authentication>),
}
