//! The cookies a client keeps.

use actix_web::cookie::Cookie;
use actix_web::cookie::time::OffsetDateTime;
use actix_web::http::header::{HeaderMap, HeaderValue, SET_COOKIE};

/// Cookies by name and path, as RFC 6265 keeps them for one host.
#[derive(Debug, Default)]
pub(crate) struct Cookies(Vec<Kept>);

#[derive(Debug)]
struct Kept {
    name: String,
    value: String,
    path: String,
}

impl Cookies {
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.0
            .iter()
            .find(|cookie| cookie.name == name)
            .map(|cookie| cookie.value.clone())
    }

    pub(crate) fn header(&self, path: &str) -> Option<HeaderValue> {
        let sent: Vec<_> = self
            .0
            .iter()
            .filter(|cookie| is_below(path, &cookie.path))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if sent.is_empty() {
            None
        } else {
            HeaderValue::from_str(&sent.join("; ")).ok()
        }
    }

    pub(crate) fn keep(&mut self, requested: &str, headers: &HeaderMap) {
        for set in headers.get_all(SET_COOKIE) {
            let Some(cookie) = set.to_str().ok().and_then(|text| Cookie::parse(text).ok()) else {
                continue;
            };
            let path = match cookie.path() {
                Some(path) if path.starts_with('/') => path,
                _ => default_path(requested),
            };
            self.0
                .retain(|kept| (kept.name.as_str(), kept.path.as_str()) != (cookie.name(), path));
            if !is_over(&cookie) {
                self.0.push(Kept {
                    name: cookie.name().to_owned(),
                    value: cookie.value().to_owned(),
                    path: path.to_owned(),
                });
            }
        }
        // Longer paths are sent first.
        self.0
            .sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
    }
}

/// Whether the server takes a cookie back by setting it.
fn is_over(cookie: &Cookie<'_>) -> bool {
    match cookie.max_age() {
        Some(age) => !age.is_positive(),
        None => cookie
            .expires_datetime()
            .is_some_and(|expires| expires <= OffsetDateTime::now_utc()),
    }
}

/// RFC 6265, section 5.1.4: the path down to its last slash.
fn default_path(requested: &str) -> &str {
    match requested.rfind('/') {
        Some(at) if at > 0 => &requested[..at],
        _ => "/",
    }
}

fn is_below(path: &str, cookie: &str) -> bool {
    path.strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(sets: &[&str]) -> Cookies {
        let mut cookies = Cookies::default();
        for set in sets {
            let mut headers = HeaderMap::new();
            headers.append(SET_COOKIE, HeaderValue::from_str(set).unwrap());
            cookies.keep("/shop/basket", &headers);
        }
        cookies
    }

    fn check(sets: &[&str], path: &str, sent: Option<&str>) {
        let header = kept(sets).header(path);
        assert_eq!(
            header.as_ref().map(|value| value.to_str().unwrap()),
            sent,
            "{sets:?} {path}"
        );
    }

    #[test]
    fn cookies_are_sent_where_their_path_says() {
        check(&["a=1; Path=/"], "/anything", Some("a=1"));
        check(&["a=1; Path=/admin"], "/admin/users", Some("a=1"));
        check(&["a=1; Path=/admin"], "/administration", None);
        check(&["a=1"], "/shop/other", Some("a=1"));
        check(&["a=1"], "/", None);
        check(
            &["a=1; Path=/", "b=2; Path=/shop"],
            "/shop",
            Some("b=2; a=1"),
        );
    }

    #[test]
    fn cookies_are_replaced_and_taken_back() {
        check(&["a=1; Path=/", "a=2; Path=/"], "/", Some("a=2"));
        check(&["a=1; Path=/", "a=; Path=/; Max-Age=0"], "/", None);
        check(
            &["a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
            "/",
            None,
        );
        check(
            &["a=1; Path=/; Secure; HttpOnly; Max-Age=60"],
            "/",
            Some("a=1"),
        );
    }
}
