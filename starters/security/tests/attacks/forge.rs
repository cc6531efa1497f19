//! Makes tokens that nobody should believe.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use ring::signature::Ed25519KeyPair;
use savia::config::Algorithm;
use savia::jwt::SigningKey;
use serde_json::{Value, json};

use crate::application::KEY;

/// Holds the application's own key, and can say with it whatever it likes.
pub(crate) struct Forge {
    pair: Ed25519KeyPair,
    pub(crate) kid: String,
    /// The public key, as the JWKS shows it to everybody.
    pub(crate) public: Value,
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

impl Forge {
    pub(crate) fn new() -> Self {
        Self::of(KEY)
    }

    pub(crate) fn of(pem: &str) -> Self {
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let pair =
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(&STANDARD.decode(body).unwrap()).unwrap();
        let key = SigningKey::read(Algorithm::EdDsa, pem).unwrap();
        Self {
            pair,
            kid: key.verifying().id().to_owned(),
            public: key.verifying().jwk().unwrap(),
        }
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "kid": self.kid, "typ": "at+jwt" })
    }

    /// Claims that the application believes.
    pub(crate) fn claims() -> Value {
        json!({
            "iss": "notes", "aud": "notes", "sub": "1", "sid": "a-login", "jti": "1",
            "iat": now(), "nbf": now(), "exp": now() + 60, "roles": ["USER"],
        })
    }

    /// Signs whatever it is.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    pub(crate) fn sign_text(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", base64url(header), base64url(claims));
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", base64url(signature))
    }

    pub(crate) fn signature(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// A good token with one member of its header changed; `null` takes it away.
    pub(crate) fn with_header(&self, name: &str, value: Value) -> String {
        self.sign(&changed(self.header(), name, value), &Self::claims())
    }

    /// A good token with one claim changed; `null` takes it away.
    pub(crate) fn with_claim(&self, name: &str, value: Value) -> String {
        self.sign(&self.header(), &changed(Self::claims(), name, value))
    }

    /// A token whose signature is an HMAC.
    pub(crate) fn hmac(&self, header: &Value, key: &[u8]) -> String {
        let message = format!(
            "{}.{}",
            base64url(header.to_string()),
            base64url(Self::claims().to_string())
        );
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
        format!("{message}.{}", base64url(signature))
    }
}

pub(crate) fn changed(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.to_owned(), value),
    };
    object
}
