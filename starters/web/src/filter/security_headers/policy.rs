//! The content security policy, with a nonce or without.

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;

use crate::extract::CspNonce;

/// What stands for a nonce in the configuration.
const SOURCE: &str = "'nonce-{nonce}'";

/// The value of `Content-Security-Policy`.
#[derive(Debug)]
pub(super) struct Policy {
    /// For answers that bear no nonce: the others' sources are left out, and a list without any lets
    /// nothing run.
    plain: HeaderValue,
    /// With the place of the nonce, where it has one.
    text: Option<String>,
}

impl Policy {
    /// Of a policy that can stand in a header.
    pub(super) fn new(text: &str) -> Option<Self> {
        let without = text.replace(&format!(" {SOURCE}"), "").replace(SOURCE, "");
        Some(Self {
            plain: HeaderValue::from_str(&without).ok()?,
            text: text.contains(SOURCE).then(|| text.to_owned()),
        })
    }

    /// The value for the answer to a request.
    pub(super) fn of(&self, request: &HttpRequest) -> HeaderValue {
        let Some(text) = &self.text else {
            return self.plain.clone();
        };
        let extensions = request.extensions();
        let nonce = extensions.get::<CspNonce>();
        let value = nonce
            .and_then(|nonce| HeaderValue::from_str(&text.replace("{nonce}", nonce.as_str())).ok());
        value.unwrap_or_else(|| self.plain.clone())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_nonce_is_there_where_somebody_has_asked_for_it() {
        let policy = "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'";
        let policy = Policy::new(policy).unwrap();
        let request = TestRequest::get().to_http_request();
        let plain = "default-src 'self'; script-src 'strict-dynamic'; style-src";
        assert_eq!(policy.of(&request), plain);
        let nonce = CspNonce::of(&request);
        assert_eq!(nonce, CspNonce::of(&request));
        let expected = format!(
            "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'"
        );
        assert_eq!(policy.of(&request), expected);
    }
}
