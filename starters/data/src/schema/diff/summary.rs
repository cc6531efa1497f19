//! A name for a migration.

use std::collections::BTreeSet;

use super::step::Step;

/// The most characters that a name should have: it is part of a folder's.
const LONGEST: usize = 50;

/// A name of what the steps do: `create_posts`, `add_rating_to_posts`.
pub(super) fn of(steps: &[Step]) -> String {
    // What follows from a column or table that comes is no matter of its own.
    let own: Vec<&Step> = steps.iter().filter(|step| !follows(step, steps)).collect();
    let name = match own.as_slice() {
        [] => "nothing".to_owned(),
        [step] => of_one(step),
        several => of_several(several),
    };
    let is_plain = name
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || it == '_');
    match is_plain && name.len() <= LONGEST {
        true => name,
        false => "change_tables".to_owned(),
    }
}

/// Whether a step only completes a column that comes or goes, or a table that comes.
fn follows(step: &Step, steps: &[Step]) -> bool {
    let is_part = |columns: &[String]| {
        steps.iter().any(|other| match other {
            Step::AddColumn { table, column } | Step::DropColumn { table, column } => {
                table == step.table() && columns.contains(&column.name)
            }
            _ => false,
        })
    };
    match step {
        Step::AddIndex { columns, .. }
        | Step::DropIndex { columns, .. }
        | Step::AddUnique { columns, .. }
        | Step::DropUnique { columns, .. } => is_part(columns),
        Step::AddForeignKey { table, column, .. } | Step::DropForeignKey { table, column, .. } => {
            is_part(std::slice::from_ref(column))
                || steps.iter().any(|it| match it {
                    Step::CreateTable { table: it, .. } | Step::DropTable { table: it } => {
                        it.name == *table
                    }
                    _ => false,
                })
        }
        _ => false,
    }
}

fn of_one(step: &Step) -> String {
    match step {
        Step::CreateTable { table, .. } => format!("create_{}", table.name),
        Step::DropTable { table } => format!("drop_{}", table.name),
        Step::RenameTable { from, to } => format!("rename_{from}_to_{to}"),
        Step::RenameColumn { table, from, to } => format!("rename_{from}_of_{table}_to_{to}"),
        Step::AddColumn { table, column } => format!("add_{}_to_{table}", column.name),
        Step::DropColumn { table, column } => format!("drop_{}_of_{table}", column.name),
        Step::AlterColumn { table, to, .. } => format!("change_{}_of_{table}", to.name),
        other => format!("change_{}", other.table()),
    }
}

fn of_several(steps: &[&Step]) -> String {
    let tables: BTreeSet<&str> = steps.iter().map(|it| it.table()).collect();
    let tables: Vec<&str> = tables.into_iter().collect();
    let all = |is: fn(&Step) -> bool| steps.iter().all(|step| is(step));
    let verb = if all(|it| matches!(it, Step::CreateTable { .. })) {
        "create"
    } else if all(|it| matches!(it, Step::DropTable { .. })) {
        "drop"
    } else {
        "change"
    };
    format!("{verb}_{}", tables.join("_and_"))
}
