//! SQL in its smallest parts: what checks, defaults and `create table` are read and rewritten by.

use std::collections::BTreeMap;

use super::sql::quote;

/// The smallest part of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    /// As it stands in the text.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes.
    Quoted,
    /// A text in quotes.
    Text,
    /// A number without its sign.
    Number,
    /// Bytes: `x'00'`.
    Blob,
    /// An operator, a bracket, a comma.
    Symbol,
}

/// Operators of more than one character, the longer before the shorter.
const OPERATORS: [&str; 17] = [
    "!~~*", "!~~", "~~*", "->>", "::", "<=", ">=", "<>", "!=", "==", "||", "~~", "->", "<<", ">>",
    "@>", "<@",
];

impl<'a> Token<'a> {
    /// Whether it is this keyword.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this operator or bracket.
    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text == symbol
    }

    /// The name it is, without quotes; both databases read one without quotes in any case.
    pub(super) fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_ascii_lowercase()),
            TokenKind::Quoted => {
                let inner = self.text.get(1..self.text.len().saturating_sub(1))?;
                Some(match self.text.chars().next()? {
                    '[' => inner.to_owned(),
                    quote => inner.replace(&format!("{quote}{quote}"), &quote.to_string()),
                })
            }
            _ => None,
        }
    }

    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens of a text; comments and white space are none.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(rest) = sql.get(start..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = first(rest);
        if let (Some(kind), Some(text)) = (kind, rest.get(..length)) {
            found.push(Token { kind, text, start });
        }
        start += length.max(1);
    }
    found
}

/// What a text begins with, and how many bytes of it that is.
fn first(rest: &str) -> (Option<TokenKind>, usize) {
    let up_to = |is: fn(char) -> bool| rest.find(|it| !is(it)).unwrap_or(rest.len());
    let Some(character) = rest.chars().next() else {
        return (None, 0);
    };
    if character.is_whitespace() {
        return (None, up_to(char::is_whitespace));
    }
    if rest.starts_with("--") {
        return (None, rest.find('\n').unwrap_or(rest.len()));
    }
    if let Some(comment) = rest.strip_prefix("/*") {
        return (None, comment.find("*/").map_or(rest.len(), |at| at + 4));
    }
    match character {
        '\'' => (Some(TokenKind::Text), quoted(rest, '\'')),
        '"' | '`' => (Some(TokenKind::Quoted), quoted(rest, character)),
        'x' | 'X' if rest.get(1..2) == Some("'") => (
            Some(TokenKind::Blob),
            1 + quoted(rest.get(1..).unwrap_or_default(), '\''),
        ),
        _ if character.is_ascii_digit() => (Some(TokenKind::Number), number(rest)),
        '.' if rest.chars().nth(1).is_some_and(|it| it.is_ascii_digit()) => {
            (Some(TokenKind::Number), number(rest))
        }
        _ if character.is_alphabetic() || character == '_' => {
            let is = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
            (Some(TokenKind::Word), up_to(is))
        }
        _ => {
            let operator = OPERATORS.iter().find(|it| rest.starts_with(**it));
            let length = operator.map_or(character.len_utf8(), |it| it.len());
            (Some(TokenKind::Symbol), length)
        }
    }
}

/// The length of what stands in quotes; two of them inside are one.
fn quoted(rest: &str, quote: char) -> usize {
    let mut inside = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = inside.next() {
        if character == quote {
            if inside.peek().is_some_and(|(_, next)| *next == quote) {
                inside.next();
            } else {
                return at + 1;
            }
        }
    }
    rest.len()
}

fn number(rest: &str) -> usize {
    let mut previous = ' ';
    let end = rest.find(|it: char| {
        let signs = matches!(it, '+' | '-') && matches!(previous, 'e' | 'E');
        let is_part = it.is_ascii_alphanumeric() || it == '.' || it == '_' || signs;
        previous = it;
        !is_part
    });
    end.unwrap_or(rest.len())
}

/// Puts something else in the place of names: `replace` is asked for each, and for what follows.
pub(super) fn replace_names(sql: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    let all = tokens(sql);
    let mut written = String::with_capacity(sql.len());
    let mut copied = 0;
    for (at, token) in all.iter().enumerate() {
        let is_call = all.get(at + 1).is_some_and(|next| next.is_symbol("("));
        let Some(new) = token
            .name()
            .filter(|_| !is_call)
            .and_then(|name| replace(&name))
        else {
            continue;
        };
        written.push_str(sql.get(copied..token.start).unwrap_or_default());
        written.push_str(&new);
        copied = token.end();
    }
    written.push_str(sql.get(copied..).unwrap_or_default());
    written
}

/// An expression with columns under their new names.
pub(super) fn rename_columns(sql: &str, renames: &BTreeMap<String, String>) -> String {
    replace_names(sql, |name| renames.get(name).map(|new| quote::name(new)))
}

/// Whether an expression names a column.
pub(super) fn mentions(sql: &str, column: &str) -> bool {
    tokens(sql)
        .iter()
        .any(|token| token.name().is_some_and(|name| name == column))
}

/// Whether two texts are the same SQL, however they are broken into lines.
pub(super) fn same(a: &str, b: &str) -> bool {
    let of = |sql| {
        let tokens = tokens(sql).into_iter();
        tokens
            .map(|it| (it.kind, it.text.to_owned()))
            .collect::<Vec<_>>()
    };
    a == b || of(a) == of(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_tokens() {
        let sql = "status in ('it''s', \"Odd\") -- why\n and 1.5e-3<=x'00'::bytea/* no */||total";
        let texts: Vec<_> = tokens(sql).iter().map(|it| it.text).collect();
        assert_eq!(
            texts,
            [
                "status", "in", "(", "'it''s'", ",", "\"Odd\"", ")", "and", "1.5e-3", "<=",
                "x'00'", "::", "bytea", "||", "total"
            ]
        );
    }

    #[test]
    fn columns_are_renamed_where_they_stand() {
        let renames = BTreeMap::from([
            ("title".to_owned(), "order".to_owned()),
            ("length".to_owned(), "size".to_owned()),
        ]);
        assert_eq!(
            rename_columns("length(Title) > 0 and title <> 'title'", &renames),
            "length(\"order\") > 0 and \"order\" <> 'title'"
        );
        assert!(mentions("a > \"b\"", "b"));
        assert!(!mentions("a > 'b'", "b"));
        assert!(same("a  >\n0", "a > 0") && !same("a > 0", "a > 1"));
    }
}
