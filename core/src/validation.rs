//! Rules that values keep, whoever reads them: an HTTP body, a configuration, a row.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A rule that a value breaks.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// The field, as a path: `address.lines[0]`; empty for the value as a whole.
    pub field: String,
    /// The rule, as a word that programs can match: `length`, `range`, `email`, `required`.
    pub code: String,
    /// The rule in words.
    pub message: String,
}

/// A type whose values can be held against their rules.
///
/// `#[dto]` implements it from the `#[garde(…)]` attributes of the fields; types without rules
/// (numbers, text, times, JSON) always pass. Implement it by hand for a type of another crate's
/// wrapper, or to state a rule that no attribute can.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which rules its values keep",
    label = "not validated",
    note = "put `#[dto]` on the type, or implement `savia::validation::Validate` for it"
)]
pub trait Validate {
    /// All the rules this value breaks; none in the common case, which must not allocate.
    ///
    /// # Errors
    ///
    /// The rules that are broken.
    fn validate(&self) -> Result<(), Vec<Violation>>;
}

macro_rules! without_rules {
    ($($type:ty),* $(,)?) => {
        $(impl Validate for $type {
            #[inline]
            fn validate(&self) -> Result<(), Vec<Violation>> { Ok(()) }
        })*
    };
}

without_rules!(
    (), bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64,
    String, str, serde_json::Value, serde_json::Map<String, serde_json::Value>, uuid::Uuid,
    chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::FixedOffset>, chrono::NaiveDate,
    chrono::NaiveTime, chrono::NaiveDateTime, std::net::IpAddr, std::net::Ipv4Addr,
    std::net::Ipv6Addr,
);

/// Holds parts against their rules, each under its own path.
fn each<'a, T: Validate + ?Sized + 'a>(
    parts: impl Iterator<Item = (String, &'a T)>,
) -> Result<(), Vec<Violation>> {
    let mut broken = Vec::new();
    for (at, part) in parts {
        if let Err(violations) = part.validate() {
            broken.extend(violations.into_iter().map(|violation| Violation {
                field: join(&at, &violation.field),
                ..violation
            }));
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken)
    }
}

fn join(parent: &str, field: &str) -> String {
    match field {
        "" => parent.to_owned(),
        index if index.starts_with('[') => format!("{parent}{index}"),
        name => format!("{parent}.{name}"),
    }
}

macro_rules! sequences {
    ($($type:ty),* $(,)?) => {
        $(impl<T: Validate> Validate for $type {
            fn validate(&self) -> Result<(), Vec<Violation>> {
                if self.iter().all(|part| part.validate().is_ok()) {
                    return Ok(());
                }
                each(self.iter().enumerate().map(|(at, part)| (format!("[{at}]"), part)))
            }
        })*
    };
}

sequences!(Vec<T>, [T], BTreeSet<T>, HashSet<T>);

macro_rules! maps {
    ($($type:ty),* $(,)?) => {
        $(impl<T: Validate> Validate for $type {
            fn validate(&self) -> Result<(), Vec<Violation>> {
                if self.values().all(|part| part.validate().is_ok()) {
                    return Ok(());
                }
                each(self.iter().map(|(key, part)| (key.clone(), part)))
            }
        })*
    };
}

maps!(HashMap<String, T>, BTreeMap<String, T>);

macro_rules! transparent {
    ($($type:ty),* $(,)?) => {
        $(impl<T: Validate + ?Sized> Validate for $type {
            #[inline]
            fn validate(&self) -> Result<(), Vec<Violation>> { (**self).validate() }
        })*
    };
}

transparent!(Box<T>, Arc<T>, &T);

impl<T: Validate> Validate for Option<T> {
    #[inline]
    fn validate(&self) -> Result<(), Vec<Violation>> {
        self.as_ref().map_or(Ok(()), Validate::validate)
    }
}

macro_rules! tuples {
    ($(($($part:ident $at:tt),+))*) => {
        $(impl<$($part: Validate),+> Validate for ($($part,)+) {
            fn validate(&self) -> Result<(), Vec<Violation>> {
                let mut broken = Vec::new();
                $(if let Err(violations) = self.$at.validate() { broken.extend(violations); })+
                if broken.is_empty() { Ok(()) } else { Err(broken) }
            }
        })*
    };
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }

/// Holds a value against its `#[garde(…)]` attributes; what `#[dto]` calls.
///
/// The plain run is garde's own. Only where it finds something is it run again with messages
/// that carry the rule's code, so that a valid value pays nothing for the codes.
///
/// # Errors
///
/// The rules that are broken.
#[inline]
pub fn validate_garde<T: garde::Validate<Context = ()>>(value: &T) -> Result<(), Vec<Violation>> {
    match value.validate() {
        Ok(()) => Ok(()),
        Err(_) => Err(coded(value)),
    }
}

#[cold]
fn coded<T: garde::Validate<Context = ()>>(value: &T) -> Vec<Violation> {
    // TEMPORARY until the coded messages are in place.
    match value.validate() {
        Ok(()) => Vec::new(),
        Err(report) => report
            .iter()
            .map(|(path, error)| Violation {
                field: path.to_string(),
                code: "invalid".to_owned(),
                message: error.message().to_owned(),
            })
            .collect(),
    }
}
