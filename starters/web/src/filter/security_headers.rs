//! Answers carry the headers that make browsers careful.

mod defaults;
mod policy;

use actix_web::HttpResponse;
use actix_web::http::header::map::Removed;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use savia_core::Config;
use savia_core::error::Diagnosis;

pub use defaults::{HeaderDefaults, is_unset};
use policy::Policy;

use super::{Exchange, Hooks, WebFilter, order};
use crate::config::{
    FrameOptions, HeadersConfig, HstsConfig, OpenerPolicy, ReferrerPolicy, ResourcePolicy,
};

/// Adds the headers of `server.headers` to every answer that has not set them itself; those that
/// only pages need, to pages.
///
/// Names and values are made once; an answer gets clones that share them.
#[derive(Debug)]
pub struct SecurityHeadersFilter {
    always: Headers,
    policy: Option<Policy>,
    /// What says nothing to anybody but a browser that shows a page.
    pages: Headers,
}

type Headers = Vec<(HeaderName, HeaderValue)>;

impl SecurityHeadersFilter {
    /// As the configuration says.
    ///
    /// # Errors
    ///
    /// Every name and value that cannot stand in a header.
    pub fn new(section: &HeadersConfig, config: &Config) -> Result<Self, Vec<Diagnosis>> {
        let section = &defaults::amended(config, section);
        let mut always = Headers::new();
        let mut pages = Headers::new();
        let mut faults = Vec::new();
        if section.content_type_options {
            always.push((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
        }
        let frames = frame_options(section.frame_options);
        always.extend(frames.map(|word| (X_FRAME_OPTIONS, HeaderValue::from_static(word))));
        let resources = resource_policy(section.cross_origin_resource_policy).map(|word| {
            let name = HeaderName::from_static("cross-origin-resource-policy");
            (name, HeaderValue::from_static(word))
        });
        always.extend(resources);
        if section.hsts.enabled {
            always.extend(hsts(&section.hsts).map(|value| (STRICT_TRANSPORT_SECURITY, value)));
        }
        // A policy holds for scripts and drawings that are shown on their own, too.
        let given = section.content_security_policy.as_deref();
        let given = given.filter(|text| !text.is_empty());
        let policy = given.and_then(|text| {
            let policy = Policy::new(text);
            if policy.is_none() {
                let key = "server.headers.content_security_policy";
                faults.push(bad_value(config, key));
            }
            policy
        });
        let mut text = |key: &str, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty())?;
            let value = HeaderValue::from_str(text);
            value
                .map_err(|_| faults.push(bad_value(config, &format!("server.headers.{key}"))))
                .ok()
        };
        let permissions = text("permissions_policy", &section.permissions_policy);
        let name = HeaderName::from_static("permissions-policy");
        pages.extend(permissions.map(|value| (name, value)));
        let referrer = referrer_policy(section.referrer_policy);
        pages.extend(referrer.map(|word| (REFERRER_POLICY, HeaderValue::from_static(word))));
        let opener = opener_policy(section.cross_origin_opener_policy).map(|word| {
            let name = HeaderName::from_static("cross-origin-opener-policy");
            (name, HeaderValue::from_static(word))
        });
        pages.extend(opener);
        for (name, text) in &section.custom {
            let key = format!("server.headers.custom.{name}");
            match (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(text),
            ) {
                (Ok(name), Ok(value)) => {
                    for headers in [&mut always, &mut pages] {
                        headers.retain(|(known, _)| *known != name);
                    }
                    always.push((name, value));
                }
                (Ok(_), Err(_)) => faults.push(bad_value(config, &key)),
                (Err(_), _) => faults.push(
                    Diagnosis::new("server::header_name", format!("`{key}` names no header"))
                        .at_key(config, "server.headers.custom")
                        .help("letters, digits and hyphens, such as `X-Robots-Tag`"),
                ),
            }
        }
        if faults.is_empty() {
            let own = |(name, _): &(HeaderName, HeaderValue)| *name == CONTENT_SECURITY_POLICY;
            let policy = policy.filter(|_| !always.iter().any(own));
            Ok(Self {
                always,
                policy,
                pages,
            })
        } else {
            Err(faults)
        }
    }
}

