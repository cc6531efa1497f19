//! The keys of an application: one that signs, and others that are believed.

use savia_core::config::Config;
use savia_core::error::Diagnosis;
use serde_json::{Value, json};

use super::{SigningKey, VerifyingKey};
use crate::SecurityError;
use crate::config::{Algorithm, JwtConfig};

/// The keys of an application: one that signs, and others that are believed.
#[derive(Debug)]
pub struct JwtKeys {
    algorithm: Algorithm,
    signing: SigningKey,
    believed: Vec<VerifyingKey>,
    /// It was made at start, and nobody else has it.
    pub(crate) made_up: bool,
}

impl JwtKeys {
    /// One that signs, and public keys of the same algorithm that are believed beside it.
    pub fn new(signing: SigningKey, others: impl IntoIterator<Item = VerifyingKey>) -> Self {
        let algorithm = signing.verifying().algorithm();
        let others = others
            .into_iter()
            .filter(|key| key.algorithm() == algorithm);
        let believed = std::iter::once(signing.verifying().clone()).chain(others);
        Self {
            algorithm,
            believed: believed.collect(),
            signing,
            made_up: false,
        }
    }

    /// As they are configured.
    ///
    /// # Errors
    ///
    /// What is wrong with which key.
    pub fn configured(jwt: &JwtConfig, config: &Config) -> Result<Self, Vec<Diagnosis>> {
        let mut faults = Vec::new();
        let algorithm = jwt.algorithm;
        let mut others = Vec::new();
        for key in &jwt.other_keys {
            match SigningKey::read(algorithm, key.expose()) {
                Ok(key) => others.push(key.verifying().clone()),
                Err(error) => faults.push(fault(config, "security.jwt.other_keys", &error)),
            }
        }
        let signing = match given(jwt, config) {
            Ok(Some((text, key))) => match SigningKey::read(algorithm, &text) {
                Ok(signing) => Some((signing, false)),
                Err(error) => {
                    faults.push(fault(config, key, &error));
                    None
                }
            },
            Ok(None) if config.is_prod() => {
                faults.push(missing(config));
                None
            }
            Ok(None) => match SigningKey::generate(algorithm) {
                Ok(signing) => Some((signing, true)),
                Err(error) => {
                    faults.push(fault(config, "security.jwt.key", &error));
                    None
                }
            },
            Err(fault) => {
                faults.push(*fault);
                None
            }
        };
        match signing {
            Some((signing, made_up)) if faults.is_empty() => {
                let mut keys = Self::new(signing, others);
                keys.made_up = made_up;
                Ok(keys)
            }
            _ => Err(faults),
        }
    }

    /// The algorithm of all of them.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key that signs.
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The key of that name. Names are compared, and nothing else is done with them.
    pub fn named(&self, id: &str) -> Option<&VerifyingKey> {
        self.believed.iter().find(|key| key.id() == id)
    }

    /// The public keys, as RFC 7517 writes them down; without secrets.
    pub fn jwks(&self) -> Value {
        let keys: Vec<_> = self.believed.iter().filter_map(VerifyingKey::jwk).collect();
        json!({ "keys": keys })
    }
}

/// The key that is configured, and by which key of the configuration.
fn given(
    jwt: &JwtConfig,
    config: &Config,
) -> Result<Option<(String, &'static str)>, Box<Diagnosis>> {
    if let Some(key) = &jwt.key {
        return Ok(Some((key.expose().clone(), "security.jwt.key")));
    }
    let Some(file) = &jwt.key_file else {
        return Ok(None);
    };
    match std::fs::read_to_string(config.dir().join(file)) {
        Ok(text) => Ok(Some((text, "security.jwt.key_file"))),
        Err(error) => Err(Box::new(
            Diagnosis::new(
                "security::key",
                format!("the key file `{file}` cannot be read: {error}"),
            )
            .at_key(config, "security.jwt.key_file")
            .help("name a file that is there, beside `application.yaml` or absolute"),
        )),
    }
}

fn fault(config: &Config, key: &str, error: &SecurityError) -> Diagnosis {
    Diagnosis::new("security::key", error.to_string())
        .at_key(config, key)
        .help("`openssl genpkey -algorithm ed25519` makes a key for EdDSA; keep it out of the repository, in `.env` or in a file")
}

fn missing(config: &Config) -> Diagnosis {
    let what = "there is no key to sign tokens with";
    Diagnosis::new("security::no_key", what)
        .at_key(config, "security.jwt.key")
        .because("one that is made at start is another after each start and in each instance")
        .help("set `SAVIA_SECURITY__JWT__KEY`, or `security.jwt.key_file`; `openssl genpkey -algorithm ed25519` makes one")
        .help("or write `security.jwt.enabled: false`")
}
