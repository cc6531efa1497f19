//! The compact form of a signed token (RFC 7515): three parts in base64url.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::VerifyingKey;
use crate::SecurityError;
use crate::config::Algorithm;
use crate::encoding::{base64url, from_base64url};

/// The longest token that is looked at; a header of more is refused by most servers anyway.
pub(super) const LONGEST: usize = 8 * 1024;

/// What a header may say that matters. A member that stands twice is a fault.
#[derive(Deserialize)]
pub(crate) struct Header {
    alg: String,
    pub(crate) kid: Option<String>,
    pub(crate) typ: Option<String>,
    crit: Option<Value>,
}

/// A token that has been taken apart and not been believed yet.
pub(crate) struct Unverified<'t> {
    pub(crate) header: Header,
    message: &'t [u8],
    payload: &'t [u8],
    signature: Vec<u8>,
}

impl<'t> Unverified<'t> {
    /// Takes a token apart.
    pub(crate) fn read(token: &'t [u8]) -> Result<Self, SecurityError> {
        let malformed = SecurityError::Malformed;
        if token.len() > LONGEST {
            return Err(malformed("it is too long"));
        }
        let mut dots = token
            .iter()
            .enumerate()
            .filter(|(_, c)| **c == b'.')
            .map(|(at, _)| at);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(malformed("it has not three parts"));
        };
        let header =
            from_base64url(&token[..first]).ok_or(malformed("its header is no base64url"))?;
        let header: Header =
            serde_json::from_slice(&header).map_err(|_| malformed("its header is no header"))?;
        if header.crit.is_some() {
            return Err(malformed("it asks for extensions"));
        }
        let signature = from_base64url(&token[second + 1..])
            .ok_or(malformed("its signature is no base64url"))?;
        Ok(Self {
            header,
            message: &token[..second],
            payload: &token[first + 1..second],
            signature,
        })
    }

    /// Whether the header names this algorithm.
    pub(crate) fn names(&self, algorithm: Algorithm) -> bool {
        self.header.alg == algorithm.name()
    }

    /// Who the token says has issued it. That alone is no reason to believe it: it says whose keys are to
    /// be looked at.
    pub(crate) fn claimed_issuer(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Claimed {
            iss: String,
        }
        let payload = from_base64url(self.payload)?;
        serde_json::from_slice(&payload)
            .ok()
            .map(|claimed: Claimed| claimed.iss)
    }

    /// What the token says, where it is signed by this key with the algorithm of this key.
    pub(crate) fn verify(self, key: &VerifyingKey) -> Result<Map<String, Value>, SecurityError> {
        if !self.names(key.algorithm()) {
            return Err(SecurityError::Algorithm);
        }
        if !key.verifies(self.message, &self.signature) {
            return Err(SecurityError::Signature);
        }
        let malformed = SecurityError::Malformed;
        let payload =
            from_base64url(self.payload).ok_or(malformed("its claims are no base64url"))?;
        serde_json::from_slice(&payload).map_err(|_| malformed("its claims are no object"))
    }
}

/// Signs claims.
pub(super) fn signed(
    key: &super::SigningKey,
    typ: &str,
    claims: &Map<String, Value>,
) -> Result<String, SecurityError> {
    let public = key.verifying();
    let header = serde_json::json!({
        "alg": public.algorithm().name(), "kid": public.id(), "typ": typ,
    });
    let unwritable = |_| SecurityError::Malformed("its claims cannot be written");
    let claims = serde_json::to_vec(claims).map_err(unwritable)?;
    let mut token = base64url(header.to_string());
    token.push('.');
    token.push_str(&base64url(claims));
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&base64url(signature));
    Ok(token)
}
