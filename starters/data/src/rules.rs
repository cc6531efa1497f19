//! Rules of values that garde does not know.

use rust_decimal::Decimal;

/// What bounds a decimal: a number, a text such as `"0.01"`, or a decimal.
pub trait DecimalBound {
    /// As a decimal; of a text that is none, nothing.
    fn decimal(self) -> Option<Decimal>;
}

impl DecimalBound for i32 {
    fn decimal(self) -> Option<Decimal> {
        Some(self.into())
    }
}

impl DecimalBound for i64 {
    fn decimal(self) -> Option<Decimal> {
        Some(self.into())
    }
}

impl DecimalBound for &str {
    fn decimal(self) -> Option<Decimal> {
        self.parse().ok()
    }
}

impl DecimalBound for Decimal {
    fn decimal(self) -> Option<Decimal> {
        Some(self)
    }
}

/// A bound of `#[garde(range(…))]`.
pub fn decimal_bound(bound: impl DecimalBound) -> Option<Decimal> {
    bound.decimal()
}

/// A decimal, or none: what has no value breaks no rule.
pub trait MaybeDecimal {
    /// The decimal.
    fn decimal(&self) -> Option<Decimal>;
}

impl MaybeDecimal for Decimal {
    fn decimal(&self) -> Option<Decimal> {
        Some(*self)
    }
}

impl MaybeDecimal for Option<Decimal> {
    fn decimal(&self) -> Option<Decimal> {
        *self
    }
}

/// What a column of decimals asks of its values by itself: digits that it would lose are refused.
pub fn decimal_digits<D: MaybeDecimal>(
    precision: u8,
    scale: u32,
) -> impl Fn(&D, &()) -> garde::Result {
    move |value, _: &()| {
        let Some(value) = value.decimal().map(|value| value.normalize()) else {
            return Ok(());
        };
        let wrong = |text: String| Err(garde::Error::new(format!("digits: {text}")));
        if value.scale() > scale {
            return wrong(format!("more than {scale} digits after the point"));
        }
        let whole = u32::from(precision).saturating_sub(scale);
        let limit = 10_i128
            .checked_pow(whole + value.scale())
            .unwrap_or(i128::MAX);
        if value.mantissa().abs() >= limit {
            return wrong(format!("more than {whole} digits before the point"));
        }
        Ok(())
    }
}

/// What `#[garde(range(min = …, max = …))]` on a decimal becomes. A bound that is no decimal holds
/// for no value: the author sees it at the first one.
pub fn decimal_range<D: MaybeDecimal>(
    min: Option<Option<Decimal>>,
    max: Option<Option<Decimal>>,
) -> impl Fn(&D, &()) -> garde::Result {
    move |value, _: &()| {
        let Some(value) = value.decimal() else {
            return Ok(());
        };
        let wrong = |text: String| Err(garde::Error::new(format!("range: {text}")));
        match (min, max) {
            (Some(None), _) | (_, Some(None)) => wrong("its bound is no decimal".to_owned()),
            (Some(Some(min)), _) if value < min => wrong(format!("lower than {min}")),
            (_, Some(Some(max))) if value > max => wrong(format!("greater than {max}")),
            _ => Ok(()),
        }
    }
}
