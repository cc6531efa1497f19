//! What a script says of its steps to those who read it.

use super::fill::{Fill, Way};
use crate::schema::diff::{Path, RiskKind, Step, risks_of};
use crate::schema::model::ColumnSchema;
use crate::statement::Dialect;

/// The sentences before a step.
pub(super) fn of(path: &Path, way: Way<'_>, step: &Step, dialect: Dialect) -> Vec<String> {
    match way {
        Way::Up(_) => {
            let risks = risks_of(path, step).into_iter();
            risks
                .filter(|risk| risk.kind == RiskKind::LosesData)
                .map(|risk| format!("Loses data: {}.", risk.text))
                .collect()
        }
        Way::Down => made_up(path, step, dialect).into_iter().collect(),
    }
}

/// Which values are made up on the way back.
fn made_up(path: &Path, step: &Step, dialect: Dialect) -> Option<String> {
    let wanted =
        |column: &ColumnSchema| !column.nullable && column.default.is_none() && !column.identity;
    match step {
        Step::AddColumn { table, column } if wanted(column) => {
            let fill = Fill::of(path, Way::Down, table, column)?;
            Some(format!(
                "What `{table}.{}` held is gone: rows that are there get {}.",
                column.name,
                fill.says(column, dialect)
            ))
        }
        Step::AlterColumn { table, from, to } if from.nullable && wanted(to) => {
            let fill = Fill::of(path, Way::Down, table, to)?;
            Some(format!(
                "Rows that hold nothing in `{table}.{}` get {}.",
                to.name,
                fill.says(to, dialect)
            ))
        }
        _ => None,
    }
}
