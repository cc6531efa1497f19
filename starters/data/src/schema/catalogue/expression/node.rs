//! Expressions as trees, and how they are written.

use crate::schema::sql::quote;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// A name, a number, a text.
    Leaf(String),
    /// A function or operator with what it is of.
    Of(String, Vec<Node>),
}

impl Node {
    pub(super) fn of(name: impl Into<String>, parts: impl Into<Vec<Node>>) -> Self {
        Self::Of(name.into(), parts.into())
    }

    /// The one form.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Of(name, parts) => {
                let parts: Vec<String> = parts.iter().map(Self::text).collect();
                format!("{name}({})", parts.join(", "))
            }
        }
    }

    /// As SQL, in brackets where it binds less than what it stands in.
    pub(super) fn sql(&self, outer: u8) -> Option<String> {
        let (name, parts) = match self {
            Self::Leaf(text) if text.starts_with(|it: char| it.is_alphabetic() || it == '_') => {
                return Some(match is_word(text) {
                    true => text.clone(),
                    false => quote::name(text),
                });
            }
            Self::Leaf(text) => return Some(text.clone()),
            Self::Of(name, parts) => (name.as_str(), parts.as_slice()),
        };
        let infix = |own: u8, operator: &str| {
            let parts = parts.iter().enumerate().map(|(at, it)| {
                // What is not the first binds to the left.
                it.sql(own + u8::from(at > 0 && own > 2))
            });
            let parts: Option<Vec<String>> = parts.collect();
            Some((own, parts?.join(&format!(" {operator} "))))
        };
        let (own, text) = match (name, parts) {
            ("or", _) => infix(1, "or")?,
            ("and", _) => infix(2, "and")?,
            ("not", [Self::Of(inner, of)]) if !matches!(inner.as_str(), "or" | "and" | "not") => {
                let (word, negated) = match inner.as_str() {
                    "is null" => ("is null", "is not null"),
                    "is true" => ("is true", "is not true"),
                    "is false" => ("is false", "is not false"),
                    "in" => (" in ", " not in "),
                    "like" => (" like ", " not like "),
                    "ilike" => (" ilike ", " not ilike "),
                    "distinct" => ("is distinct", "is not distinct"),
                    _ => {
                        return Some(format!(
                            "not {}",
                            Self::of(inner.clone(), of.clone()).sql(4)?
                        ));
                    }
                };
                let positive = Self::of(inner.clone(), of.clone()).sql(4)?;
                (4, positive.replacen(word, negated, 1))
            }
            ("not", [inner]) => (3, format!("not {}", inner.sql(3)?)),
            ("=" | "<>" | "<" | "<=" | ">" | ">=" | "like" | "ilike", _) => infix(4, name)?,
            ("is null" | "is true" | "is false", [inner]) => {
                (4, format!("{} {name}", inner.sql(5)?))
            }
            ("distinct", [one, other]) => (
                4,
                format!("{} is distinct from {}", one.sql(5)?, other.sql(5)?),
            ),
            ("in", [of, list @ ..]) => {
                let list: Option<Vec<String>> = list.iter().map(|it| it.sql(0)).collect();
                (4, format!("{} in ({})", of.sql(5)?, list?.join(", ")))
            }
            ("-", [inner]) => (7, format!("-{}", inner.sql(7)?)),
            ("+" | "-" | "||", _) => infix(5, name)?,
            ("*" | "/" | "%", _) => infix(6, name)?,
            ("at time zone", [of, zone]) => {
                (7, format!("{} at time zone {}", of.sql(7)?, zone.sql(7)?))
            }
            ("case" | "array" | "of" | "when" | "else", _) => return None,
            _ => {
                let parts: Option<Vec<String>> = parts.iter().map(|it| it.sql(0)).collect();
                (8, format!("{name}({})", parts?.join(", ")))
            }
        };
        Some(match own < outer {
            true => format!("({text})"),
            false => text,
        })
    }

    /// `and` and `or` of several are of all of them, in their order.
    pub(super) fn joined(name: &str, parts: Vec<Self>) -> Self {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Self::Of(of, inner) if of == name => all.extend(inner),
                other => all.push(other),
            }
        }
        match all.len() {
            1 => all.remove(0),
            _ => Self::of(name, all),
        }
    }
}

/// Words that stand for themselves, and are no names of columns.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "true",
        "false",
        "null",
        "current_date",
        "current_time",
        "current_timestamp",
        "localtime",
        "localtimestamp",
    ];
    WORDS.contains(&text)
}
