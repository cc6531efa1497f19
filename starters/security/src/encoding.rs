//! Random texts, hashes, and base64 as tokens are written.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use savia_core::{Error, Result};

/// Bytes as base64url without padding (RFC 7515, section 2).
pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a base64url without padding says. One that is not written in the one right way is none: no
/// token has a second spelling.
pub(crate) fn from_base64url(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// `N` random bytes of the system's own generator.
///
/// # Errors
///
/// The system has none to give.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::internal("the system gives no random bytes"))?;
    Ok(bytes)
}

/// A random text of 256 bits: 43 characters that need no escaping anywhere.
///
/// # Errors
///
/// As [`random`].
pub(crate) fn secret() -> Result<String> {
    random::<32>().map(base64url)
}

/// The SHA-256 of a text that is random enough to need no salt, as base64url: what is stored of a
/// secret, so that who reads the store has none.
pub(crate) fn hashed(text: &str) -> String {
    base64url(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_spelling() {
        assert_eq!(from_base64url("AQI"), Some(vec![1, 2]));
        for other in ["AQI=", "AQJ", "AQ I", "A", "AQI\n", "A+/I"] {
            assert_eq!(from_base64url(other), None, "{other}");
        }
    }

    #[test]
    fn secrets_are_long_and_differ() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
    }
}
