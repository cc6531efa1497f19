//! Cookies, and that of a session.

use savia_starter_web::actix_web::HttpRequest;
use savia_starter_web::actix_web::http::header::COOKIE;

use crate::config::{SameSite, SessionsConfig};

/// What a cookie is called with TLS, and without: no `__Host-` without TLS. With it, it goes to the host
/// alone and to every path (RFC 6265bis, section 4.1.3.2).
pub(crate) struct Names {
    pub(crate) secure: &'static str,
    pub(crate) plain: &'static str,
}

impl Names {
    /// As `security.sessions.secure` says.
    pub(crate) fn of(&self, config: &SessionsConfig) -> &'static str {
        if config.secure {
            self.secure
        } else {
            self.plain
        }
    }
}

const SESSION: Names = Names {
    secure: "__Host-session",
    plain: "session",
};

/// What both cookies of ours are: for every path of this host, and for no script.
pub(crate) fn attributes(config: &SessionsConfig, same_site: SameSite) -> String {
    let secure = if config.secure { "; Secure" } else { "" };
    format!("; Path=/; HttpOnly; SameSite={}{secure}", same_site.word())
}

/// The value of `Set-Cookie` that gives a session.
pub(crate) fn setting(config: &SessionsConfig, secret: &str) -> String {
    format!(
        "{}={secret}{}",
        SESSION.of(config),
        attributes(config, config.same_site)
    )
}

/// The value of `Set-Cookie` that takes it away.
pub(crate) fn clearing(config: &SessionsConfig) -> String {
    format!(
        "{}={}; Max-Age=0",
        SESSION.of(config),
        attributes(config, config.same_site)
    )
}

/// What a request brings of a session.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Brought {
    /// No cookie of that name.
    Nothing,
    /// A secret that looks like one of ours.
    Secret(String),
    /// Something that is none, or more than one.
    Malformed,
}

/// The secret in the request's cookie.
pub(crate) fn of_request(config: &SessionsConfig, request: &HttpRequest) -> Brought {
    match values(request, SESSION.of(config)) {
        Found::None => Brought::Nothing,
        Found::One(value) => secret(value).map_or(Brought::Malformed, Brought::Secret),
        Found::Several => Brought::Malformed,
    }
}

/// The value of a cookie that the request brings once.
pub(crate) fn only<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r [u8]> {
    match values(request, name) {
        Found::One(value) => Some(value),
        Found::None | Found::Several => None,
    }
}

/// Of two cookies of one name none counts: one of them may have been put there by somebody else.
enum Found<'r> {
    None,
    One(&'r [u8]),
    Several,
}

fn values<'r>(request: &'r HttpRequest, name: &str) -> Found<'r> {
    let mut found = Found::None;
    for header in request.headers().get_all(COOKIE) {
        for pair in header.as_bytes().split(|c| *c == b';') {
            let mut parts = pair.splitn(2, |c| *c == b'=');
            let (Some(own), Some(value)) = (parts.next(), parts.next()) else {
                continue;
            };
            if own.trim_ascii() != name.as_bytes() {
                continue;
            }
            found = match found {
                Found::None => Found::One(value.trim_ascii()),
                _ => return Found::Several,
            };
        }
    }
    found
}

/// 43 characters of base64url.
fn secret(value: &[u8]) -> Option<String> {
    let plain = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    let good = value.len() == 43 && value.iter().all(plain);
    good.then(|| String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use savia_starter_web::actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn one_cookie_counts_and_two_do_not() {
        let (one, other) = ("a".repeat(43), "b".repeat(43));
        let check = |cookies: &[&str], expected: Brought| {
            let mut request = TestRequest::get();
            for cookie in cookies {
                request = request.append_header((COOKIE, *cookie));
            }
            let found = of_request(&SessionsConfig::default(), &request.to_http_request());
            assert_eq!(found, expected, "{cookies:?}");
        };
        let own = format!("__Host-session={one}");
        check(&[], Brought::Nothing);
        check(&["a=b; session=x"], Brought::Nothing);
        check(&[&own], Brought::Secret(one.clone()));
        check(&[&format!("a=b;  {own} ; c")], Brought::Secret(one.clone()));
        check(
            &[&format!("{own}; __Host-session={other}")],
            Brought::Malformed,
        );
        check(&[&own, &own], Brought::Malformed);
        for bad in [
            "__Host-session=",
            "__Host-session=short",
            "__Host-session=\"\"",
        ] {
            check(&[bad], Brought::Malformed);
        }
        check(&[&format!("__host-session={one}")], Brought::Nothing);
        check(
            &[&format!("__Host-session={}=", &one[1..])],
            Brought::Malformed,
        );
    }
}
