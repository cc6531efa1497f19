//! Reading a `#[config]` struct field by field, all faults at once.

use super::node::Data;
use super::{ConfigError, ConfigValue, Input, Rules};
use crate::validation::Violation;

/// A `#[config("name")]` struct: a section of the configuration with a name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no section of the configuration",
    label = "not a section",
    note = "put `#[config(\"section\")]` on it"
)]
pub trait ConfigSection: ConfigValue {
    /// The section's key, such as `posts`; empty for the root.
    const SECTION: &'static str;
}

/// [`ConfigValue::read`] of a type.
type ReadOf<T> = fn(&Input<'_>) -> Result<T, Vec<ConfigError>>;

/// What the code of `#[config]` reads a struct with.
#[doc(hidden)]
#[derive(Debug)]
pub struct SectionReader<'a> {
    input: &'a Input<'a>,
    faults: Vec<ConfigError>,
}

impl<'a> SectionReader<'a> {
    /// Opens a section. Something else in its place is one fault, and its fields are not asked.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Type`] where it is no map.
    pub fn open(input: &'a Input<'a>) -> Result<Self, Vec<ConfigError>> {
        match input.node().map(|node| &node.data) {
            None | Some(Data::Map(_)) => Ok(Self {
                input,
                faults: Vec::new(),
            }),
            Some(_) => Err(vec![input.mismatch("a section with keys of its own")]),
        }
    }

    fn field(&self, name: &str, secret: bool) -> Input<'a> {
        let input = self.input.child(name);
        if secret { input.secret() } else { input }
    }

    /// Reads a field without default.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        secret: bool,
        read: ReadOf<T>,
        absent: ReadOf<T>,
    ) -> Option<T> {
        let input = self.field(name, secret);
        let read = if input.is_set() {
            read(&input)
        } else {
            absent(&input)
        };
        self.keep(read)
    }

    /// Reads a field with a default.
    pub fn read_or<T>(
        &mut self,
        name: &'static str,
        secret: bool,
        read: ReadOf<T>,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        let input = self.field(name, secret);
        if input.is_set() {
            self.keep(read(&input))
        } else {
            Some(default())
        }
    }

    fn keep<T>(&mut self, read: Result<T, Vec<ConfigError>>) -> Option<T> {
        read.map_err(|faults| self.faults.extend(faults)).ok()
    }

    /// Notes the rules that a field breaks.
    pub fn broken<T: ConfigValue>(
        &mut self,
        name: &'static str,
        secret: bool,
        rules: &Rules,
        checked: Result<(), Vec<Violation>>,
    ) {
        let Err(violations) = checked else { return };
        let input = self.field(name, secret);
        let mut range_is_told = false;
        for violation in violations {
            // The field is checked under this name, whatever its own is.
            let inside = violation
                .field
                .strip_prefix("__value")
                .unwrap_or(&violation.field);
            // A range in the field's own words says more than "greater than 100".
            if rules.has_range() && inside.is_empty() {
                if !range_is_told {
                    self.faults
                        .push(input.out_of_range(rules.describe(&T::shape())));
                }
                range_is_told = true;
                continue;
            }
            self.faults.push(ConfigError::Rule {
                key: format!("{}{inside}", input.key()),
                message: violation.message,
                origin: input.origin(),
            });
        }
    }

    /// Notes the rules that the section as a whole breaks.
    pub fn broken_section(&mut self, checked: Result<(), Vec<Violation>>) {
        for violation in checked.err().unwrap_or_default() {
            let input = self.input.child(&violation.field);
            self.faults.push(ConfigError::Rule {
                key: input.key().to_owned(),
                message: violation.message,
                origin: input.origin(),
            });
        }
    }

    /// What is wrong with the section.
    pub fn faults(&mut self) -> Vec<ConfigError> {
        std::mem::take(&mut self.faults)
    }

    /// The section, unless something is wrong with it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn finish<T>(mut self, value: T) -> Result<T, Vec<ConfigError>> {
        let faults = self.faults();
        if faults.is_empty() {
            Ok(value)
        } else {
            Err(faults)
        }
    }
}

/// A word, and the variant it stands for.
type WordOf<T> = (&'static str, fn() -> T);

/// Reads a word of a `#[config]` enum; `a-b`, `a_b` and `A_B` are the same word.
#[doc(hidden)]
pub fn read_word<T: ConfigValue>(
    input: &Input<'_>,
    words: &[WordOf<T>],
) -> Result<T, Vec<ConfigError>> {
    let shape = T::shape();
    let text = input.text(&shape).map_err(|fault| vec![fault])?;
    let plain = |word: &str| word.trim().to_lowercase().replace('-', "_");
    words
        .iter()
        .find(|(word, _)| plain(word) == plain(text))
        .map(|(_, make)| make())
        .ok_or_else(|| {
            let words = words.iter().map(|(word, _)| *word);
            vec![input.unknown_word(&shape, crate::error::did_you_mean(text, words))]
        })
}
