//! Finds out, where a type is known, whether it has rules: what `#[dto]` asks for each field.
//!
//! Method lookup tries fewer dereferences first. `(&&&Probe(&field)).rules()` is therefore the
//! first of these that exists for the field's type: savia's rules, garde's rules, none.

use super::{Validate, Violation, validate_garde};

/// A field that may have rules.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// Of types with savia's rules.
pub trait ProbeRules {
    /// The rules that are broken.
    ///
    /// # Errors
    ///
    /// The rules that are broken.
    fn rules(&self) -> Result<(), Vec<Violation>>;
}

impl<T: Validate + ?Sized> ProbeRules for &&Probe<'_, T> {
    #[inline]
    fn rules(&self) -> Result<(), Vec<Violation>> {
        self.0.validate()
    }
}

/// Of types that only garde knows, such as those of other crates.
pub trait ProbeGarde {
    /// The rules that are broken.
    ///
    /// # Errors
    ///
    /// The rules that are broken.
    fn rules(&self) -> Result<(), Vec<Violation>>;
}

impl<T: garde::Validate<Context = ()> + ?Sized> ProbeGarde for &Probe<'_, T> {
    #[inline]
    fn rules(&self) -> Result<(), Vec<Violation>> {
        validate_garde(self.0)
    }
}

/// Of types without rules.
pub trait ProbeNothing {
    /// Nothing is broken.
    ///
    /// # Errors
    ///
    /// None.
    fn rules(&self) -> Result<(), Vec<Violation>>;
}

impl<T: ?Sized> ProbeNothing for Probe<'_, T> {
    #[inline]
    fn rules(&self) -> Result<(), Vec<Violation>> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Foreign;

    #[derive(garde::Validate)]
    struct OfGarde(#[garde(length(min = 1))] String);

    #[test]
    #[allow(
        clippy::needless_borrow,
        reason = "the borrows are the steps of the lookup"
    )]
    fn the_rules_of_a_type_are_found() {
        assert!((&&&Probe(&Foreign)).rules().is_ok());
        assert!((&&&Probe(&vec![Foreign])).rules().is_ok());
        assert!((&&&Probe(&OfGarde(String::new()))).rules().is_err());
        assert!((&&&Probe(&vec![OfGarde(String::new())])).rules().is_err());
        assert!((&&&Probe("text")).rules().is_ok());
    }
}
