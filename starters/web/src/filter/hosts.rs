//! Requests for other hosts are turned away.

use actix_web::HttpRequest;
use actix_web::http::Version;
use actix_web::http::header::HOST;
use savia_core::Config;
use savia_core::error::Diagnosis;

use super::{Exchange, Flow, Hooks, WebFilter, order};
use crate::problem::Problem;

/// The hosts of `server.allowed_hosts`. A request that names another, none, two, or something that is
/// no host is answered 400, before anything else looks at it.
///
/// What a caller writes into `Host` ends in links, redirects and caches; where it is held against a
/// list, it can only be what the application is called.
#[derive(Debug)]
pub struct HostFilter {
    exact: Box<[String]>,
    /// With the dot: `.example.com`.
    domains: Box<[String]>,
}

impl HostFilter {
    /// These hosts.
    ///
    /// # Errors
    ///
    /// Every text that is no host.
    pub fn new(allowed: &[String], config: &Config) -> Result<Self, Vec<Diagnosis>> {
        let (mut exact, mut domains, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for (at, text) in allowed.iter().enumerate() {
            let name = text.trim().to_ascii_lowercase();
            let domain = name.strip_prefix("*.");
            let host = domain.unwrap_or(&name);
            if name_of(host.as_bytes()) != Some(host.as_bytes()) {
                let key = format!("server.allowed_hosts[{at}]");
                let what = format!("`{key}` is no host: {text:?}");
                faults.push(
                    Diagnosis::new("server::allowed_host", what)
                        .at_key(config, &key)
                        .help("write `example.com`, `*.example.com` for what is below it, `[::1]`")
                        .help("ports are not looked at; an empty list lets every host in"),
                );
            } else if domain.is_some() {
                domains.push(format!(".{host}"));
            } else {
                exact.push(name);
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            exact: exact.into(),
            domains: domains.into(),
        })
    }

    /// Whether this is one of them: `example.com`, `example.com:8080`.
    fn allows(&self, host: &[u8]) -> bool {
        let Some(name) = name_of(host) else {
            return false;
        };
        let below = |domain: &String| {
            let dot = name.len().checked_sub(domain.len());
            dot.is_some_and(|dot| dot > 0 && name[dot..].eq_ignore_ascii_case(domain.as_bytes()))
        };
        self.exact
            .iter()
            .any(|it| it.as_bytes().eq_ignore_ascii_case(name))
            || self.domains.iter().any(below)
    }

    fn admits(&self, request: &HttpRequest) -> bool {
        let mut hosts = request.headers().get_all(HOST);
        let named = match (hosts.next(), hosts.next()) {
            (Some(host), None) => self.allows(host.as_bytes()),
            // Before HTTP/1.1 a request might name none, and none can be abused.
            (None, _) => request.version() < Version::HTTP_11,
            (Some(_), Some(_)) => false,
        };
        // `GET http://example.com/ HTTP/1.1` says it twice, and the first counts (RFC 9112, 3.2.2).
        let target = request.uri().authority();
        named && target.is_none_or(|target| self.allows(target.as_str().as_bytes()))
    }
}

impl WebFilter for HostFilter {
    fn name(&self) -> &'static str {
        "hosts"
    }

    fn order(&self) -> i32 {
        order::HOST
    }

    fn hooks(&self) -> Hooks {
        Hooks::BEFORE
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        if self.admits(exchange.request) {
            return Flow::Continue;
        }
        let problem = Problem::bad_request("this host is not served here");
        Flow::Answer(
            problem
                .with_code("invalid_host")
                .into_response(exchange.request),
        )
    }
}

/// The name of `name`, `name:port` or `[address]:port`, without the dot that ends a full name; none
/// where it is not written like that. What is not ASCII is written otherwise in a `Host`.
fn name_of(host: &[u8]) -> Option<&[u8]> {
    let (name, rest) = if host.starts_with(b"[") {
        let end = host.iter().position(|byte| *byte == b']')? + 1;
        let (name, rest) = host.split_at(end);
        let address = std::str::from_utf8(&name[1..end - 1]).ok()?;
        address.parse::<std::net::Ipv6Addr>().ok()?;
        (name, rest)
    } else {
        let end = host.iter().position(|byte| *byte == b':');
        let (name, rest) = host.split_at(end.unwrap_or(host.len()));
        let name = name.strip_suffix(b".").unwrap_or(name);
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let label = |label: &[u8]| !label.is_empty() && label.iter().all(plain);
        if !name.split(|byte| *byte == b'.').all(label) {
            return None;
        }
        (name, rest)
    };
    let is_port = |port: &[u8]| port.len() <= 5 && port.iter().all(u8::is_ascii_digit);
    (rest.is_empty() || rest.strip_prefix(b":").is_some_and(is_port)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::load(savia_core::config::Sources::in_dir("/nowhere")).unwrap()
    }

    #[test]
    fn a_host_is_one_of_the_list_however_it_is_written() {
        let hosts = ["example.com", "*.example.org", "127.0.0.1", "[::1]"];
        let hosts = hosts.map(str::to_owned);
        let filter = HostFilter::new(&hosts, &config()).unwrap();
        for good in [
            "example.com",
            "EXAMPLE.com",
            "example.com:8080",
            "example.com.",
            "example.com.:80",
            "example.com:",
            "a.example.org",
            "a.b.example.org:443",
            "127.0.0.1:8080",
            "[::1]",
            "[::1]:8080",
        ] {
            assert!(filter.allows(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            ":80",
            "example.org",
            ".example.org",
            "badexample.org",
            "example.com.evil.net",
            "evil.net",
            "example.com@evil.net",
            "evil.net@example.com",
            "example.com:80@evil.net",
            "example.com/evil",
            "example.com evil",
            "example.com,evil.net",
            "example.com:8o",
            "example.com:123456",
            "example.com:80:80",
            "example.com..",
            "a..example.org",
            "::1",
            "[::1",
            "[::1]x",
            "[::2]",
            "[example.com]",
            "127.0.0.01",
            "example.com\0",
            "example.com#",
            "example.com\\",
            "a/.example.org",
            "b\u{fc}cher.example.org",
            "example.com?",
        ] {
            assert!(!filter.allows(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn what_is_no_host_is_said() {
        for text in [
            "*",
            "",
            "a.*.com",
            "example.com:80",
            "https://example.com",
            "*.",
            "::1",
            "a b",
        ] {
            let faults = HostFilter::new(&[text.to_owned()], &config()).unwrap_err();
            let said = faults[0].what.clone();
            assert!(
                said.contains("`server.allowed_hosts[0]` is no host"),
                "{said}"
            );
        }
    }
}
