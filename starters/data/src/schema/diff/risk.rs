//! What of a migration loses data, and what may fail where rows are in the way.

use std::fmt;

use super::columns::{Pair, is_same_check};
use super::path::Path;
use super::step::Step;
use crate::schema::conversion::Conversion;
use crate::schema::model::ColumnSchema;

/// A warning of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// What is at stake.
    pub kind: RiskKind,
    /// The warning, a sentence.
    pub text: String,
}

/// What is at stake with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskKind {
    /// What is stored is lost, and the way back does not bring it.
    LosesData,
    /// Rows that are there may be in its way: nothing is done then.
    MayFail,
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The risks of all steps.
pub(super) fn of(path: &Path) -> Vec<Risk> {
    path.steps
        .iter()
        .flat_map(|step| of_step(path, step))
        .collect()
}

/// The risks of one step.
pub(in crate::schema) fn of_step(path: &Path, step: &Step) -> Vec<Risk> {
    let pair = path
        .base
        .table(step.table())
        .zip(path.new.table(step.table()));
    let pair = pair.map(|(before, after)| Pair { before, after });
    let is_new = |column: &str| pair.is_some_and(|it| it.added().any(|it| it.name == column));
    match step {
        Step::DropTable { table } => {
            vec![loses(format!(
                "the table `{}` goes with all its rows",
                table.name
            ))]
        }
        Step::DropColumn { table, column } => {
            let name = &column.name;
            vec![loses(match pair.and_then(|it| it.after.column(name)) {
                Some(after) => format!(
                    "`{table}.{name}` held {} and will hold {}: there is no way from one to the \
                     other, and what it held is lost",
                    column.data_type, after.data_type
                ),
                None => format!("`{table}.{name}` goes with what it held"),
            })]
        }
        Step::AlterColumn { table, from, to } => altered(table, from, to),
        Step::AddUnique { table, columns } => {
            // In a new column that holds nothing, nothing is twice.
            let holds_nothing = |name: &String| {
                let column = pair.and_then(|it| it.after.column(name));
                is_new(name) && column.is_some_and(|it| it.nullable && it.default.is_none())
            };
            match columns.iter().any(holds_nothing) {
                true => Vec::new(),
                false => vec![fails(format!(
                    "rows of `{table}` that hold the same in {} stop the migration",
                    listed(columns)
                ))],
            }
        }
        Step::AddPrimaryKey { table, columns } => vec![fails(format!(
            "rows of `{table}` that hold the same in {}, or nothing, stop the migration",
            listed(columns)
        ))],
        Step::AddCheck { table, check } => vec![fails(format!(
            "rows of `{table}` for which `{check}` does not hold stop the migration"
        ))],
        Step::AddForeignKey {
            table,
            column,
            references,
        } if pair.is_some() && !is_new(column) => vec![fails(format!(
            "rows of `{table}` whose `{column}` is no `{}` of `{}` stop the migration",
            references.column, references.table
        ))],
        _ => Vec::new(),
    }
}

fn altered(table: &str, from: &ColumnSchema, to: &ColumnSchema) -> Vec<Risk> {
    let name = format!("`{table}.{}`", to.name);
    let mut risks = Vec::new();
    let becomes = format!(
        "{name} held {} and will hold {}",
        from.data_type, to.data_type
    );
    match Conversion::of(from.data_type, to.data_type) {
        Conversion::Safe | Conversion::Impossible => {}
        Conversion::MayFail(why) => risks.push(fails(format!("{becomes}: {why}"))),
        Conversion::Loses(what) => risks.push(loses(format!("{becomes}: {what}"))),
    }
    if from.nullable && !to.nullable && to.default.is_none() {
        risks.push(fails(format!(
            "{name} may no more be null: a row without it stops the migration, unless a value is \
             given for it"
        )));
    }
    if let Some(values) = &to.values {
        let gone = from.values.as_ref().map(|before| {
            let gone = before.iter().filter(|it| !values.contains(it));
            gone.cloned().collect::<Vec<_>>()
        });
        match gone {
            None => risks.push(fails(format!(
                "rows that hold something else than {} in {name} stop the migration",
                listed(values)
            ))),
            Some(gone) if !gone.is_empty() => risks.push(fails(format!(
                "rows that hold {} in {name} stop the migration",
                listed(&gone)
            ))),
            Some(_) => {}
        }
    }
    if let Some(check) = to.check.as_ref().filter(|_| !is_same_check(from, to)) {
        risks.push(fails(format!(
            "rows of `{table}` for which `{check}` does not hold stop the migration"
        )));
    }
    risks
}

fn loses(text: String) -> Risk {
    Risk {
        kind: RiskKind::LosesData,
        text,
    }
}

fn fails(text: String) -> Risk {
    Risk {
        kind: RiskKind::MayFail,
        text,
    }
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    names.join(", ")
}
