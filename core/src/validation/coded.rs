//! garde's rules, with a word for each that programs can match.

use std::borrow::Cow;
use std::fmt::Display;

use garde::i18n::{
    DefaultI18n, I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind,
    with_i18n,
};

use super::Violation;

/// Holds a value against its `#[garde(…)]` attributes; what `#[dto]` calls.
///
/// The code of a rule is garde's name of it (`length`, `range`, `email`, `pattern`, …). A custom
/// rule says its own code before its message, as in `garde::Error::new("taken: is taken already")`;
/// one that says none has the code `invalid`.
///
/// # Errors
///
/// The rules that are broken.
#[inline]
pub fn validate_garde<T: garde::Validate<Context = ()> + ?Sized>(
    value: &T,
) -> Result<(), Vec<Violation>> {
    match value.validate() {
        Ok(()) => Ok(()),
        Err(_) => Err(coded(value)),
    }
}

/// Holds the value against its rules again, with messages that carry codes: a value that keeps its
/// rules pays nothing for them.
#[cold]
fn coded<T: garde::Validate<Context = ()> + ?Sized>(value: &T) -> Vec<Violation> {
    let Err(report) = with_i18n(Coded, || value.validate()) else {
        return Vec::new();
    };
    report
        .iter()
        .map(|(path, error)| {
            let (code, message) = split(error.message());
            Violation {
                field: path.to_string(),
                code: code.to_owned(),
                message: message.to_owned(),
            }
        })
        .collect()
}

/// `length: length is lower than 1` into its code and its message.
fn split(message: &str) -> (&str, &str) {
    match message.split_once(": ") {
        Some((code, rest)) if is_code(code) => (code, rest),
        _ => ("invalid", message),
    }
}

fn is_code(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

/// garde's own messages, each after the code of its rule.
struct Coded;

macro_rules! coded {
    ($($method:ident($($argument:ident: $type:ty)?) => $code:literal;)*) => {
        $(fn $method(&self, $($argument: $type)?) -> Cow<'static, str> {
            format!(concat!($code, ": {}"), DefaultI18n.$method($($argument)?)).into()
        })*
    };
}

impl I18n for Coded {
    coded! {
        length_lower_than(min: usize) => "length";
        length_greater_than(max: usize) => "length";
        range_lower_than(min: &dyn Display) => "range";
        range_greater_than(max: &dyn Display) => "range";
        credit_card_invalid(reason: InvalidCreditCard) => "credit_card";
        pattern_no_match(pattern: &dyn Display) => "pattern";
        contains_missing(pattern: &dyn Display) => "contains";
        url_invalid(reason: InvalidUrl) => "url";
        prefix_missing(pattern: &dyn Display) => "prefix";
        suffix_missing(pattern: &dyn Display) => "suffix";
        phone_number_invalid(reason: InvalidPhoneNumber) => "phone_number";
        ip_invalid(kind: IpKind) => "ip";
        matches_field_mismatch(field: &dyn Display) => "matches";
        email_invalid(reason: InvalidEmail) => "email";
        ascii_invalid() => "ascii";
        alphanumeric_invalid() => "alphanumeric";
        required_not_set() => "required";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(garde::Validate)]
    struct Account {
        #[garde(length(min = 1))]
        name: String,
        #[garde(range(max = 10))]
        level: u8,
        #[garde(email)]
        email: String,
        #[garde(custom(always))]
        plain: (),
        #[garde(custom(reserved))]
        taken: (),
    }

    fn always(_: &(), _: &()) -> garde::Result {
        Err(garde::Error::new("is not right: look: again"))
    }

    fn reserved(_: &(), _: &()) -> garde::Result {
        Err(garde::Error::new("taken: is taken already"))
    }

    #[test]
    fn each_rule_has_its_code_and_garde_s_words() {
        let account = Account {
            name: String::new(),
            level: 11,
            email: "x".to_owned(),
            plain: (),
            taken: (),
        };
        let broken = validate_garde(&account).unwrap_err();
        let mut found: Vec<_> = broken
            .iter()
            .map(|it| (&*it.field, &*it.code, &*it.message))
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("email", "email", "not a valid email: value is missing `@`"),
                ("level", "range", "greater than 10"),
                ("name", "length", "length is lower than 1"),
                ("plain", "invalid", "is not right: look: again"),
                ("taken", "taken", "is taken already"),
            ]
        );
    }
}
