//! What can be wrong with keys and tokens.

/// Why a key cannot be used, or a token is not believed.
///
/// A caller never reads which of them it was: an answer says that the token is not valid, or that it
/// has expired.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecurityError {
    /// The text is no token.
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// The token names another algorithm than the configuration.
    #[error("the token is signed with an algorithm that is not accepted")]
    Algorithm,
    /// Nobody has a key of that name.
    #[error("the token names a key that is not known")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the signature is wrong")]
    Signature,
    /// It was valid once.
    #[error("the token has expired")]
    Expired,
    /// It will be valid one day.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Another one issued it.
    #[error("the token is another issuer's")]
    Issuer,
    /// It is for somebody else.
    #[error("the token is for another audience")]
    Audience,
    /// It is a token of another kind.
    #[error("the token is of another kind")]
    Kind,
    /// It was taken back.
    #[error("the token was revoked")]
    Revoked,
    /// A key of the configuration cannot be read.
    #[error("{0}")]
    Key(String),
}
