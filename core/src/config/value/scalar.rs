//! Numbers, words, text, paths and addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{ConfigError, ConfigValue, Input, Shape};
use crate::config::node::Data;
use crate::config::secret::Secret;

/// A whole number as people write it: `9000`, `1_000`, `0x1F`.
fn whole(text: &str) -> Option<i128> {
    let text = text.replace('_', "");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let parsed = match digits.get(..2) {
        Some("0x") => i128::from_str_radix(&digits[2..], 16),
        Some("0o") => i128::from_str_radix(&digits[2..], 8),
        Some("0b") => i128::from_str_radix(&digits[2..], 2),
        _ if digits.starts_with(|c: char| c.is_ascii_digit()) => digits.parse(),
        _ => return None,
    };
    parsed
        .ok()
        .map(|number| if negative { -number } else { number })
}

macro_rules! whole_numbers {
    ($($type:ty: $min:expr, $max:expr;)*) => {
        $(impl ConfigValue for $type {
            fn shape() -> Shape {
                Shape::scalar(
                    format!("a whole number from {} to {}", $min, $max),
                    json!({ "type": "integer", "minimum": $min, "maximum": $max }),
                )
            }

            fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
                let number = input.parsed(Self::shape(), whole)?;
                <$type>::try_from(number)
                    .map_err(|_| vec![input.out_of_range(Self::shape().expected())])
            }

            fn to_json(&self) -> Value {
                json!(*self)
            }
        })*
    };
}

whole_numbers! {
    i8: Self::MIN, Self::MAX;
    i16: Self::MIN, Self::MAX;
    i32: Self::MIN, Self::MAX;
    i64: Self::MIN, Self::MAX;
    isize: Self::MIN, Self::MAX;
    u8: Self::MIN, Self::MAX;
    u16: Self::MIN, Self::MAX;
    u32: Self::MIN, Self::MAX;
    u64: Self::MIN, Self::MAX;
    usize: Self::MIN, Self::MAX;
}

macro_rules! non_zero {
    ($($type:ty: $plain:ty;)*) => {
        $(impl ConfigValue for $type {
            fn shape() -> Shape {
                Shape::scalar(
                    format!("a whole number from 1 to {}", Self::MAX),
                    json!({ "type": "integer", "minimum": 1, "maximum": Self::MAX.get() }),
                )
            }

            fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
                let number = input.parsed(Self::shape(), whole)?;
                <$plain>::try_from(number)
                    .ok()
                    .and_then(Self::new)
                    .ok_or_else(|| vec![input.out_of_range(Self::shape().expected())])
            }

            fn to_json(&self) -> Value {
                self.get().into()
            }
        })*
    };
}

non_zero! {
    NonZeroU8: u8;
    NonZeroU16: u16;
    NonZeroU32: u32;
    NonZeroU64: u64;
    NonZeroUsize: usize;
}

macro_rules! parsed {
    ($($type:ty: $constructor:ident, $words:expr, $schema:expr, $parse:expr, $json:expr;)*) => {
        $(impl ConfigValue for $type {
            fn shape() -> Shape {
                Shape::$constructor($words, $schema)
            }

            fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
                input.parsed(Self::shape(), $parse)
            }

            fn to_json(&self) -> Value {
                #[allow(clippy::redundant_closure_call, reason = "the macro's argument is one")]
                ($json)(self)
            }
        })*
    };
}

fn float(text: &str) -> Option<f64> {
    text.replace('_', "")
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

parsed! {
    f64: scalar, "a number", json!({ "type": "number" }), float, |it: &Self| json!(*it);
    bool: scalar, "`true` or `false`", json!({ "type": "boolean" }), boolean, |it: &Self| json!(*it);
    IpAddr: text, "an IP address, such as `127.0.0.1`",
        json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] }),
        |text: &str| text.parse().ok(), |it: &Self| it.to_string().into();
    Ipv4Addr: text, "an IPv4 address, such as `127.0.0.1`",
        json!({ "type": "string", "format": "ipv4" }),
        |text: &str| text.parse().ok(), |it: &Self| it.to_string().into();
    Ipv6Addr: text, "an IPv6 address, such as `::1`",
        json!({ "type": "string", "format": "ipv6" }),
        |text: &str| text.parse().ok(), |it: &Self| it.to_string().into();
    SocketAddr: text, "an IP address and a port, such as `127.0.0.1:8080`",
        json!({ "type": "string" }),
        |text: &str| text.parse().ok(), |it: &Self| it.to_string().into();
}

impl ConfigValue for f32 {
    fn shape() -> Shape {
        f64::shape()
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "an f32 is what the field asks for"
    )]
    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        f64::read(input).map(|number| number as Self)
    }

    fn to_json(&self) -> Value {
        // By way of its text, or 0.1 would be shown as 0.10000000149011612.
        self.to_string()
            .parse::<f64>()
            .map_or(Value::Null, Into::into)
    }
}

impl ConfigValue for char {
    fn shape() -> Shape {
        Shape::text(
            "one character",
            json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        )
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        let text = input.text(&Self::shape()).map_err(|fault| vec![fault])?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(vec![input.mismatch(Self::shape().expected())]),
        }
    }

    fn to_json(&self) -> Value {
        self.to_string().into()
    }
}

impl ConfigValue for String {
    fn shape() -> Shape {
        Shape::text("text", json!({ "type": "string" }))
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        input
            .text(&Self::shape())
            .map(ToOwned::to_owned)
            .map_err(|fault| vec![fault])
    }

    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl ConfigValue for PathBuf {
    fn shape() -> Shape {
        Shape::text("a path", json!({ "type": "string" }))
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        input
            .text(&Self::shape())
            .map(Self::from)
            .map_err(|fault| vec![fault])
    }

    fn to_json(&self) -> Value {
        self.to_string_lossy().into()
    }
}

impl<T: ConfigValue> ConfigValue for Secret<T> {
    fn shape() -> Shape {
        Shape::Secret(Box::new(T::shape()))
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        T::read(&input.clone().secret()).map(Self::new)
    }

    fn to_json(&self) -> Value {
        self.expose().to_json()
    }

    fn absent(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        T::absent(input).map(Self::new)
    }
}

impl ConfigValue for Value {
    fn shape() -> Shape {
        Shape::Any
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        match input.node() {
            Some(node) => match &node.data {
                Data::Fault(fault) => Err(vec![(**fault).clone()]),
                _ => Ok(node.to_json()),
            },
            None => Ok(Self::Null),
        }
    }

    fn to_json(&self) -> Value {
        self.clone()
    }
}
