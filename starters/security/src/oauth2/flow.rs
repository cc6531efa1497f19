//! What a browser keeps between leaving for a provider and coming back.
//!
//! Nothing is stored here: the cookie of the browser that left holds one random secret and what was
//! asked for. The `state` that travels through the provider is a hash over the whole cookie, so that
//! what comes back with it belongs to this browser, this provider and this errand, and a cookie that was
//! changed has another. The nonce and the verifier of PKCE follow from the secret. None of them tells
//! the secret (RFC 6819, section 5.3.5; RFC 9700, section 2.1).

use savia_core::Result;
use savia_starter_web::actix_web::HttpRequest;

use crate::clock;
use crate::config::{SameSite, SessionsConfig};
use crate::encoding::{self, base64url, from_base64url, hashed};
use crate::session::cookie;

/// For how long a browser may be away, in seconds.
const PATIENCE: i64 = 600;

/// An errand of a browser.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Flow {
    secret: String,
    expires_at: i64,
    pub(super) provider: String,
    pub(super) return_to: Option<String>,
    /// The single-use token of who wants to link an identity to its account.
    pub(super) link: Option<String>,
}

impl Flow {
    /// A new one, that is good for ten minutes.
    pub(super) fn begin(
        provider: &str,
        return_to: Option<String>,
        link: Option<String>,
    ) -> Result<Self> {
        Ok(Self {
            secret: encoding::secret()?,
            expires_at: clock::now() / 1_000 + PATIENCE,
            provider: provider.to_owned(),
            return_to,
            link,
        })
    }

    /// What the cookie holds.
    pub(super) fn text(&self) -> String {
        let optional = |it: &Option<String>| it.as_ref().map(base64url).unwrap_or_default();
        format!(
            "{}.{}.{}.{}.{}",
            self.secret,
            self.expires_at,
            base64url(&self.provider),
            optional(&self.return_to),
            self.link.as_deref().unwrap_or_default(),
        )
    }

    /// What a cookie holds, where it is one of ours and not too old.
    fn read(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.split('.').collect();
        let [secret, expires_at, provider, return_to, link] = parts[..] else {
            return None;
        };
        let plain = |text: &str| String::from_utf8(from_base64url(text)?).ok();
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let flow = Self {
            secret: some(secret).filter(|it| it.len() == 43)?,
            expires_at: expires_at.parse().ok()?,
            provider: plain(provider)?,
            return_to: match return_to {
                "" => None,
                text => Some(plain(text)?),
            },
            link: some(link),
        };
        // One errand has one spelling: `state` is made of what was read.
        let now = clock::now() / 1_000;
        let good = now < flow.expires_at && flow.expires_at <= now + PATIENCE;
        (good && flow.text() == text).then_some(flow)
    }

    /// What travels through the provider and has to come back.
    pub(super) fn state(&self) -> String {
        hashed(&format!("oauth2 state {}", self.text()))
    }

    /// What the ID token has to say, so that it was made for this errand.
    pub(super) fn nonce(&self) -> String {
        hashed(&format!("oauth2 nonce {}", self.secret))
    }

    /// What proves to the provider that who brings the code has asked for it (RFC 7636).
    pub(super) fn verifier(&self) -> String {
        hashed(&format!("oauth2 verifier {}", self.secret))
    }

    /// When it ends, in milliseconds since 1970.
    pub(super) fn ends_at(&self) -> i64 {
        self.expires_at.saturating_mul(1_000)
    }
}

// What it holds finishes a login.
impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// The cookie's name behind its prefix.
const COOKIE: cookie::Names = cookie::Names {
    secure: "__Host-oauth2",
    plain: "oauth2",
};

/// The value of `Set-Cookie` that gives an errand. `Lax` in any case: the way back begins at another site.
pub(crate) fn setting(config: &SessionsConfig, flow: &Flow) -> String {
    let attributes = cookie::attributes(config, SameSite::Lax);
    let (name, text) = (COOKIE.of(config), flow.text());
    format!("{name}={text}{attributes}; Max-Age={PATIENCE}")
}

/// The value of `Set-Cookie` that takes it away.
pub(crate) fn clearing(config: &SessionsConfig) -> String {
    let attributes = cookie::attributes(config, SameSite::Lax);
    format!("{}={attributes}; Max-Age=0", COOKIE.of(config))
}

/// The errand in the request's cookie.
pub(crate) fn of_request(config: &SessionsConfig, request: &HttpRequest) -> Option<Flow> {
    let text = cookie::only(request, COOKIE.of(config))?;
    Flow::read(std::str::from_utf8(text).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_was_changed_has_another_state_or_is_none() {
        let flow = Flow::begin("sso", Some("/orders".into()), None).unwrap();
        let text = flow.text();
        assert_eq!(Flow::read(&text), Some(flow.clone()));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let state = Flow::read(&changed).map(|it| it.state());
            assert_ne!(state, Some(flow.state()), "{changed}");
        }
        for bad in [
            String::new(),
            "....".into(),
            format!("{text}."),
            format!("{text}.a"),
        ] {
            assert_eq!(Flow::read(&bad), None, "{bad}");
        }
    }

    #[test]
    fn what_travels_differs_and_does_not_tell_the_secret() {
        let flow = Flow::begin("sso", None, None).unwrap();
        let all = [
            flow.state(),
            flow.nonce(),
            flow.verifier(),
            flow.secret.clone(),
        ];
        for (at, one) in all.iter().enumerate() {
            assert_eq!(one.len(), 43);
            assert!(!all[at + 1..].contains(one));
        }
    }

    #[test]
    fn an_errand_ends() {
        let mut flow = Flow::begin("sso", None, None).unwrap();
        flow.expires_at = clock::now() / 1_000;
        assert_eq!(Flow::read(&flow.text()), None);
        // Nobody gives itself more time.
        flow.expires_at = clock::now() / 1_000 + PATIENCE + 60;
        assert_eq!(Flow::read(&flow.text()), None);
        flow.expires_at = i64::MAX / 1_000;
        assert_eq!(Flow::read(&flow.text()), None);
    }
}
