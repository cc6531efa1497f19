//! Rules that values keep, whoever reads them: an HTTP body, a configuration, a row.

mod coded;
pub mod fault;
mod probe;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

pub use coded::validate_garde;
#[doc(hidden)]
pub use probe::{Probe, ProbeGarde, ProbeNothing, ProbeRules};

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
    std::num::NonZeroU8, std::num::NonZeroU16, std::num::NonZeroU32, std::num::NonZeroU64,
    String, str, std::borrow::Cow<'_, str>, std::path::PathBuf, std::time::Duration,
    serde_json::Value, serde_json::Map<String, serde_json::Value>, serde_json::Number, uuid::Uuid,
    chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::FixedOffset>, chrono::NaiveDate,
    chrono::NaiveTime, chrono::NaiveDateTime, std::net::IpAddr, std::net::Ipv4Addr,
    std::net::Ipv6Addr,
);

/// Collects the rules that the parts of a value break, each under the path of its part.
///
/// Every part is looked at once: looking twice at each level of a nested value would cost two to
/// the power of its depth, and the depth is the caller's. What breaks no rule allocates nothing.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// None so far.
    #[inline]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// What the value itself breaks, beside its parts.
    #[inline]
    pub fn own(&mut self, outcome: Result<(), Vec<Violation>>) {
        if let Err(violations) = outcome {
            self.0.extend(violations);
        }
    }

    /// What a part breaks; `at` is its name, or `[0]` in a sequence.
    #[inline]
    pub fn part<P: std::fmt::Display>(
        &mut self,
        outcome: Result<(), Vec<Violation>>,
        at: impl FnOnce() -> P,
    ) {
        if let Err(violations) = outcome {
            self.extend_below(&at().to_string(), violations);
        }
    }

    /// What a value's `#[garde(…)]` attributes find: `names` gives for each field, in the order of
    /// its declaration, its name in Rust and its name in JSON.
    #[inline]
    pub fn garde(&mut self, outcome: Result<(), Vec<Violation>>, names: &[(&str, &str)]) {
        if let Err(violations) = outcome {
            self.named(violations, names);
        }
    }

    #[cold]
    fn named(&mut self, violations: Vec<Violation>, names: &[(&str, &str)]) {
        let mut found: Vec<_> = violations
            .into_iter()
            .map(|violation| {
                // garde goes through the fields by alphabet, and calls an element `[0]`.
                let end = violation
                    .field
                    .char_indices()
                    .skip(1)
                    .find(|(_, it)| ".[".contains(*it));
                let end = end.map_or(violation.field.len(), |(end, _)| end);
                let (name, rest) = violation.field.split_at(end);
                let Some(at) = names.iter().position(|(rust, _)| *rust == name) else {
                    return (names.len(), violation);
                };
                let field = join(names[at].1, rest.strip_prefix('.').unwrap_or(rest));
                (at, Violation { field, ..violation })
            })
            .collect();
        found.sort_by_key(|(at, _)| *at);
        self.0
            .extend(found.into_iter().map(|(_, violation)| violation));
    }

    #[cold]
    fn extend_below(&mut self, at: &str, violations: Vec<Violation>) {
        self.0
            .extend(violations.into_iter().map(|violation| Violation {
                field: join(at, &violation.field),
                ..violation
            }));
    }

    /// The same outcome, below `at`.
    ///
    /// # Errors
    ///
    /// The rules that are broken, if any is.
    #[inline]
    pub fn below(outcome: Result<(), Vec<Violation>>, at: &str) -> Result<(), Vec<Violation>> {
        let mut violations = Self::new();
        violations.part(outcome, || at);
        violations.outcome()
    }

    /// The outcome for the whole value.
    ///
    /// # Errors
    ///
    /// The rules that are broken, if any is.
    #[inline]
    pub fn outcome(self) -> Result<(), Vec<Violation>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }
}

fn join(parent: &str, field: &str) -> String {
    match field {
        "" => parent.to_owned(),
        name if parent.is_empty() => name.to_owned(),
        index if index.starts_with('[') => format!("{parent}{index}"),
        name => format!("{parent}.{name}"),
    }
}

