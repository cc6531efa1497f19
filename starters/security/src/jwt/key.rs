//! Keys. Each belongs to one algorithm for good.

use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
    UnparsedPublicKey,
};
use serde_json::{Value, json};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::pem;
use crate::SecurityError;
use crate::config::Algorithm;
use crate::encoding::{base64url, from_base64url, hashed};

/// A key that signs.
pub struct SigningKey {
    pair: Pair,
    public: VerifyingKey,
}

enum Pair {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
    Hmac(hmac::Key),
}

/// A key that verifies.
#[derive(Clone)]
pub struct VerifyingKey {
    id: String,
    public: Public,
}

#[derive(Clone)]
enum Public {
    Ed(Vec<u8>),
    /// Uncompressed, with its leading 4.
    Ec(Vec<u8>),
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    Hmac(hmac::Key),
}

fn unusable(what: impl Into<String>) -> SecurityError {
    SecurityError::Key(what.into())
}

impl SigningKey {
    /// Reads a key for an algorithm: PKCS#8 in PEM, or base64 for HS256.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without a word of what it holds.
    pub fn read(algorithm: Algorithm, text: &str) -> Result<Self, SecurityError> {
        if algorithm == Algorithm::Hs256 {
            return Self::secret(text);
        }
        Self::of_pkcs8(algorithm, &pem::pkcs8(text).map_err(unusable)?)
    }

    /// Makes a new key.
    ///
    /// # Errors
    ///
    /// RSA keys cannot be made here; the system has no random bytes.
    pub fn generate(algorithm: Algorithm) -> Result<Self, SecurityError> {
        let random = SystemRandom::new();
        let failed = |_| unusable("no key can be made");
        match algorithm {
            Algorithm::EdDsa => {
                let made = Ed25519KeyPair::generate_pkcs8(&random).map_err(failed)?;
                Self::of_pkcs8(algorithm, made.as_ref())
            }
            Algorithm::Es256 => {
                let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let made = EcdsaKeyPair::generate_pkcs8(kind, &random).map_err(failed)?;
                Self::of_pkcs8(algorithm, made.as_ref())
            }
            Algorithm::Hs256 => {
                let made: [u8; 32] = ring::rand::generate(&random).map_err(failed)?.expose();
                Ok(Self::of_secret(&made))
            }
            Algorithm::Rs256 => Err(unusable(
                "an RSA key has to be given: `openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:3072`",
            )),
        }
    }

    fn of_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, SecurityError> {
        let name = algorithm.name();
        let rejected =
            |why: ring::error::KeyRejected| unusable(format!("the key is none for {name}: {why}"));
        let (pair, public) = match algorithm {
            Algorithm::EdDsa => {
                // `openssl` leaves the public half out.
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(rejected)?;
                let public = Public::Ed(pair.public_key().as_ref().to_vec());
                (Pair::Ed(pair), public)
            }
            Algorithm::Es256 => {
                let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let pair =
                    EcdsaKeyPair::from_pkcs8(kind, der, &SystemRandom::new()).map_err(rejected)?;
                let public = Public::Ec(pair.public_key().as_ref().to_vec());
                (Pair::Ec(pair), public)
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(der).map_err(rejected)?;
                let parts = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                let public = Public::Rsa {
                    n: parts.n,
                    e: parts.e,
                };
                (Pair::Rsa(Box::new(pair)), public)
            }
            Algorithm::Hs256 => return Err(unusable("HS256 has no key pairs")),
        };
        Ok(Self {
            pair,
            public: VerifyingKey::of(public),
        })
    }

    fn secret(text: &str) -> Result<Self, SecurityError> {
        let text = text.trim();
        let bytes = from_base64url(text)
            .or_else(|| STANDARD.decode(text).ok())
            .or_else(|| STANDARD_NO_PAD.decode(text).ok());
        let Some(bytes) = bytes else {
            return Err(unusable(
                "the key for HS256 is no base64; `openssl rand -base64 32` makes one",
            ));
        };
        // RFC 7518, section 3.2: no shorter than the hash.
        if bytes.len() < 32 {
            return Err(unusable(
                "the key for HS256 has fewer than 32 bytes; `openssl rand -base64 32` makes one",
            ));
        }
        let first = bytes.first();
        if bytes.iter().all(|byte| Some(byte) == first) {
            return Err(unusable("the key for HS256 is one byte again and again"));
        }
        Ok(Self::of_secret(&bytes))
    }

    fn of_secret(bytes: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        // Named by what it makes of a fixed text: nothing about the key can be learnt of that.
        let id = base64url(hmac::sign(&key, b"the name of this key"));
        Self {
            pair: Pair::Hmac(key.clone()),
            public: VerifyingKey {
                id: id[..16].to_owned(),
                public: Public::Hmac(key),
            },
        }
    }

    /// Signs a message.
    ///
    /// # Errors
    ///
    /// The system has no random bytes.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SecurityError> {
        let random = SystemRandom::new();
        let failed = |_| unusable("the key could not sign");
        Ok(match &self.pair {
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Ec(pair) => pair
                .sign(&random, message)
                .map_err(failed)?
                .as_ref()
                .to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(failed)?;
                signature
            }
            Pair::Hmac(key) => hmac::sign(key, message).as_ref().to_vec(),
        })
    }

    /// The key that verifies what this one signs.
    pub fn verifying(&self) -> &VerifyingKey {
        &self.public
    }
}

impl VerifyingKey {
    fn of(public: Public) -> Self {
        let mut key = Self {
            id: String::new(),
            public,
        };
        key.id = key.thumbprint();
        key
    }

