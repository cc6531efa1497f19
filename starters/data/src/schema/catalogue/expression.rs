//! Expressions that mean the same, in one form.
//!
//! PostgreSQL keeps an expression as a tree, and writes it anew with brackets and casts of its own:
//! `status in ('a', 'b')` comes back as `((status)::text = ANY (ARRAY['a'::text, 'b'::text]))`. What
//! is read here is the part of SQL that checks and defaults are made of; casts are passed over.

use rust_decimal::Decimal;

use crate::schema::sql::quote;
use crate::schema::tokens::{Token, TokenKind, tokens};

/// The one form of an expression; none where it is none that can be read.
pub(super) fn canonical(sql: &str) -> Option<String> {
    let mut parser = Parser {
        tokens: tokens(sql),
        at: 0,
    };
    let node = parser.or()?;
    (parser.at == parser.tokens.len()).then(|| node.text())
}

/// An expression as both databases read it, without the casts and brackets of one; none where it is
/// none that can be read.
pub(in crate::schema) fn plain(sql: &str) -> Option<String> {
    let mut parser = Parser {
        tokens: tokens(sql),
        at: 0,
    };
    let node = parser.or()?;
    (parser.at == parser.tokens.len())
        .then(|| node.sql(0))
        .flatten()
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// A name, a number, a text.
    Leaf(String),
    /// A function or operator with what it is of.
    Of(String, Vec<Node>),
}

impl Node {
    fn of(name: impl Into<String>, parts: impl Into<Vec<Node>>) -> Self {
        Self::Of(name.into(), parts.into())
    }

