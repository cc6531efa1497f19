//! What a token says, and whether that holds now.

use serde_json::{Map, Value};

use crate::{Principal, SecurityError};

/// A token that is believed.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Whom it speaks of.
    pub principal: Principal,
    /// When it ends, in seconds since 1970, without leeway.
    pub expires_at: i64,
}

/// What the claims of a token must say.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    /// Seconds.
    pub(crate) leeway: i64,
}

impl Expected {
    /// Holds the claims against what is expected, at this moment in seconds.
    pub(crate) fn check(
        &self,
        claims: &Map<String, Value>,
        now: i64,
    ) -> Result<i64, SecurityError> {
        let malformed = SecurityError::Malformed;
        let expires_at = moment(claims, "exp")?.ok_or(malformed("it has no end"))?;
        if expires_at.saturating_add(self.leeway) <= now {
            return Err(SecurityError::Expired);
        }
        if moment(claims, "nbf")?.is_some_and(|from| from.saturating_sub(self.leeway) > now) {
            return Err(SecurityError::NotYetValid);
        }
        if moment(claims, "iat")?.is_some_and(|at| at.saturating_sub(self.leeway) > now) {
            return Err(SecurityError::NotYetValid);
        }
        if claims.get("iss").and_then(Value::as_str) != Some(self.issuer.as_str()) {
            return Err(SecurityError::Issuer);
        }
        let wanted = self.audience.as_str();
        let is_for = match claims.get("aud") {
            Some(Value::String(audience)) => audience == wanted,
            Some(Value::Array(audiences)) => audiences.iter().any(|it| it.as_str() == Some(wanted)),
            _ => false,
        };
        if !is_for {
            return Err(SecurityError::Audience);
        }
        Ok(expires_at)
    }
}

/// A NumericDate in whole seconds: an integer, or a number with a fraction.
fn moment(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, SecurityError> {
    // Times past the year 275,000 are none.
    const LATEST: f64 = 8.64e12;
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let fault = SecurityError::Malformed("one of its times is no time");
    let seconds = value
        .as_f64()
        .filter(|it| (0.0..=LATEST).contains(it))
        .ok_or(fault)?;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "it is within the range above"
    )]
    Ok(Some(seconds.floor() as i64))
}

/// A text of the claims.
pub(crate) fn text<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

/// The texts of a list in the claims.
pub(crate) fn texts(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let list = claims.get(name).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(changes: Value, expected: Result<i64, SecurityError>) {
        let mut claims = json!({ "exp": 1_000, "iss": "here", "aud": "me" });
        for (name, value) in changes.as_object().unwrap() {
            claims[name.as_str()] = value.clone();
        }
        let wanted = Expected {
            issuer: "here".into(),
            audience: "me".into(),
            leeway: 30,
        };
        let found = wanted.check(claims.as_object().unwrap(), 950);
        assert_eq!(found, expected, "{claims}");
    }

    #[test]
    fn claims_hold_or_do_not() {
        use SecurityError as E;
        check(json!({}), Ok(1_000));
        check(json!({ "exp": 921 }), Ok(921));
        check(json!({ "exp": 920 }), Err(E::Expired));
        check(json!({ "exp": 1_000.9 }), Ok(1_000));
        check(json!({ "nbf": 980 }), Ok(1_000));
        check(json!({ "nbf": 981 }), Err(E::NotYetValid));
        check(json!({ "iat": 981 }), Err(E::NotYetValid));
        check(json!({ "iss": "there" }), Err(E::Issuer));
        check(json!({ "iss": ["here"] }), Err(E::Issuer));
        check(json!({ "iss": null }), Err(E::Issuer));
        check(json!({ "aud": ["you", "me"] }), Ok(1_000));
        check(json!({ "aud": ["you"] }), Err(E::Audience));
        check(json!({ "aud": {} }), Err(E::Audience));
        check(json!({ "aud": null }), Err(E::Audience));
        for time in [
            json!("1000"),
            json!(null),
            json!(-1),
            json!(1e300),
            json!([]),
            json!(true),
        ] {
            let fault = E::Malformed("one of its times is no time");
            check(json!({ "exp": time }), Err(fault));
        }
    }
}