    /// A key of a JWKS, under the name it has there; nothing where it is none that verifies one of the
    /// four algorithms.
    pub fn of_jwk(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name)?.as_str();
        let bytes = |name: &str| from_base64url(text(name)?);
        if text("use").is_some_and(|used| used != "sig") {
            return None;
        }
        // What is published is no secret: a key of the kind `oct` is never taken from a JWKS.
        let public = match (text("kty")?, text("crv")) {
            ("OKP", Some("Ed25519")) => Public::Ed(bytes("x")?),
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                Public::Ec([&[4], &x[..], &y[..]].concat())
            }
            ("RSA", _) => Public::Rsa {
                n: bytes("n")?,
                e: bytes("e")?,
            },
            _ => return None,
        };
        let mut key = Self::of(public);
        if text("alg").is_some_and(|named| named != key.algorithm().name()) {
            return None;
        }
        if let Some(id) = text("kid") {
            key.id = id.to_owned();
        }
        Some(key)
    }

    /// Its name (`kid`).
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The one algorithm it is for.
    pub fn algorithm(&self) -> Algorithm {
        match &self.public {
            Public::Ed(_) => Algorithm::EdDsa,
            Public::Ec(_) => Algorithm::Es256,
            Public::Rsa { .. } => Algorithm::Rs256,
            Public::Hmac(_) => Algorithm::Hs256,
        }
    }

    /// Whether the signature of the message is this key's.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key_of = |kind: &'static dyn signature::VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(kind, key)
                .verify(message, signature)
                .is_ok()
        };
        match &self.public {
            Public::Ed(key) => key_of(&ED25519, key),
            Public::Ec(key) => key_of(&ECDSA_P256_SHA256_FIXED, key),
            Public::Rsa { n, e } => PublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            Public::Hmac(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }

    /// As a JWK that anybody may read; nothing for a secret.
    pub fn jwk(&self) -> Option<Value> {
        let mut jwk = self.members()?;
        jwk["use"] = "sig".into();
        jwk["alg"] = self.algorithm().name().into();
        jwk["kid"] = self.id.as_str().into();
        Some(jwk)
    }

    /// The members of which a thumbprint is made; serde_json writes them sorted.
    fn members(&self) -> Option<Value> {
        Some(match &self.public {
            Public::Ed(x) => json!({ "crv": "Ed25519", "kty": "OKP", "x": base64url(x) }),
            Public::Ec(point) => json!({
                "crv": "P-256", "kty": "EC",
                "x": base64url(&point[1..33]), "y": base64url(&point[33..]),
            }),
            Public::Rsa { n, e } => json!({ "e": base64url(e), "kty": "RSA", "n": base64url(n) }),
            Public::Hmac(_) => return None,
        })
    }

    /// RFC 7638: a name that follows from the key, so that every instance calls it the same.
    fn thumbprint(&self) -> String {
        self.members()
            .map_or_else(String::new, |members| hashed(&members.to_string()))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.public.id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_signs_and_verifies() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Hs256] {
            let key = SigningKey::generate(algorithm).unwrap();
            let mut signature = key.sign(b"message").unwrap();
            assert_eq!(key.verifying().algorithm(), algorithm);
            assert!(key.verifying().verifies(b"message", &signature));
            assert!(!key.verifying().verifies(b"massage", &signature));
            signature[5] ^= 1;
            assert!(!key.verifying().verifies(b"message", &signature));
            assert!(!key.verifying().verifies(b"message", b""));
        }
    }

    #[test]
    fn a_public_key_is_the_same_by_way_of_its_jwk_and_a_secret_has_none() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
            let key = SigningKey::generate(algorithm).unwrap();
            let jwk = key.verifying().jwk().unwrap();
            let read = VerifyingKey::of_jwk(&jwk).unwrap();
            assert_eq!(
                (read.id(), read.algorithm()),
                (key.verifying().id(), algorithm)
            );
            assert!(read.verifies(b"message", &key.sign(b"message").unwrap()));
            assert!(jwk.get("d").is_none());
        }
        let secret = SigningKey::generate(Algorithm::Hs256).unwrap();
        assert_eq!(secret.verifying().jwk(), None);
    }

    #[test]
    fn a_jwk_that_is_no_public_key_for_signatures_is_passed_over() {
        for jwk in [
            json!({ "kty": "oct", "k": "AQID" }),
            json!({ "kty": "OKP", "crv": "Ed25519" }),
            json!({ "kty": "OKP", "crv": "X25519", "x": "AQID" }),
            json!({ "kty": "EC", "crv": "P-256", "x": "AQID", "y": "AQID" }),
            json!({ "kty": "RSA", "n": "AQ==", "e": "AQAB" }),
            json!({ "kty": "RSA", "n": "AQID", "e": "AQAB", "use": "enc" }),
            json!({ "kty": "RSA", "n": "AQID", "e": "AQAB", "alg": "HS256" }),
            json!([]),
            json!(null),
            json!({ "kty": 5 }),
        ] {
            assert!(VerifyingKey::of_jwk(&jwk).is_none(), "{jwk}");
        }
    }

    #[test]
    fn a_weak_secret_is_refused() {
        for text in [
            "secret",
            "",
            "c2hvcnQ=",
            &STANDARD.encode([7; 32]),
            "not base64 at all, is it?",
        ] {
            assert!(SigningKey::read(Algorithm::Hs256, text).is_err(), "{text}");
        }
    }
}
