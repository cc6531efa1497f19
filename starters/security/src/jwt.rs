//! Access tokens: JSON Web Tokens that the application issues and believes.
//!
//! Signatures are made and verified by `ring`; what is around them is a few checks that stand here in
//! full. A token is believed where its header names the one algorithm of the configuration and a key
//! that is known, the signature is that key's, and `typ`, `iss`, `aud`, `exp` and `nbf` are as they
//! should be (RFC 8725, RFC 9068). A key belongs to one algorithm, so that no key of one kind can be
//! taken for one of another; `jku`, `x5u` and `jwk` in a header are never looked at.

mod authenticator;
mod cache;
mod claims;
mod issuer;
mod jws;
mod key;
mod keys;
mod pem;

pub use authenticator::JwtAuthenticator;
pub(crate) use authenticator::{Credentials, credentials, several};
pub use claims::Verified;
pub(crate) use claims::{Expected, text};
pub use issuer::{AccessToken, JwtIssuer};
pub(crate) use jws::Unverified;
pub use key::{SigningKey, VerifyingKey};
pub use keys::JwtKeys;
