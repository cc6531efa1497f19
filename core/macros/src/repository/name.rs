//! The grammar of derived methods' names: `find_by_title_containing_and_author_id_order_by_id`.
//!
//! ```text
//! name       = verb "_by_" conditions [ "_" order ] | verb "_" order
//! verb       = find | find_all | find_first[N] | find_top[N] | count | exists | delete
//! conditions = group { "_or_" group }
//! group      = condition { "_and_" condition }
//! condition  = column [ "_" operator ] [ "_ignore_case" ]
//! order      = "order_by_" key { "_and_" key }
//! key        = column [ "_asc" | "_desc" ]
//! ```
//!
//! The longest operator at the end of a condition is its operator; a column whose own name ends in
//! one is told apart by naming the operator: `checked_in` is asked for by `checked_in_equals`. A
//! name knows no parentheses: "and" binds closer than "or".

mod operator;

pub(super) use operator::Operator;

/// What a name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Derivation {
    pub(super) verb: Verb,
    /// Groups of which one must hold; in a group, all must. None: every row.
    pub(super) groups: Vec<Vec<Condition>>,
    pub(super) order: Vec<Key>,
}

/// What is done with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// They are read; at most so many.
    Find {
        first: Option<u32>,
    },
    Count,
    Exists,
    Delete,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) column: String,
    pub(super) operator: Operator,
    pub(super) negated: bool,
    pub(super) ignore_case: bool,
}

/// One key of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) column: String,
    pub(super) descending: bool,
}

const FORMS: &str = "`find_by_…`, `find_all_by_…`, `find_first_by_…`, `find_top10_by_…`, \
                     `count_by_…`, `exists_by_…`, `delete_by_…`, `find_all_order_by_…`";

/// What the name says.
///
/// # Errors
///
/// It says nothing, in the words of the author.
pub(super) fn derivation(name: &str) -> Result<Derivation, String> {
    let (verb, rest) = verb(name)?;
    let (conditions, order) = parts(name, verb, rest)?;
    Ok(Derivation {
        verb,
        groups: conditions.map_or(Ok(Vec::new()), groups)?,
        order: order.map_or(Ok(Vec::new()), keys)?,
    })
}

/// The verb, and what stands behind it: `by_…` or `order_by_…`.
fn verb(name: &str) -> Result<(Verb, &str), String> {
    for word in ["find_first", "find_top"] {
        let Some(rest) = name.strip_prefix(word) else {
            continue;
        };
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, rest) = rest.split_at(end);
        let Some(rest) = subject(rest) else {
            continue;
        };
        let first = match digits {
            "" => 1,
            digits => digits
                .parse()
                .ok()
                .filter(|first| *first > 0)
                .ok_or_else(|| format!("`{word}{digits}` is no number of rows, from 1 on"))?,
        };
        return Ok((Verb::Find { first: Some(first) }, rest));
    }
    [
        ("find_all", Verb::Find { first: None }),
        ("find", Verb::Find { first: None }),
        ("count", Verb::Count),
        ("exists", Verb::Exists),
        ("delete", Verb::Delete),
    ]
    .into_iter()
    .find_map(|(word, verb)| Some((verb, subject(name.strip_prefix(word)?)?)))
    .ok_or_else(|| {
        format!(
            "no query can be derived from the name `{name}`\nit is one of {FORMS}; or write \
             the query yourself: `#[query(\"select …\")]`; or give the method a body"
        )
    })
}

/// What stands behind a verb, if it can stand there.
fn subject(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix('_')?;
    (rest == "by" || rest.starts_with("by_") || rest.starts_with("order_by_")).then_some(rest)
}

/// The conditions and the order.
fn parts<'a>(
    name: &str,
    verb: Verb,
    rest: &'a str,
) -> Result<(Option<&'a str>, Option<&'a str>), String> {
    let (conditions, order) = match rest.strip_prefix("order_by_") {
        Some(order) => (None, Some(order)),
        None => {
            let conditions = rest.strip_prefix("by_").unwrap_or_default();
            match conditions.rsplit_once("_order_by_") {
                Some((conditions, order)) => (Some(conditions), Some(order)),
                None => (Some(conditions), None),
            }
        }
    };
    if conditions.is_some_and(|it| it.is_empty() || it.starts_with("order_by_")) {
        return Err(format!(
            "`{name}` says no condition: name a column behind `by_`\nall rows in an order are \
             `find_all_order_by_…`; `find_all`, `find_page` and `count` are there already"
        ));
    }
    if order.is_some() && !matches!(verb, Verb::Find { .. }) {
        return Err(format!("`{name}` finds no rows that could have an order"));
    }
    Ok((conditions, order))
}

fn groups(conditions: &str) -> Result<Vec<Vec<Condition>>, String> {
    conditions
        .split("_or_")
        .map(|group| group.split("_and_").map(condition).collect())
        .collect()
}

fn condition(text: &str) -> Result<Condition, String> {
    if text.is_empty() {
        return Err("a condition is missing beside `and` or `or`".to_owned());
    }
    // A text that is nothing but an operator is a column's name.
    let (rest, ignore_case) = match text.strip_suffix("_ignore_case") {
        Some(rest) if !rest.is_empty() => (rest, true),
        _ => (text, false),
    };
    let (column, operator, negated) = operator::at_the_end_of(rest);
    if ignore_case && !operator.may_ignore_case() {
        return Err(format!(
            "`{text}`: only texts that are compared or matched can be so without regard to case"
        ));
    }
    Ok(Condition {
        column: column.to_owned(),
        operator,
        negated,
        ignore_case,
    })
}

fn keys(order: &str) -> Result<Vec<Key>, String> {
    order
        .split("_and_")
        .map(|key| {
            let (column, descending) = match (key.strip_suffix("_desc"), key.strip_suffix("_asc")) {
                (Some(column), _) => (column, true),
                (_, Some(column)) => (column, false),
                _ => (key, false),
            };
            if column.is_empty() {
                return Err("name a column behind `order_by_`".to_owned());
            }
            Ok(Key {
                column: column.to_owned(),
                descending,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