    fn text(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Of(name, parts) => {
                let parts: Vec<String> = parts.iter().map(Self::text).collect();
                format!("{name}({})", parts.join(", "))
            }
        }
    }

    /// As SQL, in brackets where it binds less than what it stands in.
    fn sql(&self, outer: u8) -> Option<String> {
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
    fn joined(name: &str, parts: Vec<Self>) -> Self {
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

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self, ahead: usize) -> Option<&Token<'a>> {
        self.tokens.get(self.at + ahead)
    }

    fn word(&mut self, word: &str) -> bool {
        let is = self.peek(0).is_some_and(|it| it.is_word(word));
        self.at += usize::from(is);
        is
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let is = self.peek(0).is_some_and(|it| it.is_symbol(symbol));
        self.at += usize::from(is);
        is
    }

    fn or(&mut self) -> Option<Node> {
        let mut parts = vec![self.and()?];
        while self.word("or") {
            parts.push(self.and()?);
        }
        Some(Node::joined("or", parts))
    }

    fn and(&mut self) -> Option<Node> {
        let mut parts = vec![self.not()?];
        while self.word("and") {
            parts.push(self.not()?);
        }
        Some(Node::joined("and", parts))
    }

    fn not(&mut self) -> Option<Node> {
        match self.word("not") {
            true => Some(Node::of("not", [self.not()?])),
            false => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Option<Node> {
        let mut left = self.sum()?;
        loop {
            let negated = self.peek(0).is_some_and(|it| it.is_word("not"));
            self.at += usize::from(negated);
            let not = |node: Node| match negated {
                true => Node::of("not", [node]),
                false => node,
            };
            left = if self.word("in") {
                let mut list = self.list()?;
                // PostgreSQL writes a list of one as a comparison.
                match (list.len(), negated) {
                    (1, false) => Node::of("=", [left, list.remove(0)]),
                    (1, true) => Node::of("<>", [left, list.remove(0)]),
                    _ => {
                        list.insert(0, left);
                        not(Node::of("in", list))
                    }
                }
            } else if self.word("between") {
                let low = self.sum()?;
                self.word("and").then_some(())?;
                let high = self.sum()?;
                match negated {
                    false => Node::joined(
                        "and",
                        vec![
                            Node::of(">=", [left.clone(), low]),
                            Node::of("<=", [left, high]),
                        ],
                    ),
                    true => Node::joined(
                        "or",
                        vec![
                            Node::of("<", [left.clone(), low]),
                            Node::of(">", [left, high]),
                        ],
                    ),
                }
            } else if self.word("like") || self.symbol("~~") {
                not(Node::of("like", [left, self.sum()?]))
            } else if self.word("ilike") || self.symbol("~~*") {
                not(Node::of("ilike", [left, self.sum()?]))
            } else if negated {
                return None;
            } else if self.symbol("!~~") {
                Node::of("not", [Node::of("like", [left, self.sum()?])])
            } else if self.symbol("!~~*") {
                Node::of("not", [Node::of("ilike", [left, self.sum()?])])
            } else if self.word("is") {
                self.is(left)?
            } else if let Some(operator) = self.operator() {
                self.compared(left, operator)?
            } else {
                return Some(left);
            };
        }
    }

    fn is(&mut self, left: Node) -> Option<Node> {
        let negated = self.word("not");
        let node = if self.word("distinct") {
            self.word("from").then_some(())?;
            Node::of("distinct", [left, self.sum()?])
        } else {
            let what = ["null", "true", "false"]
                .into_iter()
                .find(|it| self.word(it))?;
            Node::of(format!("is {what}"), [left])
        };
        Some(match negated {
            true => Node::of("not", [node]),
            false => node,
        })
    }

    fn operator(&mut self) -> Option<&'static str> {
        let operators = [
            ("=", "="),
            ("==", "="),
            ("<>", "<>"),
            ("!=", "<>"),
            ("<=", "<="),
            (">=", ">="),
            ("<", "<"),
            (">", ">"),
        ];
        let found = operators
            .into_iter()
            .find(|(symbol, _)| self.symbol(symbol));
        found.map(|(_, name)| name)
    }

    /// With a value, or with any or all of an array: PostgreSQL's `in`.
    fn compared(&mut self, left: Node, operator: &str) -> Option<Node> {
        let of_list = self.peek(1).is_some_and(|it| it.is_symbol("("));
        let quantifier = match operator {
            "=" => "any",
            "<>" => "all",
            _ => "",
        };
        if of_list && self.word(quantifier) {
            let Node::Of(name, mut items) = self.unary()? else {
                return None;
            };
            (name == "array").then_some(())?;
            items.insert(0, left);
            let list = Node::of("in", items);
            return Some(match operator {
                "=" => list,
                _ => Node::of("not", [list]),
            });
        }
        Some(Node::of(operator, [left, self.sum()?]))
    }

    fn sum(&mut self) -> Option<Node> {
        self.left_to_right(&["+", "-", "||"], Self::product)
    }

    fn product(&mut self) -> Option<Node> {
        self.left_to_right(&["*", "/", "%"], Self::unary)
    }

    fn left_to_right(
        &mut self,
        operators: &[&str],
        part: fn(&mut Self) -> Option<Node>,
    ) -> Option<Node> {
        let mut left = part(self)?;
        while let Some(operator) = operators.iter().find(|it| self.symbol(it)) {
            left = Node::of(*operator, [left, part(self)?]);
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Node> {
        if self.symbol("-") {
            return Some(match self.unary()? {
                Node::Leaf(text) if text.starts_with(|it: char| it.is_ascii_digit()) => {
                    Node::Leaf(format!("-{text}"))
                }
                other => Node::of("-", [other]),
            });
        }
        self.symbol("+");
        let mut node = self.primary()?;
        loop {
            if self.symbol("::") {
                node = self.cast(node)?;
            } else if self.peek(0).is_some_and(|it| it.is_word("at"))
                && self.peek(1).is_some_and(|it| it.is_word("time"))
            {
                self.at += 2;
                self.word("zone").then_some(())?;
                node = Node::of("at time zone", [node, self.primary_cast()?]);
            } else {
                return Some(node);
            }
        }
    }

    fn primary_cast(&mut self) -> Option<Node> {
        let node = self.primary()?;
        match self.symbol("::") {
            true => self.cast(node),
            false => Some(node),
        }
    }

    fn primary(&mut self) -> Option<Node> {
        let token = *self.peek(0)?;
        self.at += 1;
        match token.kind {
            TokenKind::Number => Some(Node::Leaf(number(token.text))),
            TokenKind::Text => Some(Node::Leaf(token.text.to_owned())),
            TokenKind::Blob => Some(Node::Leaf(token.text.to_ascii_lowercase())),
            TokenKind::Symbol => {
                token.is_symbol("(").then_some(())?;
                let inner = self.or()?;
                self.symbol(")").then_some(inner)
            }
            TokenKind::Quoted => self.column(token.name()?),
            TokenKind::Word => self.named(token),
        }
    }

    /// A word, and what it begins.
    fn named(&mut self, token: Token<'a>) -> Option<Node> {
        if token.is_word("case") {
            return self.case();
        }
        if token.is_word("cast") {
            self.symbol("(").then_some(())?;
            let inner = self.or()?;
            self.word("as").then_some(())?;
            let node = self.cast(inner)?;
            return self.symbol(")").then_some(node);
        }
        if token.is_word("array") {
            self.symbol("[").then_some(())?;
            let items = self.items("]")?;
            return Some(Node::of("array", items));
        }
        let name = token.name()?;
        // A literal with its type before it: `date '2026-01-02'`.
        if let Some(text) = self.peek(0).filter(|it| it.kind == TokenKind::Text) {
            let text = text.text.to_owned();
            self.at += 1;
            return Some(Node::Leaf(text));
        }
        if self.peek(0).is_some_and(|it| it.is_symbol("(")) {
            return Some(Node::of(name, self.list()?));
        }
        self.column(name)
    }

    /// A column, whatever table stands before it.
    fn column(&mut self, mut name: String) -> Option<Node> {
        while self.symbol(".") {
            name = self.peek(0)?.name()?;
            self.at += 1;
        }
        Some(Node::Leaf(name))
    }

    fn case(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        if !self.peek(0)?.is_word("when") {
            parts.push(Node::of("of", [self.or()?]));
        }
        while self.word("when") {
            let when = self.or()?;
            self.word("then").then_some(())?;
            parts.push(Node::of("when", [when, self.or()?]));
        }
        if self.word("else") {
            parts.push(Node::of("else", [self.or()?]));
        }
        self.word("end").then(|| Node::of("case", parts))
    }

    /// What stands in brackets with commas between.
    fn list(&mut self) -> Option<Vec<Node>> {
        self.symbol("(").then_some(())?;
        self.items(")")
    }

    fn items(&mut self, close: &str) -> Option<Vec<Node>> {
        let mut items = Vec::new();
        if self.symbol(close) {
            return Some(items);
        }
        loop {
            items.push(self.or()?);
            if self.symbol(close) {
                return Some(items);
            }
            self.symbol(",").then_some(())?;
        }
    }

    /// Passes over a type; a text that is cast to a number is one.
    fn cast(&mut self, node: Node) -> Option<Node> {
        let first = self.peek(0)?.name()?;
        self.at += 1;
        for more in ["precision", "varying", "with", "without", "time", "zone"] {
            self.word(more);
        }
        if self.symbol("(") {
            self.items(")")?;
        }
        // `timestamp(3) with time zone`
        for more in ["with", "without", "time", "zone"] {
            self.word(more);
        }
        while self.symbol("[") {
            self.symbol("]").then_some(())?;
        }
        const NUMBERS: [&str; 7] = [
            "smallint", "integer", "bigint", "numeric", "real", "double", "int",
        ];
        Some(match node {
            Node::Leaf(text) if NUMBERS.contains(&first.as_str()) => {
                let inner = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
                Node::Leaf(inner.map_or(text.clone(), number))
            }
            other => other,
        })
    }
}

/// A number, however many zeros end it.
fn number(text: &str) -> String {
    match text.parse::<Decimal>() {
        Ok(number) => number.normalize().to_string(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str) {
        let (a, b) = (canonical(one), canonical(other));
        assert!(a.is_some() && a == b, "{one}: {a:?}\n{other}: {b:?}");
    }

    #[test]
    fn what_postgres_writes_is_what_was_written() {
        for (written, read) in [
            ("price >= 0", "(price >= (0)::numeric)"),
            ("price > -1.50", "(price > '-1.5'::numeric)"),
            (
                "status in ('a', 'b''c')",
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[]))",
            ),
            ("status in ('a')", "(status = 'a'::text)"),
            ("n not in (1, 2)", "(n <> ALL (ARRAY[1, 2]))"),
            ("n between 1 and 5", "((n >= 1) AND (n <= 5))"),
            (
                "a > 0 and b > 0 and c > 0",
                "(((a > 0) AND (b > 0)) AND (c > 0))",
            ),
            ("not (a > 0 or b is null)", "(NOT ((a > 0) OR (b IS NULL)))"),
            ("slug like 'a%'", "(slug ~~ 'a%'::text)"),
            (
                "length(\"order\") <= 40",
                "(length((\"order\")::text) <= 40)",
            ),
            ("a != b", "(a <> b)"),
            ("a + b * 2 < 10", "((a + (b * 2)) < 10)"),
            (
                "at > '2026-01-02'",
                "(at > '2026-01-02'::timestamp with time zone)",
            ),
            (
                "case when a then 1 else 0 end = 1",
                "(\nCASE\n    WHEN a THEN 1\n    ELSE 0\nEND = 1)",
            ),
            (
                "now() at time zone 'utc'",
                "(now() AT TIME ZONE 'utc'::text)",
            ),
            ("(posts.a) > 0", "a > 0"),
            ("a is not distinct from b", "(NOT (a IS DISTINCT FROM b))"),
        ] {
            check(written, read);
        }
    }

    #[test]
    fn an_expression_is_written_plainly() {
        for (sql, expected) in [
            ("(price >= (0)::numeric)", "price >= 0"),
            (
                "((a > 0) AND ((b IS NULL) OR (\"order\" <> 'x'::text)))",
                "a > 0 and (b is null or \"order\" <> 'x')",
            ),
            ("(NOT (a IN (1, 2)))", "a not in (1, 2)"),
            ("(a IS NOT NULL)", "a is not null"),
            ("(NOT ((a > 0) OR b))", "not (a > 0 or b)"),
            ("((a - (b - c)) * 2) < 10", "(a - (b - c)) * 2 < 10"),
            ("(length((slug)::text) <= 40)", "length(slug) <= 40"),
            ("(slug !~~ 'a%'::text)", "slug not like 'a%'"),
            ("(a IS DISTINCT FROM b)", "a is distinct from b"),
            ("CURRENT_TIMESTAMP", "current_timestamp"),
            ("(NOT active)", "not active"),
        ] {
            let plain = plain(sql).unwrap();
            assert_eq!(plain, expected);
            assert_eq!(canonical(&plain), canonical(sql));
        }
    }

    #[test]
    fn what_differs_stays_different() {
        for (one, other) in [
            ("a > 0", "a >= 0"),
            ("a in ('x', 'y')", "a in ('x', 'z')"),
            ("a - b - c", "a - (b - c)"),
            ("a or b and c", "(a or b) and c"),
            ("'a'", "a"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one}, {other}");
        }
        for text in ["a >", "a > 0)", "extract(year from a) > 2000", ""] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
