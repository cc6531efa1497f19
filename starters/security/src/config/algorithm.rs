//! How tokens are signed.

use savia_core::config::{ConfigError, ConfigValue, Input, Shape};

/// How tokens are signed; the names are those of RFC 7518 and RFC 8037.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519: small and quick.
    EdDsa,
    /// RSA of 2048 bits or more with SHA-256.
    Rs256,
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// HMAC with SHA-256: who can verify can sign too.
    Hs256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EdDsa, Self::Rs256, Self::Es256, Self::Hs256];

    /// Its name in a token's header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
        }
    }

    /// The algorithm of that name. Names are case-sensitive, and `none` is none.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

// By hand and not by `#[config]`: these are the standard's own spellings.
impl ConfigValue for Algorithm {
    fn shape() -> Shape {
        let names = Self::ALL.map(Self::name);
        Shape::scalar(
            "`EdDSA`, `RS256`, `ES256` or `HS256`",
            serde_json::json!({ "enum": names }),
        )
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        input.parsed(Self::shape(), Self::of)
    }

    fn to_json(&self) -> serde_json::Value {
        self.name().into()
    }
}
