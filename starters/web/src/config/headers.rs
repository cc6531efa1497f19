//! `server.headers`.

use std::collections::BTreeMap;
use std::time::Duration;

use savia_core::config;

/// Headers that make browsers careful.
///
/// Those that are on by default are the ones that protect an answer whatever it holds. A header
/// that a handler sets itself stays as the handler set it.
#[config]
pub struct HeadersConfig {
    /// Whether any of these headers is set.
    #[default(true)]
    pub enabled: bool,

    /// `X-Content-Type-Options: nosniff`: an answer is what its type says, never a script by
    /// guesswork.
    #[default(true)]
    pub content_type_options: bool,

    /// `X-Frame-Options`: whether a page may stand in a frame of another.
    #[default(FrameOptions::Deny)]
    pub frame_options: FrameOptions,

    /// `Referrer-Policy`: what other sites learn of the address a link was followed from. Set on
    /// pages only.
    #[default(ReferrerPolicy::NoReferrer)]
    pub referrer_policy: ReferrerPolicy,

    /// `Content-Security-Policy`, such as `default-src 'self'; script-src 'nonce-{nonce}'`, where
    /// `{nonce}` is that of the answer (`CspNonce` gives it to a handler); not set without the key,
    /// because what is right depends on the pages that are served.
    pub content_security_policy: Option<String>,

    /// `Permissions-Policy`, such as `camera=(), geolocation=()`; not set without the key. Set on
    /// pages only.
    pub permissions_policy: Option<String>,

    /// `Cross-Origin-Opener-Policy`: whether a page shares its window with one that opened it. Set
    /// on pages only.
    #[default(OpenerPolicy::Off)]
    pub cross_origin_opener_policy: OpenerPolicy,

    /// `Cross-Origin-Resource-Policy`: which sites may embed an answer.
    #[default(ResourcePolicy::Off)]
    pub cross_origin_resource_policy: ResourcePolicy,

    /// `Strict-Transport-Security`.
    #[default]
    pub hsts: HstsConfig,

    /// Further headers by name: `{X-Robots-Tag: noindex}`.
    #[default]
    pub custom: BTreeMap<String, String>,
}

/// `Strict-Transport-Security`: browsers come back by HTTPS only.
///
/// Off by default: a browser that has seen it refuses plain HTTP for as long as it says, on every
/// port of the host, also of a developer's machine.
#[config]
pub struct HstsConfig {
    /// Whether it is set.
    #[default(false)]
    pub enabled: bool,

    /// How long browsers remember it; lists of preloaded hosts ask for a year at least.
    #[default("365d")]
    pub max_age: Duration,

    /// Whether it holds for the host's subdomains too.
    #[default(true)]
    pub include_subdomains: bool,

    /// Whether the host may be put on browsers' built-in list.
    #[default(false)]
    pub preload: bool,
}

/// `X-Frame-Options`.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum FrameOptions {
    /// In no frame.
    Deny,
    /// In frames of the same origin.
    Sameorigin,
    /// The header is not set.
    Off,
}

/// `Referrer-Policy`; the words are those of the W3C recommendation.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum ReferrerPolicy {
    /// Nothing is told.
    NoReferrer,
    /// Everything, but not from HTTPS to HTTP.
    NoReferrerWhenDowngrade,
    /// The origin.
    Origin,
    /// The origin to others, everything to oneself.
    OriginWhenCrossOrigin,
    /// Everything to oneself, nothing to others.
    SameOrigin,
    /// The origin, but not from HTTPS to HTTP.
    StrictOrigin,
    /// Everything to oneself, the origin to others, but not from HTTPS to HTTP.
    StrictOriginWhenCrossOrigin,
    /// Everything to everyone.
    UnsafeUrl,
    /// The header is not set; browsers then take `strict-origin-when-cross-origin`.
    Off,
}

/// `Cross-Origin-Opener-Policy`.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum OpenerPolicy {
    /// Only with pages of the same origin.
    SameOrigin,
    /// And with those it opens itself.
    SameOriginAllowPopups,
    /// With all.
    UnsafeNone,
    /// The header is not set.
    Off,
}

/// `Cross-Origin-Resource-Policy`.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum ResourcePolicy {
    /// The same origin.
    SameOrigin,
    /// The same site.
    SameSite,
    /// All.
    CrossOrigin,
    /// The header is not set.
    Off,
}
