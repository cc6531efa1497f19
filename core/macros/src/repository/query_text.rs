//! The text of a `#[query]`: SQL with `:name` where a parameter stands.
//!
//! Names in texts, quoted names, comments and `::casts` are none. What is read is what SQLite and
//! PostgreSQL agree upon, and of what only one has, what the other cannot take for something else:
//! nested comments, `$tag$ … $tag$`, `E'\''`.

mod skip;

/// A text and the parameters in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QueryText {
    /// The text around the parameters: one piece more than there are parameters.
    pub(super) pieces: Vec<String>,
    /// The parameters' names in the order of the text; a name may stand several times.
    pub(super) names: Vec<String>,
}

/// For which databases a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Both,
    Sqlite,
    Postgres,
}

/// The text with its parameters found.
///
/// # Errors
///
/// What stands in it that cannot be a statement with named parameters.
pub(super) fn read(text: &str, dialect: Dialect) -> Result<QueryText, String> {
    let text = text.trim().trim_end_matches([';', ' ', '\n', '\t', '\r']);
    if text.is_empty() {
        return Err("the query is empty".to_owned());
    }
    let mut pieces = Vec::new();
    let mut names = Vec::new();
    let mut piece = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = skip::skipped(rest, &piece)? {
            let (skipped, behind) = rest.split_at(length);
            piece.push_str(skipped);
            rest = behind;
            continue;
        }
        let behind = &rest[first.len_utf8()..];
        match first {
            ':' if behind.starts_with([':', '=']) => {
                let (cast, behind) = rest.split_at(2);
                piece.push_str(cast);
                rest = behind;
                continue;
            }
            ':' if starts_name(behind) => {
                let name = name_at_the_start_of(behind);
                names.push(name.to_owned());
                pieces.push(std::mem::take(&mut piece));
                rest = &behind[name.len()..];
                continue;
            }
            ';' => {
                return Err("this is more than one statement: a query is one".to_owned());
            }
            // PostgreSQL has operators of this name.
            '?' if dialect != Dialect::Postgres => return Err(unnamed("?")),
            '$' if behind.starts_with(|c: char| c.is_ascii_digit()) => {
                return Err(unnamed("$1"));
            }
            _ => {}
        }
        piece.push(first);
        rest = behind;
    }
    pieces.push(piece);
    Ok(QueryText { pieces, names })
}

fn unnamed(written: &str) -> String {
    format!("parameters have names: write `:title` instead of `{written}`")
}

fn starts_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

fn name_at_the_start_of(text: &str) -> &str {
    let end = text
        .find(|c: char| c != '_' && !c.is_alphanumeric())
        .unwrap_or(text.len());
    &text[..end]
}

/// The words that begin a statement which changes something.
const WRITES: [&str; 5] = ["insert", "update", "delete", "replace", "merge"];

impl QueryText {
    /// Whether the statement changes something, or locks it in order to.
    pub(super) fn writes(&self) -> bool {
        let words: Vec<String> = self.words().collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let is_write = |word: &&str| WRITES.contains(word);
        let locks = words
            .windows(2)
            .any(|two| two[0] == "for" && ["update", "share", "no", "key"].contains(&two[1]));
        match words.first() {
            Some(&"with") => locks || words.iter().any(is_write),
            Some(first) => locks || is_write(first),
            None => false,
        }
    }

    /// Whether it answers with rows.
    pub(super) fn returns_rows(&self) -> bool {
        let first = self.first_word();
        first == "select" || first == "values" || self.words().any(|word| word == "returning")
    }

    fn first_word(&self) -> String {
        self.words().next().unwrap_or_default()
    }

    /// The words outside of what is quoted or commented, in small letters.
    fn words(&self) -> impl Iterator<Item = String> {
        self.pieces.iter().flat_map(|piece| {
            let plain = skip::without_skipped(piece);
            plain
                .split(|c: char| c != '_' && !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect::<Vec<_>>()
        })
    }
}

#[cfg(test)]
mod tests;
