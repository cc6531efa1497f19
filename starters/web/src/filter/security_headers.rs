//! Answers carry the headers that make browsers careful.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use savia_core::Config;
use savia_core::error::Diagnosis;

use super::{Exchange, Hooks, WebFilter, order};
use crate::config::{
    FrameOptions, HeadersConfig, HstsConfig, OpenerPolicy, ReferrerPolicy, ResourcePolicy, at_key,
};

/// Adds the headers of `server.headers` to every answer that has not set them itself.
///
/// Names and values are made once; an answer gets clones that share them.
#[derive(Debug)]
pub struct SecurityHeadersFilter {
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl SecurityHeadersFilter {
    /// As the configuration says.
    ///
    /// # Errors
    ///
    /// Every name and value that cannot stand in a header.
    pub fn new(section: &HeadersConfig, config: &Config) -> Result<Self, Vec<Diagnosis>> {
        let mut headers = Vec::new();
        let mut faults = Vec::new();
        if section.content_type_options {
            headers.push((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
        }
        let mut word = |name: HeaderName, word: Option<&'static str>| {
            headers.extend(word.map(|word| (name, HeaderValue::from_static(word))));
        };
        word(X_FRAME_OPTIONS, frame_options(section.frame_options));
        word(REFERRER_POLICY, referrer_policy(section.referrer_policy));
        word(
            HeaderName::from_static("cross-origin-opener-policy"),
            opener_policy(section.cross_origin_opener_policy),
        );
        word(
            HeaderName::from_static("cross-origin-resource-policy"),
            resource_policy(section.cross_origin_resource_policy),
        );
        let texts = [
            (
                "content_security_policy",
                CONTENT_SECURITY_POLICY,
                &section.content_security_policy,
            ),
            (
                "permissions_policy",
                HeaderName::from_static("permissions-policy"),
                &section.permissions_policy,
            ),
        ];
        for (key, name, text) in texts {
            if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
                match HeaderValue::from_str(text) {
                    Ok(value) => headers.push((name, value)),
                    Err(_) => faults.push(bad_value(config, &format!("server.headers.{key}"))),
                }
            }
        }
        if section.hsts.enabled {
            headers.extend(hsts(&section.hsts).map(|value| (STRICT_TRANSPORT_SECURITY, value)));
        }
        for (name, text) in &section.custom {
            let key = format!("server.headers.custom.{name}");
            match (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(text),
            ) {
                (Ok(name), Ok(value)) => {
                    headers.retain(|(known, _)| *known != name);
                    headers.push((name, value));
                }
                (Ok(_), Err(_)) => faults.push(bad_value(config, &key)),
                (Err(_), _) => faults.push(
                    at_key(
                        Diagnosis::new("server::header_name", format!("`{key}` names no header")),
                        config,
                        "server.headers.custom",
                    )
                    .help("letters, digits and hyphens, such as `X-Robots-Tag`"),
                ),
            }
        }
        if faults.is_empty() {
            Ok(Self { headers })
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

    fn after(&self, _exchange: &Exchange<'_>, response: &mut HttpResponse) {
        let set = response.headers_mut();
        for (name, value) in &self.headers {
            if !set.contains_key(name) {
                set.insert(name.clone(), value.clone());
            }
        }
    }
}

fn bad_value(config: &Config, key: &str) -> Diagnosis {
    let what = format!("`{key}` cannot stand in a header");
    at_key(Diagnosis::new("server::header_value", what), config, key)
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
