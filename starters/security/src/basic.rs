//! `Authorization: Basic`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use savia_core::service;
use savia_starter_web::problem::IntoProblem;
use savia_starter_web::{Exchange, Problem};

use crate::controllers::address;
use crate::credentials::PasswordLogin;
use crate::jwt::{Credentials, credentials, several};
use crate::{Authentication, Authenticator, Principal, RoleHierarchy};

/// Knows callers by address and password in every request (RFC 7617): for tools that call operations
/// endpoints.
#[service(
    provides(dyn Authenticator),
    order = 200,
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.basic.enabled", equals = "true")
)]
pub(crate) struct BasicAuthenticator {
    login: Arc<PasswordLogin>,
    hierarchy: Arc<RoleHierarchy>,
}

impl Authenticator for BasicAuthenticator {
    fn name(&self) -> &'static str {
        "basic"
    }

    fn challenge(&self) -> Option<String> {
        Some("Basic realm=\"operations\", charset=\"UTF-8\"".to_owned())
    }

    fn authenticate(&self, exchange: &Exchange<'_>) -> Authentication {
        let given = match credentials(exchange.request, b"basic ") {
            Credentials::None => return Authentication::Absent,
            Credentials::Several => return several(),
            Credentials::One(given) => given,
        };
        let Some((name, password)) = read(given) else {
            let problem = Problem::unauthorized("the credentials are malformed");
            return Authentication::Refused(problem.with_challenge("Basic realm=\"operations\""));
        };
        let (login, address) = (Arc::clone(&self.login), address(exchange.request));
        let hierarchy = Arc::clone(&self.hierarchy);
        Authentication::Later(Box::pin(async move {
            match login.authenticate(&name, &password, address).await {
                Ok(user) => {
                    let principal = Principal::builder(user.id, "basic")
                        .name(user.email)
                        .roles(hierarchy.reach(user.roles))
                        .permissions(user.permissions);
                    Authentication::Known(Arc::new(principal.build()))
                }
                Err(error) => Authentication::Refused(error.into_problem()),
            }
        }))
    }
}

/// The name and password, if they are written as they should be.
fn read(given: &[u8]) -> Option<(String, String)> {
    const LONGEST: usize = 8 * 1024;
    if given.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(given).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    let plain = |text: &str| !text.chars().any(char::is_control);
    (plain(name) && plain(password)).then(|| (name.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_one_spelling() {
        let check = |text: &[u8], expected: Option<(&str, &str)>| {
            let found = read(&STANDARD.encode(text).into_bytes());
            let expected = expected.map(|(name, password)| (name.to_owned(), password.to_owned()));
            assert_eq!(found, expected, "{text:?}");
        };
        check(b"ada@example.com:a:b", Some(("ada@example.com", "a:b")));
        check(b":", Some(("", "")));
        check(b"ada", None);
        check(b"ada:\xff", None);
        check(b"ada:a\0b", None);
        check(&[b'a'; 7_000], None);
        assert_eq!(read(b"not base64"), None);
    }
}
