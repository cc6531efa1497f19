//! Which passwords are refused.

use savia_core::validation::Violation;

use super::common;
use crate::config::PasswordsConfig;

/// Which passwords are refused: those that are too short or too long, those that many people have, and
/// those that the account or the application gives away (ASVS 6.2.1, 6.2.4, 6.2.9, 6.2.11).
///
/// Anything else goes: any character, any composition, spaces too.
#[derive(Debug, Clone)]
pub struct PasswordPolicy {
    config: PasswordsConfig,
    application: String,
}

impl PasswordPolicy {
    /// As it is configured, for an application of this name.
    pub fn new(config: PasswordsConfig, application: impl Into<String>) -> Self {
        Self {
            config,
            application: application.into(),
        }
    }

    /// What is wrong with a password of an account, if anything is.
    pub fn fault(&self, password: &str, account: &str) -> Option<Violation> {
        let (least, most) = (self.config.min_length, self.config.max_length);
        let length = password.chars().count();
        if length < least {
            return Some(violation(
                "length",
                format!("has fewer than {least} characters"),
            ));
        }
        if length > most {
            return Some(violation(
                "length",
                format!("has more than {most} characters"),
            ));
        }
        if !self.config.refuse_common {
            return None;
        }
        if common::is_common(password) {
            return Some(violation(
                "common",
                "is one that many people have".to_owned(),
            ));
        }
        if self.is_given_away(password, account) {
            return Some(violation(
                "guessable",
                "follows from the account".to_owned(),
            ));
        }
        None
    }

    /// The address, what stands before its `@`, or the application's name, with no more than a few
    /// signs around it.
    fn is_given_away(&self, password: &str, account: &str) -> bool {
        let password = common::plain(password);
        let local = account.split('@').next().unwrap_or(account);
        [account, local, &self.application].into_iter().any(|word| {
            let word = common::plain(word);
            word.len() >= 4
                && password.contains(&word)
                && password.chars().count() - word.chars().count() <= 4
        })
    }
}

fn violation(code: &str, message: String) -> Violation {
    Violation {
        field: "password".to_owned(),
        code: code.to_owned(),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str, expected: Option<&str>) {
        let policy = PasswordPolicy::new(PasswordsConfig::default(), "blogger");
        let fault = policy.fault(password, "ada.lovelace@example.com");
        assert_eq!(fault.map(|it| it.code).as_deref(), expected, "{password}");
    }

    #[test]
    fn length_counts_in_characters() {
        check("short", Some("length"));
        check("ÄÖÜßäöü", Some("length"));
        check("grün über blau", None);
        let long: String = (0..26).map(|at| format!("{at}, x ")).collect();
        check(&long[..128], None);
        check(&long[..129], Some("length"));
    }

    #[test]
    fn any_composition_will_do() {
        check("correct horse battery staple", None);
        check("vierblättriges kleeblatt", None);
        check("7391845026431", None);
        check("^°§%&/()=?{[]}", None);
    }

    #[test]
    fn what_the_account_gives_away_is_refused() {
        check("ada.lovelace", Some("guessable"));
        check("Ada.Lovelace1!", Some("guessable"));
        check("ada.lovelace@example.com", Some("guessable"));
        check("blogger2026", Some("guessable"));
        check("ada.lovelace wrote the first one", None);
    }
}