impl WebFilter for SecurityHeadersFilter {
    fn name(&self) -> &'static str {
        "security-headers"
    }

    fn order(&self) -> i32 {
        order::SECURITY_HEADERS
    }

    fn hooks(&self) -> Hooks {
        Hooks::AFTER
    }

    fn after(&self, exchange: &Exchange<'_>, response: &mut HttpResponse) {
        let set = response.headers_mut();
        for (name, value) in &self.always {
            add(set, name, value);
        }
        if let Some(policy) = &self.policy {
            add(set, &CONTENT_SECURITY_POLICY, &policy.of(exchange.request));
        }
        if !self.pages.is_empty() && is_page(set) {
            for (name, value) in &self.pages {
                add(set, name, value);
            }
        }
    }
}

/// Adds a header, unless there is one of that name.
///
/// Nearly always there is none: to set it and put back what it replaced looks for it once, where
/// to ask first looks twice.
#[inline]
fn add(set: &mut HeaderMap, name: &HeaderName, value: &HeaderValue) {
    let replaced = set.insert(name.clone(), value.clone());
    if !replaced.is_empty() {
        put_back(set, name, replaced);
    }
}

#[cold]
fn put_back(set: &mut HeaderMap, name: &HeaderName, replaced: Removed) {
    set.remove(name);
    for value in replaced {
        set.append(name.clone(), value);
    }
}

/// Whether a browser may show the answer as a page.
fn is_page(set: &HeaderMap) -> bool {
    let Some(kind) = set.get(CONTENT_TYPE) else {
        return false;
    };
    let kind = kind.as_bytes();
    let is = |page: &[u8]| {
        kind.get(..page.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(page))
    };
    is(b"text/html") || is(b"application/xhtml+xml")
}

fn bad_value(config: &Config, key: &str) -> Diagnosis {
    let what = format!("`{key}` cannot stand in a header");
    Diagnosis::new("server::header_value", what)
        .at_key(config, key)
        .help("a header holds one line of printable ASCII")
}

fn frame_options(options: FrameOptions) -> Option<&'static str> {
    match options {
        FrameOptions::Deny => Some("DENY"),
        FrameOptions::Sameorigin => Some("SAMEORIGIN"),
        FrameOptions::Off => None,
    }
}

fn referrer_policy(policy: ReferrerPolicy) -> Option<&'static str> {
    match policy {
        ReferrerPolicy::NoReferrer => Some("no-referrer"),
        ReferrerPolicy::NoReferrerWhenDowngrade => Some("no-referrer-when-downgrade"),
        ReferrerPolicy::Origin => Some("origin"),
        ReferrerPolicy::OriginWhenCrossOrigin => Some("origin-when-cross-origin"),
        ReferrerPolicy::SameOrigin => Some("same-origin"),
        ReferrerPolicy::StrictOrigin => Some("strict-origin"),
        ReferrerPolicy::StrictOriginWhenCrossOrigin => Some("strict-origin-when-cross-origin"),
        ReferrerPolicy::UnsafeUrl => Some("unsafe-url"),
        ReferrerPolicy::Off => None,
    }
}

fn opener_policy(policy: OpenerPolicy) -> Option<&'static str> {
    match policy {
        OpenerPolicy::SameOrigin => Some("same-origin"),
        OpenerPolicy::SameOriginAllowPopups => Some("same-origin-allow-popups"),
        OpenerPolicy::UnsafeNone => Some("unsafe-none"),
        OpenerPolicy::Off => None,
    }
}

fn resource_policy(policy: ResourcePolicy) -> Option<&'static str> {
    match policy {
        ResourcePolicy::SameOrigin => Some("same-origin"),
        ResourcePolicy::SameSite => Some("same-site"),
        ResourcePolicy::CrossOrigin => Some("cross-origin"),
        ResourcePolicy::Off => None,
    }
}

fn hsts(config: &HstsConfig) -> Option<HeaderValue> {
    let mut text = format!("max-age={}", config.max_age.as_secs());
    if config.include_subdomains {
        text.push_str("; includeSubDomains");
    }
    if config.preload {
        text.push_str("; preload");
    }
    HeaderValue::from_str(&text).ok()
}
