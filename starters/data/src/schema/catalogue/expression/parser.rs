//! Reads expressions, passing over casts and brackets.

use rust_decimal::Decimal;

use super::node::Node;
use crate::schema::tokens::{Token, TokenKind, tokens};

/// An expression that is the whole text.
pub(super) fn parse(sql: &str) -> Option<Node> {
    let mut parser = Parser {
        tokens: tokens(sql),
        at: 0,
    };
    let node = parser.or()?;
    (parser.at == parser.tokens.len()).then_some(node)
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
