//! What a value may look like, as data: the errors, the schema and the reference are made of it.

use std::borrow::Cow;

use serde_json::{Value, json};

/// What a value of a type may look like.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Shape {
    /// One value.
    Scalar {
        /// What it is, in words that follow "must be": `a whole number from 0 to 65535`.
        words: Cow<'static, str>,
        /// Its JSON Schema.
        schema: Value,
        /// Whether it is text: then `123` and `[a]` are text too.
        textual: bool,
    },
    /// One of some words.
    Words(&'static [Word]),
    /// A list.
    List(Box<Shape>),
    /// A map whose keys are free.
    Map(Box<Shape>),
    /// It may be absent.
    Optional(Box<Shape>),
    /// It is never shown.
    Secret(Box<Shape>),
    /// A `#[config]` struct.
    Section(SectionShape),
    /// Anything.
    Any,
}

/// A word that an enum knows.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// The shape of a `#[config]` struct.
#[derive(Debug, Clone, Copy)]
pub struct SectionShape {
    /// The type's name.
    pub type_name: fn() -> &'static str,
    /// The type's documentation.
    pub doc: &'static str,
    /// Its fields, in their order.
    pub fields: fn() -> Vec<Field>,
}

/// A documented field of a `#[config]` struct.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// What its values look like.
    pub shape: Shape,
    /// Its type, as the author wrote it.
    pub type_name: &'static str,
    /// Its default, as it would be written.
    pub default: Option<Value>,
    /// Whether it is never shown.
    pub secret: bool,
    /// Its rules.
    pub rules: Rules,
}

/// The rules of a field that a schema can state.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    min: Option<Value>,
    max: Option<Value>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    pattern: Option<String>,
    format: Option<&'static str>,
}

impl Rules {
    /// The least number.
    #[must_use]
    pub fn min(mut self, min: impl Into<Value>) -> Self {
        self.min = Some(min.into());
        self
    }

    /// The greatest number.
    #[must_use]
    pub fn max(mut self, max: impl Into<Value>) -> Self {
        self.max = Some(max.into());
        self
    }

    /// The least length.
    #[must_use]
    pub fn min_length(mut self, length: usize) -> Self {
        self.min_length = Some(length);
        self
    }

    /// The greatest length.
    #[must_use]
    pub fn max_length(mut self, length: usize) -> Self {
        self.max_length = Some(length);
        self
    }

    /// The regular expression that text matches.
    #[must_use]
    pub fn pattern(mut self, pattern: impl Into<String>) -> Self {
        self.pattern = Some(pattern.into());
        self
    }

    /// The format of text, as JSON Schema names it.
    #[must_use]
    pub fn format(mut self, format: &'static str) -> Self {
        self.format = Some(format);
        self
    }

    /// Whether there is a range.
    pub(crate) fn has_range(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }

    /// The shape's words with the range.
    pub(crate) fn describe(&self, shape: &Shape) -> String {
        let words = shape.expected();
        // The type's own range says less than the rule's.
        let kind = words.split(" from ").next().unwrap_or(&words);
        match (&self.min, &self.max) {
            (Some(min), Some(max)) => format!("{kind} from {min} to {max}"),
            (Some(min), None) => format!("{kind} of at least {min}"),
            (None, Some(max)) => format!("{kind} of at most {max}"),
            (None, None) => words,
        }
    }

    fn apply(&self, schema: &mut Value, shape: &Shape) {
        let Value::Object(schema) = schema else {
            return;
        };
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                schema.insert(name.to_owned(), value);
            }
        };
        set("minimum", self.min.clone());
        set("maximum", self.max.clone());
        let (least, most) = match shape.bare() {
            Shape::List(_) => ("minItems", "maxItems"),
            Shape::Map(_) => ("minProperties", "maxProperties"),
            _ => ("minLength", "maxLength"),
        };
        set(least, self.min_length.map(Into::into));
        set(most, self.max_length.map(Into::into));
        set("pattern", self.pattern.clone().map(Into::into));
        set("format", self.format.map(Into::into));
    }
}

impl Shape {
    /// One value, with the words that follow "must be" and its JSON Schema.
    pub fn scalar(words: impl Into<Cow<'static, str>>, schema: Value) -> Self {
        Self::Scalar {
            words: words.into(),
            schema,
            textual: false,
        }
    }

    /// Text that follows a form of its own, such as a duration.
    pub fn text(words: impl Into<Cow<'static, str>>, schema: Value) -> Self {
        Self::Scalar {
            words: words.into(),
            schema,
            textual: true,
        }
    }

