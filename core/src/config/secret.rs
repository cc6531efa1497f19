//! What is never shown.

use std::fmt;

use serde_json::Value;

/// What stands where a secret would.
pub(crate) const REDACTED: &str = "******";

/// A value that no log, error or listing shows.
///
/// ```
/// use savia_core::config::Secret;
///
/// let password = Secret::new("hunter2".to_owned());
/// assert_eq!(format!("{password} {password:?}"), "****** ******");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, no longer hidden.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Whether a key nobody declared sounds like a secret's.
pub(crate) fn sounds_secret(key: &str) -> bool {
    // The words by which Spring's sanitiser knew them.
    const WORDS: [&str; 8] = [
        "password",
        "passwd",
        "secret",
        "token",
        "credential",
        "private_key",
        "api_key",
        "apikey",
    ];
    let last = key
        .rsplit('.')
        .next()
        .unwrap_or(key)
        .to_lowercase()
        .replace('-', "_");
    last == "key" || WORDS.iter().any(|word| last.contains(word))
}

/// Takes out what must not be shown: all of a secret, the password of a URL, and members that
/// sound like secrets.
pub(crate) fn redact(value: Value, secret: bool) -> Value {
    match value {
        Value::Null => Value::Null,
        _ if secret => REDACTED.into(),
        Value::String(text) => mask_url(&text).into(),
        Value::Array(items) => items.into_iter().map(|item| redact(item, false)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| {
                let secret = sounds_secret(&name);
                let member = redact(member, secret);
                (name, member)
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other,
    }
}

/// `postgres://me:word@host/db` without the word.
pub(crate) fn mask_url(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let Some((user_info, _)) = authority.rsplit_once('@') else {
        return text.to_owned();
    };
    let Some((user, _)) = user_info.split_once(':') else {
        return text.to_owned();
    };
    format!("{scheme}://{user}:{REDACTED}{}", &rest[user_info.len()..])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_url_keeps_all_but_its_password() {
        assert_eq!(
            mask_url("postgres://me:w@rd@db:5432/x?y"),
            "postgres://me:******@db:5432/x?y"
        );
        assert_eq!(mask_url("redis://:word@db"), "redis://:******@db");
        assert_eq!(mask_url("http://db/@x:y"), "http://db/@x:y");
        assert_eq!(mask_url("sqlite:blog.db"), "sqlite:blog.db");
    }

    #[test]
    fn members_that_sound_like_secrets_are_hidden() {
        let value = json!({ "client": { "client-secret": "x", "id": 7 }, "list": ["a://b:c@d"] });
        assert_eq!(
            redact(value, false),
            json!({ "client": { "client-secret": "******", "id": 7 }, "list": ["a://b:******@d"] })
        );
        assert!(sounds_secret("security.jwt.key"));
        assert!(!sounds_secret("posts.keyboard"));
    }
}