macro_rules! sequences {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {
        $(impl<$($generics)*> Validate for $type {
            #[inline]
            fn validate(&self) -> Result<(), Vec<Violation>> {
                let mut broken = Violations::new();
                for (at, part) in self.iter().enumerate() {
                    broken.part(part.validate(), || format!("[{at}]"));
                }
                broken.outcome()
            }
        })*
    };
}

sequences!(
    [T: Validate] Vec<T>, [T: Validate] VecDeque<T>, [T: Validate] [T],
    [T: Validate] BTreeSet<T>, [T: Validate, S] HashSet<T, S>, [T: Validate, const N: usize] [T; N],
);

macro_rules! maps {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {
        $(impl<$($generics)*> Validate for $type {
            #[inline]
            fn validate(&self) -> Result<(), Vec<Violation>> {
                let mut broken = Violations::new();
                for (key, part) in self {
                    broken.part(part.validate(), || key);
                }
                broken.outcome()
            }
        })*
    };
}

maps!(
    [K: std::fmt::Display, T: Validate, S] HashMap<K, T, S>,
    [K: std::fmt::Display, T: Validate] BTreeMap<K, T>,
);

macro_rules! transparent {
    ($($type:ty),* $(,)?) => {
        $(impl<T: Validate + ?Sized> Validate for $type {
            #[inline]
            fn validate(&self) -> Result<(), Vec<Violation>> { (**self).validate() }
        })*
    };
}

transparent!(Box<T>, Arc<T>, Rc<T>, &T);

impl<T: Validate> Validate for Option<T> {
    #[inline]
    fn validate(&self) -> Result<(), Vec<Violation>> {
        self.as_ref().map_or(Ok(()), Validate::validate)
    }
}

macro_rules! tuples {
    ($(($($part:ident $at:tt),+))*) => {
        $(impl<$($part: Validate),+> Validate for ($($part,)+) {
            #[inline]
            fn validate(&self) -> Result<(), Vec<Violation>> {
                let mut broken = Violations::new();
                $(broken.part(self.$at.validate(), || concat!("[", $at, "]"));)+
                broken.outcome()
            }
        })*
    };
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4) }

#[cfg(test)]
mod tests {
    use super::*;

    struct Even(u8);

    impl Validate for Even {
        fn validate(&self) -> Result<(), Vec<Violation>> {
            if self.0.is_multiple_of(2) {
                return Ok(());
            }
            let (code, message) = ("even".to_owned(), "is odd".to_owned());
            Err(vec![Violation {
                field: String::new(),
                code,
                message,
            }])
        }
    }

    fn fields(value: &impl Validate) -> Vec<String> {
        let broken = value.validate().err().unwrap_or_default();
        broken
            .into_iter()
            .map(|violation| violation.field)
            .collect()
    }

    #[test]
    fn parts_are_named_by_their_path() {
        assert_eq!(fields(&vec![Even(1), Even(2), Even(3)]), ["[0]", "[2]"]);
        assert_eq!(
            fields(&BTreeMap::from([("a", vec![Even(2), Even(1)])])),
            ["a[1]"]
        );
        assert_eq!(fields(&(Even(2), Some(Even(1)))), ["[1]"]);
        assert_eq!(fields(&Box::new([Even(2)])), [""; 0]);
    }

    #[test]
    fn depth_costs_no_more_than_its_length() {
        #[derive(Default)]
        struct Nested(Vec<Nested>, std::cell::Cell<usize>);
        impl Validate for Nested {
            fn validate(&self) -> Result<(), Vec<Violation>> {
                self.1.set(self.1.get() + 1);
                if self.0.is_empty() {
                    Even(1).validate()
                } else {
                    self.0.validate()
                }
            }
        }
        let mut nested = Nested::default();
        for _ in 0..60 {
            nested = Nested(vec![nested], Default::default());
        }
        assert_eq!(fields(&nested), ["[0]".repeat(60)]);
        assert_eq!(nested.1.get(), 1);
    }
}