    /// The words that follow "must be".
    pub fn expected(&self) -> String {
        match self {
            Self::Scalar { words, .. } => words.clone().into_owned(),
            Self::Words(words) => {
                let words: Vec<_> = words
                    .iter()
                    .map(|word| format!("`{}`", word.word))
                    .collect();
                match words.split_last() {
                    Some((last, rest)) if !rest.is_empty() => {
                        format!("{} or {last}", rest.join(", "))
                    }
                    _ => words.concat(),
                }
            }
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::Optional(inner) | Self::Secret(inner) => inner.expected(),
            Self::Section(_) => "a section with keys of its own".to_owned(),
            Self::Any => "any value".to_owned(),
        }
    }

    /// Without what says whether it may be absent or shown.
    pub fn bare(&self) -> &Self {
        match self {
            Self::Optional(inner) | Self::Secret(inner) => inner.bare(),
            _ => self,
        }
    }

    /// Whether it may be absent.
    pub fn is_optional(&self) -> bool {
        match self {
            Self::Optional(_) => true,
            Self::Secret(inner) => inner.is_optional(),
            _ => false,
        }
    }

    /// Whether it is never shown.
    pub fn is_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::Optional(inner) => inner.is_secret(),
            _ => false,
        }
    }

    pub(crate) fn is_textual(&self) -> bool {
        matches!(
            self.bare(),
            Self::Scalar { textual: true, .. } | Self::Words(_)
        )
    }

    /// JSON Schema, with room for a placeholder wherever a scalar stands.
    pub(crate) fn schema(&self, rules: &Rules) -> Value {
        self.schema_within(rules, &mut Vec::new())
    }

    fn schema_within(&self, rules: &Rules, above: &mut Vec<&'static str>) -> Value {
        let none = Rules::default();
        let mut schema = match self {
            Self::Scalar { schema, .. } => schema.clone(),
            Self::Words(words) => {
                json!({ "enum": words.iter().map(|word| word.word).collect::<Vec<_>>() })
            }
            Self::List(item) => {
                json!({ "type": "array", "items": item.schema_within(&none, above) })
            }
            Self::Map(value) => {
                json!({ "type": "object", "additionalProperties": value.schema_within(&none, above) })
            }
            Self::Optional(inner) | Self::Secret(inner) => {
                return inner.schema_within(rules, above);
            }
            Self::Section(section) => return section.schema(above),
            Self::Any => return json!(true),
        };
        rules.apply(&mut schema, self);
        match self {
            Self::Scalar { .. } | Self::Words(_) if !is_free_text(&schema) => {
                json!({ "anyOf": [schema, { "type": "string", "pattern": PLACEHOLDER }] })
            }
            _ => schema,
        }
    }
}

/// Text that holds a placeholder.
const PLACEHOLDER: &str = r"\$\{[^}]+\}";

fn is_free_text(schema: &Value) -> bool {
    *schema == json!({ "type": "string" })
}

impl SectionShape {
    fn schema(&self, above: &mut Vec<&'static str>) -> Value {
        let name = (self.type_name)();
        if above.contains(&name) {
            // A type inside itself: the schema is cut where it would begin again.
            return json!({ "type": "object" });
        }
        above.push(name);
        let properties: serde_json::Map<_, _> = (self.fields)()
            .iter()
            .map(|field| (field.name.to_owned(), field.schema_within(above)))
            .collect();
        above.pop();
        let mut schema =
            json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !self.doc.is_empty() {
            schema["description"] = self.doc.into();
        }
        schema
    }
}

impl Field {
    /// A field without default and rules.
    pub fn new(
        name: &'static str,
        doc: &'static str,
        type_name: &'static str,
        shape: Shape,
    ) -> Self {
        let secret = shape.is_secret();
        Self {
            name,
            doc,
            shape,
            type_name,
            default: None,
            secret,
            rules: Rules::default(),
        }
    }

    /// Its default, as it would be written.
    #[must_use]
    pub fn default(mut self, default: Value) -> Self {
        self.default = Some(default);
        self
    }

    /// It is never shown.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Its rules.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    fn schema_within(&self, above: &mut Vec<&'static str>) -> Value {
        let mut schema = self.shape.schema_within(&self.rules, above);
        document(&mut schema, self.doc, self.default.as_ref(), self.secret);
        schema
    }
}

/// Adds what people read to a schema.
pub(crate) fn document(schema: &mut Value, doc: &str, default: Option<&Value>, secret: bool) {
    if schema == &json!(true) {
        *schema = json!({});
    }
    if !doc.is_empty() {
        schema["description"] = doc.into();
    }
    // `null` as a default is the absence of one, and a secret's default is nobody's business.
    if let Some(default) = default.filter(|default| !default.is_null() && !secret) {
        schema["default"] = default.clone();
    }
    if secret {
        schema["writeOnly"] = true.into();
    }
}
