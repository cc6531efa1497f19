//! A plan's conditions as SQL, with what a call gives for them.

use super::arguments::{Arguments, Remaining};
use super::{Derived, Operator, Term, pattern};
use crate::list;
use crate::metadata::EntityMetadata;
use crate::statement::{Dialect, SqlBuilder};
use crate::value::Value;

impl Derived {
    /// Writes the conditions, in parentheses where others may follow, and the values they bind.
    /// Without any condition, one that always holds.
    pub(crate) fn push_condition(
        &self,
        sql: &mut SqlBuilder,
        values: &mut Vec<Value>,
        entity: &EntityMetadata,
        arguments: Arguments,
    ) {
        let mut given = arguments.given();
        let mut writer = Writer {
            sql,
            values,
            entity,
        };
        if self.groups.is_empty() {
            writer.always(true);
            return;
        }
        let several = self.groups.len() > 1;
        writer.sql.push(if several { "(" } else { "" });
        for (at, group) in self.groups.iter().enumerate() {
            writer.sql.push(if at > 0 { " or " } else { "" });
            for (at, term) in group.iter().enumerate() {
                writer.sql.push(if at > 0 { " and " } else { "" });
                writer.term(term, &mut given);
            }
        }
        writer.sql.push(if several { ")" } else { "" });
    }
}

struct Writer<'a> {
    sql: &'a mut SqlBuilder,
    values: &'a mut Vec<Value>,
    entity: &'a EntityMetadata,
}

impl Writer<'_> {
    fn term(&mut self, term: &Term, given: &mut Remaining) {
        match term.operator {
            Operator::IsNull => self.is_null(term),
            Operator::In => self.list(term, &given.list()),
            Operator::Between => {
                self.column(term);
                self.sql.push(if term.negated { " not" } else { "" });
                self.sql.push(" between ");
                self.bind(given.value());
                self.sql.push(" and ");
                self.bind(given.value());
            }
            Operator::Equals => match given.value() {
                Value::Null(_) => self.is_null(term),
                value => self.compare(term, if term.negated { " <> " } else { " = " }, value),
            },
            Operator::LessThan => self.compare(term, " < ", given.value()),
            Operator::LessThanEqual => self.compare(term, " <= ", given.value()),
            Operator::GreaterThan => self.compare(term, " > ", given.value()),
            Operator::GreaterThanEqual => self.compare(term, " >= ", given.value()),
            Operator::Like
            | Operator::Containing
            | Operator::StartingWith
            | Operator::EndingWith => match (given.value(), self.sql.dialect()) {
                (Value::Text(text), Dialect::Sqlite) => self.match_in_sqlite(term, &text),
                (Value::Text(text), Dialect::Postgres) => self.match_in_postgres(term, &text),
                // Only texts are given: `text_argument` takes nothing else.
                _ => self.always(false),
            },
        }
    }

    /// The column, in small letters where their case is of no account.
    fn column(&mut self, term: &Term) {
        // The macros make plans of the entity's own columns.
        let name = self
            .entity
            .columns
            .get(term.column)
            .map_or("", |it| it.name);
        if term.ignore_case {
            self.sql.push("lower(").name(name).push(")");
        } else {
            self.sql.name(name);
        }
    }

    fn bind(&mut self, value: Value) {
        self.sql.bind();
        self.values.push(value);
    }

    /// A text of a term; the database makes its letters small, as it does the column's.
    fn bind_text(&mut self, term: &Term, text: String) {
        self.sql.push(if term.ignore_case { "lower(" } else { "" });
        self.bind(Value::Text(text));
        self.sql.push(if term.ignore_case { ")" } else { "" });
    }

    fn is_null(&mut self, term: &Term) {
        let plain = Term {
            ignore_case: false,
            ..*term
        };
        self.column(&plain);
        self.sql.push(if term.negated {
            " is not null"
        } else {
            " is null"
        });
    }

    fn compare(&mut self, term: &Term, sign: &str, value: Value) {
        self.column(term);
        self.sql.push(sign);
        match value {
            Value::Text(text) => self.bind_text(term, text),
            value => self.bind(value),
        }
    }

    /// `in`, which a null in the list makes a question for null too.
    fn list(&mut self, term: &Term, values: &[Value]) {
        let present: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
        let asks_for_null = present.len() < values.len();
        if present.is_empty() {
            match asks_for_null {
                true => self.is_null(term),
                false => self.always(term.negated),
            }
            return;
        }
        self.sql.push(if asks_for_null { "(" } else { "" });
        self.column(term);
        self.sql
            .push(if term.negated { " not in (" } else { " in (" });
        list::push(self.sql, self.values, present.iter().copied());
        self.sql.push(")");
        if asks_for_null {
            self.sql.push(if term.negated { " and " } else { " or " });
            self.is_null(term);
            self.sql.push(")");
        }
    }

    fn always(&mut self, holds: bool) {
        self.sql.push(if holds { "1 = 1" } else { "1 = 0" });
    }

    fn match_in_postgres(&mut self, term: &Term, text: &str) {
        let literal = pattern::like_literal(text);
        let pattern = match term.operator {
            Operator::Containing => format!("%{literal}%"),
            Operator::StartingWith => format!("{literal}%"),
            Operator::EndingWith => format!("%{literal}"),
            _ => pattern::like_pattern(text),
        };
        self.column(term);
        self.sql
            .push(if term.negated { " not like " } else { " like " });
        self.bind_text(term, pattern);
        self.sql.push(" escape '\\'");
    }

    fn match_in_sqlite(&mut self, term: &Term, text: &str) {
        match term.operator {
            // Patterns may be 50,000 bytes long; what is looked for in a text may be longer.
            Operator::Containing => {
                self.sql.push("instr(");
                self.column(term);
                self.sql.push(", ");
                self.bind_text(term, text.to_owned());
                self.sql.push(if term.negated { ") = 0" } else { ") > 0" });
            }
            // A range finds its rows in an index; a bound pattern does not.
            Operator::StartingWith if !term.ignore_case => self.range(term, text),
            Operator::StartingWith => {
                self.glob(term, format!("{}*", pattern::glob_literal(text)));
            }
            Operator::EndingWith => {
                self.glob(term, format!("*{}", pattern::glob_literal(text)));
            }
            _ => self.glob(term, pattern::like_as_glob(text)),
        }
    }

    fn glob(&mut self, term: &Term, pattern: String) {
        self.column(term);
        self.sql
            .push(if term.negated { " not glob " } else { " glob " });
        self.bind_text(term, pattern);
    }

    /// The texts from `prefix` to the first one behind all that start with it: SQLite compares them
    /// by their bytes, which in UTF-8 is the order of code points.
    fn range(&mut self, term: &Term, prefix: &str) {
        self.sql.push(if term.negated { "not (" } else { "(" });
        self.column(term);
        self.sql.push(" >= ");
        self.bind(Value::Text(prefix.to_owned()));
        if let Some(end) = pattern::behind_prefix(prefix) {
            self.sql.push(" and ");
            self.column(term);
            self.sql.push(" < ");
            self.bind(Value::Text(end));
        }
        self.sql.push(")");
    }
}

#[cfg(test)]
mod tests;
