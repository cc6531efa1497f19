//! ID tokens (OpenID Connect Core 1.0, section 3.1.3.7).

use savia_core::Result;
use savia_starter_web::Problem;
use serde_json::{Map, Value};

use super::keys::RemoteKeys;
use crate::config::Algorithm;
use crate::jwt::{Expected, Unverified, text};
use crate::{SecurityError, clock};

/// How far the provider's clock may be apart, in seconds.
const LEEWAY: i64 = 60;

/// What an ID token has to say.
pub(super) struct Asked<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) algorithm: Algorithm,
    pub(super) nonce: &'a str,
}

impl Asked<'_> {
    /// The claims of an ID token that is signed by the provider and was made for this errand.
    ///
    /// # Errors
    ///
    /// 401 where it is not believed; `Unavailable` where the provider's keys cannot be had.
    pub(super) async fn believe(
        &self,
        token: &str,
        keys: &RemoteKeys,
        jwks_url: &str,
    ) -> Result<Map<String, Value>> {
        let unverified = Unverified::read(token.as_bytes()).map_err(refused)?;
        if !unverified.names(self.algorithm) {
            return Err(refused(SecurityError::Algorithm));
        }
        let key = keys
            .named(unverified.header.kid.as_deref(), jwks_url)
            .await?
            .ok_or(SecurityError::UnknownKey)
            .map_err(refused)?;
        let claims = unverified.verify(&key).map_err(refused)?;
        self.check(&claims, clock::now() / 1_000).map_err(refused)?;
        Ok(claims)
    }

    fn check(&self, claims: &Map<String, Value>, now: i64) -> Result<(), SecurityError> {
        let expected = Expected {
            issuer: self.issuer.to_owned(),
            audience: self.client_id.to_owned(),
            leeway: LEEWAY,
        };
        expected.check(claims, now)?;
        // One that is for several has to say whom it was given to.
        let several = matches!(claims.get("aud"), Some(Value::Array(all)) if all.len() > 1);
        match claims.get("azp") {
            Some(party) if party.as_str() != Some(self.client_id) => {
                return Err(SecurityError::Audience);
            }
            None if several => return Err(SecurityError::Audience),
            _ => {}
        }
        if text(claims, "nonce") != Some(self.nonce) {
            return Err(SecurityError::Malformed("its nonce is another"));
        }
        match text(claims, "sub") {
            Some(subject) if is_subject(subject) => Ok(()),
            _ => Err(SecurityError::Malformed("it has no subject")),
        }
    }
}

/// At most 255 characters (section 2), and something.
pub(super) fn is_subject(subject: &str) -> bool {
    let length = subject.chars().count();
    (1..=255).contains(&length) && !subject.chars().any(char::is_control)
}

fn refused(error: SecurityError) -> savia_core::Error {
    Problem::unauthorized("the provider's answer is not valid")
        .with_code("invalid_id_token")
        .with_cause(error)
        .into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_made_for_this_errand_or_is_not_believed() {
        use SecurityError as E;
        let check = |changes: Value, expected: Result<(), E>| {
            let mut claims = json!({
                "iss": "https://id.example", "aud": "shop", "sub": "7", "exp": 1_000, "nonce": "n",
            });
            for (name, value) in changes.as_object().unwrap() {
                claims[name.as_str()] = value.clone();
            }
            let asked = Asked {
                issuer: "https://id.example",
                client_id: "shop",
                algorithm: Algorithm::Rs256,
                nonce: "n",
            };
            let found = asked.check(claims.as_object().unwrap(), 950);
            assert_eq!(found, expected, "{claims}");
        };
        let malformed = |why| Err(E::Malformed(why));
        check(json!({}), Ok(()));
        check(json!({ "iss": "https://id.example/" }), Err(E::Issuer));
        check(json!({ "aud": "other" }), Err(E::Audience));
        check(json!({ "aud": ["shop"] }), Ok(()));
        check(json!({ "aud": ["shop", "other"] }), Err(E::Audience));
        check(json!({ "aud": ["shop", "other"], "azp": "shop" }), Ok(()));
        check(json!({ "azp": "other" }), Err(E::Audience));
        check(json!({ "nonce": "m" }), malformed("its nonce is another"));
        check(json!({ "nonce": null }), malformed("its nonce is another"));
        check(json!({ "sub": "" }), malformed("it has no subject"));
        check(json!({ "sub": 7 }), malformed("it has no subject"));
        check(
            json!({ "sub": "a".repeat(256) }),
            malformed("it has no subject"),
        );
        check(json!({ "exp": 800 }), Err(E::Expired));
        check(json!({ "iat": 2_000 }), Err(E::NotYetValid));
    }
}
