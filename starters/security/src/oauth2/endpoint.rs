//! URLs of providers, as they may be.

use oauth2::url::Url;

/// Whether it is a URL of HTTP with a host, and without a user or a fragment.
pub(super) fn is_good(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    })
}

/// Whether what goes to it can be read on the way: plain HTTP that leaves the machine.
pub(super) fn is_exposed(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let local = match url.host() {
        Some(oauth2::url::Host::Domain(name)) => name == "localhost",
        Some(oauth2::url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(oauth2::url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && !local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_plain_url() {
        for good in ["https://a.example/b?c=d", "http://127.0.0.1:1/"] {
            assert!(is_good(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "/a",
            "ftp://a.example",
            "https://u:p@a.example",
            "https://u@a.example",
            "https://a.example/#b",
            "javascript:alert(1)",
            "https://",
        ] {
            assert!(!is_good(bad), "{bad}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        let check = |url: &str, exposed: bool| assert_eq!(is_exposed(url), exposed, "{url}");
        check("http://keycloak:8080", true);
        check("http://127.0.0.1.example", true);
        check("http://127.0.0.2:80", false);
        check("http://[::1]:80", false);
        check("http://localhost:80", false);
        check("https://keycloak", false);
    }
}
