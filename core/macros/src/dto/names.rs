//! The names that serde gives to fields and variants: its `rename_all`.

/// One of serde's conventions.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Case {
    /// As it is written.
    #[default]
    AsIs,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// The convention of this name; serde itself says when there is none.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// The name of a field that is written in snake case, as Rust writes it.
    pub(super) fn field(self, name: &str) -> String {
        match self {
            Self::AsIs | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => name.split('_').map(capitalized).collect(),
            Self::Camel => uncapitalized(&Self::Pascal.field(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => Self::Upper.field(name).replace('_', "-"),
        }
    }

    /// The name of a variant that is written in Pascal case, as Rust writes it.
    pub(super) fn variant(self, name: &str) -> String {
        match self {
            Self::AsIs | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => uncapitalized(name),
            Self::Snake => {
                let mut snake = String::new();
                for (at, letter) in name.char_indices() {
                    // As serde has it: every capital but the first opens a word.
                    if at > 0 && letter.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                }
                snake
            }
            Self::ScreamingSnake => Self::Snake.variant(name).to_ascii_uppercase(),
            Self::Kebab => Self::Snake.variant(name).replace('_', "-"),
            Self::ScreamingKebab => Self::ScreamingSnake.variant(name).replace('_', "-"),
        }
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

fn uncapitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_serde_gives() {
        for (case, field, variant) in [
            ("lowercase", "zip_code", "zipcode"),
            ("UPPERCASE", "ZIP_CODE", "ZIPCODE"),
            ("PascalCase", "ZipCode", "ZipCode"),
            ("camelCase", "zipCode", "zipCode"),
            ("snake_case", "zip_code", "zip_code"),
            ("SCREAMING_SNAKE_CASE", "ZIP_CODE", "ZIP_CODE"),
            ("kebab-case", "zip-code", "zip-code"),
            ("SCREAMING-KEBAB-CASE", "ZIP-CODE", "ZIP-CODE"),
        ] {
            let case = Case::named(case).unwrap();
            assert_eq!(
                (case.field("zip_code"), case.variant("ZipCode")),
                (field.into(), variant.into())
            );
        }
    }
}
