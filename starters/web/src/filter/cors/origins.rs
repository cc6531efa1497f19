//! Which origins are let in.

use std::collections::HashSet;

use savia_core::Config;
use savia_core::error::Diagnosis;

/// The origins of `server.cors.allowed_origins`.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    any: bool,
    exact: HashSet<Box<[u8]>>,
    wildcards: Vec<Wildcard>,
}

/// `https://*.example.com`: what stands before and behind the star.
#[derive(Debug)]
struct Wildcard {
    before: Box<[u8]>,
    behind: Box<[u8]>,
}

impl Wildcard {
    /// One subdomain or several: the star stands for whole labels.
    fn matches(&self, origin: &[u8]) -> bool {
        origin
            .strip_prefix(&*self.before)
            .and_then(|rest| rest.strip_suffix(&*self.behind))
            .is_some_and(|labels| {
                labels.split(|byte| *byte == b'.').all(|label| {
                    !label.is_empty()
                        && label
                            .iter()
                            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
                })
            })
    }
}

impl Origins {
    /// Those that are written, in the form in which browsers send them.
    pub(super) fn new(written: &[String], config: &Config, faults: &mut Vec<Diagnosis>) -> Self {
        let mut origins = Self::default();
        for (at, text) in written.iter().enumerate() {
            let lower = text.trim().to_ascii_lowercase();
            if lower == "*" {
                origins.any = true;
            } else if let Err(reason) = check(&lower) {
                let what = format!("`server.cors.allowed_origins[{at}]` is no origin: {text:?}");
                let fault = Diagnosis::new("server::cors_origin", what);
                faults.push(
                    fault.at_key(config, "server.cors.allowed_origins")
                    .because(reason)
                    .help("write it as browsers do: `https://app.example.com`, without its own port")
                    .help("or `https://*.example.com` for every subdomain, `*` for all"),
                );
            } else if let Some((before, behind)) = lower.split_once('*') {
                origins.wildcards.push(Wildcard {
                    before: before.as_bytes().into(),
                    behind: behind.as_bytes().into(),
                });
            } else {
                origins.exact.insert(lower.into_bytes().into());
            }
        }
        origins
    }

    /// Whether every origin is let in.
    pub(super) fn is_any(&self) -> bool {
        self.any
    }

    /// Whether this origin is let in. Browsers send origins in lower case.
    pub(super) fn allow(&self, origin: &[u8]) -> bool {
        self.any
            || self.exact.contains(origin)
            || self
                .wildcards
                .iter()
                .any(|wildcard| wildcard.matches(origin))
    }
}

/// Whether a text is an origin as browsers write it (RFC 6454, section 6.2).
fn check(origin: &str) -> Result<(), &'static str> {
    if origin == "null" {
        return Err("`null` is sent by every sandboxed frame and local file");
    }
    let Some((scheme, rest)) = origin.split_once("://") else {
        return Err("it has no scheme");
    };
    if scheme.is_empty() || scheme.contains('*') {
        return Err("the star stands for subdomains only");
    }
    if rest.contains(['/', '?', '#', '@']) {
        return Err("an origin has no path, not even a slash at its end, and no user");
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    if host.is_empty() {
        return Err("it has no host");
    }
    if let Some(port) = port {
        let own = matches!((scheme, port), ("http", "80") | ("https", "443"));
        if own {
            return Err("browsers leave the scheme's own port out");
        }
        if port.parse::<u16>().is_err() {
            return Err("its port is no number from 0 to 65535");
        }
    }
    match host.find('*') {
        None => Ok(()),
        Some(0) if host.starts_with("*.") && !host[1..].contains('*') => Ok(()),
        Some(_) => Err("the star stands for subdomains only"),
    }
}

#[cfg(test)]
mod tests {
    use savia_core::config::Sources;

    use super::*;

    fn origins(written: &[&str]) -> Result<Origins, Vec<String>> {
        let config = Config::load(Sources::in_dir("/nowhere")).unwrap();
        let mut faults = Vec::new();
        let written: Vec<_> = written.iter().map(|it| (*it).to_owned()).collect();
        let origins = Origins::new(&written, &config, &mut faults);
        if faults.is_empty() {
            Ok(origins)
        } else {
            Err(faults.into_iter().flat_map(|fault| fault.context).collect())
        }
    }

    #[test]
    fn origins_are_exact_or_subdomains() {
        let origins = origins(&[
            "https://app.example.com",
            "https://*.shop.test:8443",
            "HTTP://LocalHost:3000",
        ])
        .unwrap();
        for good in [
            "https://app.example.com",
            "https://a.shop.test:8443",
            "https://a.b.shop.test:8443",
            "http://localhost:3000",
        ] {
            assert!(origins.allow(good.as_bytes()), "{good}");
        }
        for bad in [
            "http://app.example.com",
            "https://app.example.com:444",
            "https://app.example.com.evil.test",
            "https://shop.test:8443",
            "https://.shop.test:8443",
            "https://a.shop.test",
            "https://evil.test/.shop.test:8443",
            "https://evil.test?.shop.test:8443",
            "https://evilshop.test:8443",
            "null",
            "",
        ] {
            assert!(!origins.allow(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn what_no_browser_sends_is_a_fault() {
        for bad in [
            "app.example.com",
            "https://app.example.com/",
            "https://app.example.com:443",
            "http://app.example.com:80",
            "https://app.*.com",
            "https://*",
            "*://example.com",
            "https://*.*.com",
            "https://a.test:99999",
            "null",
        ] {
            assert!(origins(&[bad]).is_err(), "{bad}");
        }
    }
}
