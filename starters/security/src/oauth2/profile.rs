//! Who a provider says somebody is.

use serde_json::{Map, Value};

use super::id_token::is_subject;
use crate::user::normalized;

/// Who a provider says somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Who has given out the subject: the issuer, or where tokens are given out. With the subject it is
    /// somebody for good; an address is not.
    pub(super) issuer: String,
    /// The provider's name here.
    pub(super) provider: String,
    pub(super) subject: String,
    pub(super) email: Option<String>,
    /// Whether the provider has had the address proved.
    pub(super) proved: bool,
}

/// The subject of claims: a text, or a number as GitHub's ids are.
pub(super) fn subject(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let subject = match claims.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
        _ => return None,
    };
    is_subject(&subject).then_some(subject)
}

/// The address of claims, and whether it is proved. Some providers write `"true"`.
pub(super) fn address(claims: &Map<String, Value>) -> Option<(String, bool)> {
    let email = normalized(claims.get("email")?.as_str()?)?;
    let proved = match claims.get("email_verified") {
        Some(Value::Bool(proved)) => *proved,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    Some((email, proved))
}

/// The first address of GitHub's list that is proved, and before all others the primary one.
pub(super) fn proved_address(list: &Value) -> Option<String> {
    let is = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_bool) == Some(true);
    let proved = || {
        list.as_array()
            .into_iter()
            .flatten()
            .filter(|it| is(it, "verified"))
    };
    let chosen = proved()
        .find(|it| is(it, "primary"))
        .or_else(|| proved().next())?;
    normalized(chosen.get("email")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_subject_is_a_text_or_a_whole_number() {
        let check = |value: Value, expected: Option<&str>| {
            let claims = json!({ "id": value });
            let found = subject(claims.as_object().unwrap(), "id");
            assert_eq!(found.as_deref(), expected, "{claims}");
        };
        check(json!("7"), Some("7"));
        check(json!(7), Some("7"));
        for bad in [
            json!(7.5),
            json!(""),
            json!(null),
            json!([7]),
            json!(true),
            json!("a\0"),
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn an_address_is_proved_where_the_provider_says_so() {
        let check = |claims: Value, expected: Option<(&str, bool)>| {
            let found = address(claims.as_object().unwrap());
            let expected = expected.map(|(email, proved)| (email.to_owned(), proved));
            assert_eq!(found, expected, "{claims}");
        };
        check(
            json!({ "email": "A@b.c", "email_verified": true }),
            Some(("a@b.c", true)),
        );
        check(
            json!({ "email": "a@b.c", "email_verified": "true" }),
            Some(("a@b.c", true)),
        );
        check(
            json!({ "email": "a@b.c", "email_verified": 1 }),
            Some(("a@b.c", false)),
        );
        check(json!({ "email": "a@b.c" }), Some(("a@b.c", false)));
        check(json!({ "email": "a", "email_verified": true }), None);
        check(json!({ "email_verified": true }), None);
    }

    #[test]
    fn of_several_addresses_a_proved_one_counts() {
        let list = json!([
            { "email": "a@b.c", "primary": true, "verified": false },
            { "email": "d@b.c", "primary": false, "verified": true },
        ]);
        assert_eq!(proved_address(&list).as_deref(), Some("d@b.c"));
        assert_eq!(proved_address(&json!({})), None);
        assert_eq!(proved_address(&json!([{ "email": "a@b.c" }])), None);
    }
}
