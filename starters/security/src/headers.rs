//! Stricter defaults of `server.headers`, where there is something to protect.

use savia_core::config::Config;
use savia_starter_web::config::{HeadersConfig, OpenerPolicy, ResourcePolicy};
use savia_starter_web::filter::{HeaderDefaults, is_unset};

savia_core::__private::inventory::submit! {
    HeaderDefaults { amend }
}

/// What no page of ours needs, whatever it shows (ASVS 3.4.3): a page that needs more says its own policy.
const POLICY: &str = "base-uri 'none'; frame-ancestors 'none'; object-src 'none'";
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

fn amend(config: &Config, headers: &mut HeadersConfig) {
    if config.text("security.enabled").as_deref() != Some("true") {
        return;
    }
    let unset = |key: &str| is_unset(config, key);
    if unset("content_security_policy") {
        headers.content_security_policy = Some(POLICY.to_owned());
    }
    if unset("permissions_policy") {
        headers.permissions_policy = Some(PERMISSIONS.to_owned());
    }
    if unset("cross_origin_opener_policy") {
        headers.cross_origin_opener_policy = OpenerPolicy::SameOrigin;
    }
    if unset("cross_origin_resource_policy") {
        headers.cross_origin_resource_policy = ResourcePolicy::SameOrigin;
    }
    // A browser that has seen it refuses plain HTTP of the host, whatever runs there the next day.
    if config.is_prod() && unset("hsts.enabled") {
        headers.hsts.enabled = true;
    }
}
