//! Values for the tests of a resource: valid ones, other ones, and ones against the rules.

use super::inflection;
use super::known_entity::{KnownEntity, KnownField};

/// `field: value` of a factory, whose parameter is `number`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Init {
    pub(super) name: String,
    pub(super) value: String,
}

/// Something that a rule refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The field.
    pub(super) field: String,
    /// The rule's code.
    pub(super) code: String,
    /// The value of the field in Rust, where a struct can hold it.
    pub(super) rust: Option<String>,
    /// The value in JSON, where no struct can; nothing where the field is missing.
    pub(super) json: Option<String>,
}

/// A value in Rust.
enum Value {
    Plain(String),
    /// An `Option` already.
    Optional(&'static str),
}

/// A valid value of every field that is no reference; none where a field is beyond us: of a type of
/// the project's own, with a rule that we cannot read.
pub(super) fn inits(entity: &KnownEntity) -> Option<Vec<Init>> {
    let mut inits = Vec::new();
    for field in entity.input().filter(|it| it.belongs_to.is_none()) {
        let value = match (valid(field)?, field.nullable) {
            (Value::Plain(value), true) => format!("Some({value})"),
            (Value::Plain(value), false) => value,
            (Value::Optional(value), true) => value.to_owned(),
            (Value::Optional(value), false) => format!("{value}.unwrap_or_default()"),
        };
        let name = field.name.clone();
        inits.push(Init { name, value });
    }
    Some(inits)
}

fn valid(field: &KnownField) -> Option<Value> {
    if field.has_role("write_only") || field.has_role("json") || field.has_role("serde") {
        return None;
    }
    let rules = Rules::of(field)?;
    let unique = field.unique;
    let plain = match field.ty.as_str() {
        "String" => text(field, &rules)?,
        "i16" | "i32" | "i64" => number(field, &rules)?,
        "Decimal" => decimal(field, &rules)?,
        _ if !rules.is_empty() => return None,
        "f32" | "f64" if unique => return None,
        "f32" | "f64" => "0.5".to_owned(),
        "bool" => "true".to_owned(),
        "NaiveDate" if unique => {
            "NaiveDate::default() + savia::chrono::Days::new(number.into())".to_owned()
        }
        "NaiveDate" => return Some(Value::Optional("NaiveDate::from_ymd_opt(2024, 2, 29)")),
        "DateTime<Utc>" if unique => {
            "DateTime::UNIX_EPOCH + savia::chrono::TimeDelta::seconds(number.into())".to_owned()
        }
        "DateTime<Utc>" => {
            return Some(Value::Optional(
                "DateTime::from_timestamp(1_709_208_000, 0)",
            ));
        }
        "Uuid" => "Uuid::from_u128(number.into())".to_owned(),
        "serde_json::Value" | "Value" => r#"json!({ "key": "value" })"#.to_owned(),
        _ => return None,
    };
    Some(Value::Plain(plain))
}

fn text(field: &KnownField, rules: &Rules) -> Option<String> {
    match rules.word.as_deref() {
        None | Some("length") => {}
        Some("email") => return Some(r#"format!("somebody-{number}@example.org")"#.to_owned()),
        Some("url") => return Some(r#"format!("https://example.org/{number}")"#.to_owned()),
        Some(_) => return None,
    }
    let sentence = inflection::sentence(&field.name);
    // The number has at most two digits.
    let length = sentence.len() + 3;
    match (rules.min.unwrap_or(0.0), rules.max.unwrap_or(f64::MAX)) {
        (min, max) if min <= length as f64 && length as f64 <= max => {
            Some(format!(r#"format!("{sentence} {{number}}")"#))
        }
        (min, max) if min <= 1.0 && max >= 2.0 => Some("number.to_string()".to_owned()),
        _ => None,
    }
}

fn number(field: &KnownField, rules: &Rules) -> Option<String> {
    if field.unique {
        // From 1 to as many as a test makes.
        let fits =
            rules.min.is_none_or(|min| min <= 1.0) && rules.max.is_none_or(|max| max >= 99.0);
        let number = match field.ty.as_str() {
            "i16" => return None,
            "i32" => "number.cast_signed()",
            _ => "number.into()",
        };
        return (rules.word_is("range") && fits).then(|| number.to_owned());
    }
    let least = rules.min.unwrap_or(1.0).max(1.0);
    let fits = rules.word_is("range") && rules.max.is_none_or(|max| least <= max);
    (fits && least.fract() == 0.0).then(|| format!("{least}"))
}

fn decimal(field: &KnownField, rules: &Rules) -> Option<String> {
    let scale = field.scale.unwrap_or(2);
    let (digits, value) = match field.unique {
        true => ("number.into()", 0.99),
        false => ("1250", 1250.0 / 10_f64.powi(scale.try_into().ok()?)),
    };
    let fits = rules.word_is("range")
        && rules
            .min
            .is_none_or(|min| min <= value.min(0.0) || (min <= value && !field.unique))
        && rules.max.is_none_or(|max| value <= max);
    fits.then(|| format!("Decimal::new({digits}, {scale})"))
}

/// A value of a field that a rule refuses, the most telling one there is.
pub(super) fn wrong(entity: &KnownEntity) -> Option<Wrong> {
    let fields: Vec<_> = entity.input().collect();
    let by = |wrong: fn(&KnownField) -> Option<Wrong>| fields.iter().find_map(|it| wrong(it));
    by(too_short)
        .or_else(|| by(too_long))
        .or_else(|| by(too_great))
        .or_else(|| by(too_fine))
        .or_else(|| by(of_another_type))
        .or_else(|| by(missing))
}

fn too_short(field: &KnownField) -> Option<Wrong> {
    let rules = Rules::of(field)?;
    let is = field.ty == "String" && rules.word_is("length") && rules.min? >= 1.0;
    is.then(|| by_rust(field, "length", "String::new()".to_owned()))
}

fn too_long(field: &KnownField) -> Option<Wrong> {
    let rules = Rules::of(field)?;
    let is = field.ty == "String" && rules.word_is("length");
    let max = rules.max.filter(|_| is)?;
    let value = format!(r#""x".repeat({})"#, grouped(max + 1.0));
    Some(by_rust(field, "length", value))
}

fn too_great(field: &KnownField) -> Option<Wrong> {
    let rules = Rules::of(field)?;
    let max = rules.max.filter(|_| rules.word_is("range"))?;
    let value = grouped(max.ceil() + 1.0);
    match field.ty.as_str() {
        "Decimal" => Some(by_rust(
            field,
            "range",
            format!("Decimal::from({value}_i64)"),
        )),
        "i32" | "i64" => Some(by_rust(field, "range", value)),
        _ => None,
    }
}

/// More digits than its column keeps.
fn too_fine(field: &KnownField) -> Option<Wrong> {
    let scale = field.scale.filter(|_| field.ty == "Decimal")?;
    let value = format!("Decimal::new(1, {})", scale + 1);
    Some(by_rust(field, "digits", value))
}

fn of_another_type(field: &KnownField) -> Option<Wrong> {
    let is_anything = field.ty.ends_with("Value");
    (!is_anything).then(|| Wrong {
        field: field.name.clone(),
        code: "type".to_owned(),
        rust: None,
        json: Some("{}".to_owned()),
    })
}

fn missing(field: &KnownField) -> Option<Wrong> {
    (!field.nullable).then(|| Wrong {
        field: field.name.clone(),
        code: "required".to_owned(),
        rust: None,
        json: None,
    })
}

fn by_rust(field: &KnownField, code: &str, value: String) -> Wrong {
    Wrong {
        field: field.name.clone(),
        code: code.to_owned(),
        rust: Some(match field.nullable {
            true => format!("Some({value})"),
            false => value,
        }),
        json: None,
    }
}

/// `65_536`, as clippy wants long numbers.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// The one rule of a field.
#[derive(Debug, Default)]
struct Rules {
    word: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
}

impl Rules {
    /// None where there are several, or one that we cannot read.
    fn of(field: &KnownField) -> Option<Self> {
        let rule = match &field.rules[..] {
            [] => return Some(Self::default()),
            [rule] => rule,
            _ => return None,
        };
        let (word, rest) = rule.split_once('(').unwrap_or((rule, ""));
        let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
        if !after.trim().is_empty() || word.contains(',') {
            return None;
        }
        let mut rules = Self {
            word: Some(word.trim().to_owned()),
            ..Self::default()
        };
        for part in inside.split(',').map(str::trim) {
            match part
                .split_once('=')
                .map(|(name, value)| (name.trim(), value))
            {
                Some(("min", value)) => rules.min = Some(parsed(value)?),
                Some(("max", value)) => rules.max = Some(parsed(value)?),
                Some(_) => return None,
                None => {}
            }
        }
        Some(rules)
    }

    fn is_empty(&self) -> bool {
        self.word.is_none()
    }

    /// Whether this is the rule, or there is none.
    fn word_is(&self, word: &str) -> bool {
        self.word.as_ref().is_none_or(|it| it == word)
    }
}

fn parsed(number: &str) -> Option<f64> {
    let plain: String = number
        .chars()
        .filter(|c| !matches!(c, '_' | '"' | ' '))
        .collect();
    plain.parse().ok()
}

#[cfg(test)]
mod tests;
