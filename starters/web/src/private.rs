//! What the code of `#[controller]` and `#[routes]` names, as `::savia::__private::web::…`.

pub use crate::access::AccessRule;
pub use crate::conditional::{Caching, conditional};
pub use crate::extract::FromRequestOptional;
pub use crate::handler::{Handler, HandlerFn};
pub use crate::openapi::describe::{Describe, DescribeFallback, Describer, Undescribed};
pub use crate::openapi::operation::OperationBuilder;
pub use crate::problem::{IntoProblem, Problem};
pub use crate::respond::Respond;
pub use crate::route::{Controller, Method, RouteMeta, RouteRegistration};
use actix_web::http::StatusCode;

pub use actix_web::dev::Payload;
pub use actix_web::{FromRequest, HttpRequest, HttpResponse};

/// A type that a handler may take: what actix-web can take from a request.
///
/// It says the same as [`FromRequest`], in words that name what there is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken from a request",
    label = "no handler can have this parameter",
    note = "what varies in the path is a `Path<…>`, what stands behind `?` a `Query<…>`, a header a `Header<…>`",
    note = "a body is a `Json<…>`, a `Form<…>`, a `Text` or a `Body`; the whole request is an `HttpRequest`",
    note = "what stands inside a `Path`, `Query`, `Json` or `Form` needs `#[dto]`",
    note = "a component is not a parameter but a field of the controller",
    note = "or implement `actix_web::FromRequest` for `{Self}`"
)]
pub trait Extractor: FromRequest {}

#[diagnostic::do_not_recommend]
impl<T: FromRequest> Extractor for T {}

/// Takes a parameter of a handler from the request, or says why it cannot be taken.
///
/// # Errors
///
/// The extractor's own, as a problem.
#[inline]
pub async fn extract<T: Extractor>(
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<T, Problem> {
    T::from_request(request, payload)
        .await
        .map_err(|error| error.into().into_problem())
}

/// Takes a parameter that may be left out: `Option<T>` in the handler's signature.
///
/// # Errors
///
/// It is there, and wrong.
#[inline]
pub async fn extract_optional<T: FromRequestOptional>(
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<Option<T>, Problem> {
    T::from_request_optional(request, payload).await
}

/// The answer with the status that the route's `status = …` gives to what went well.
pub fn with_status(mut response: HttpResponse, status: u16) -> HttpResponse {
    if response.status() == StatusCode::OK
        && let Ok(status) = StatusCode::from_u16(status)
    {
        *response.status_mut() = status;
    }
    response
}

/// How many names a path has; the compiler counts them.
pub const fn path_names(path: &str) -> usize {
    let path = path.as_bytes();
    let (mut names, mut depth, mut at) = (0, 0, 0);
    while at < path.len() {
        match path[at] {
            b'{' => {
                // Braces inside a name are those of its regular expression.
                if depth == 0 {
                    names += 1;
                }
                depth += 1;
            }
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::path_names;

    #[test]
    fn names_are_counted_and_the_braces_of_their_expressions_are_not() {
        const { assert!(path_names("/posts") == 0) }
        assert_eq!(path_names(r"/{year:\d{4}}/{slug}"), 2);
    }
}
