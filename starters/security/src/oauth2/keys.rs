//! The keys that an issuer publishes (RFC 7517).

use std::time::Duration;

use savia_core::Result;
use serde_json::Value;

use super::fetched::Fetched;
use super::http::{Http, unavailable};
use crate::config::Algorithm;
use crate::jwt::VerifyingKey;

/// For how long keys are kept whose issuer does not say.
const KEPT: Duration = Duration::from_secs(600);
/// The shortest and longest time that an issuer's word on it is taken for.
const LEAST: Duration = Duration::from_secs(60);
const MOST: Duration = Duration::from_secs(24 * 3_600);
/// For how long keys are used beyond that, while the issuer cannot be reached.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// The keys of an issuer, fetched when they are first asked for, when they are old, and when a token
/// names one that is not among them.
pub(super) struct RemoteKeys {
    algorithm: Algorithm,
    /// How often keys are fetched for names that are not known.
    refresh: Duration,
    http: Http,
    fetched: Fetched<Vec<VerifyingKey>>,
}

impl RemoteKeys {
    pub(super) fn new(algorithm: Algorithm, refresh: Duration, http: Http) -> Self {
        Self {
            algorithm,
            refresh,
            http,
            fetched: Fetched::new(PATIENCE),
        }
    }

    /// The key of that name for the issuer's algorithm, without asking anybody.
    pub(super) fn kept(&self, id: Option<&str>) -> Option<VerifyingKey> {
        chosen(&self.fetched.fresh()?, id)
    }

    /// The key of that name at a URL; a token that names none has the only one.
    ///
    /// # Errors
    ///
    /// `Unavailable` where there are no keys and none can be fetched.
    pub(super) async fn named(&self, id: Option<&str>, url: &str) -> Result<Option<VerifyingKey>> {
        let keys = self.fetched.get(|| self.fetch(url)).await?;
        if let Some(key) = chosen(&keys, id) {
            return Ok(Some(key));
        }
        // It may be a new one. Whoever invents names has nothing fetched more often than this.
        let keys = self.fetched.newer(self.refresh, || self.fetch(url)).await?;
        Ok(chosen(&keys, id))
    }

    async fn fetch(&self, url: &str) -> Result<(Vec<VerifyingKey>, Duration)> {
        let answer = self.http.json(url, None).await?;
        let Some(keys) = answer.json.get("keys").and_then(Value::as_array) else {
            return Err(unavailable(url, "its answer is no set of keys"));
        };
        // Keys of kinds that are not known are left out (section 5).
        let keys = keys.iter().filter_map(VerifyingKey::of_jwk);
        let keys = keys.filter(|key| key.algorithm() == self.algorithm);
        let good_for = answer.max_age.unwrap_or(KEPT).clamp(LEAST, MOST);
        Ok((keys.collect(), good_for))
    }
}

/// The key of that name. Of two of one name none counts, and without a name there has to be but one.
fn chosen(keys: &[VerifyingKey], id: Option<&str>) -> Option<VerifyingKey> {
    let mut found = keys.iter().filter(|key| id.is_none_or(|id| key.id() == id));
    match (found.next(), found.next()) {
        (Some(key), None) => Some(key.clone()),
        _ => None,
    }
}
