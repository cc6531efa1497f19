//! Which app's tables have to be there before which.

use std::collections::BTreeMap;

use super::error::SchemaError;
use super::model::Schema;
use super::order;

/// The apps in an order in which each comes after those whose tables its own refer to; otherwise
/// they stay as they are.
///
/// # Errors
///
/// [`SchemaError::Circle`] where there is no such order.
pub fn app_order<'a>(apps: &[(&'a str, &Schema)]) -> Result<Vec<&'a str>, SchemaError> {
    let owners: BTreeMap<&str, usize> = apps
        .iter()
        .enumerate()
        .flat_map(|(at, (_, schema))| schema.tables.iter().map(move |it| (it.name.as_str(), at)))
        .collect();
    let needs: Vec<Vec<usize>> = apps
        .iter()
        .map(|(_, schema)| {
            let foreign = schema.foreign_tables();
            foreign
                .iter()
                .filter_map(|it| owners.get(it).copied())
                .collect()
        })
        .collect();
    let sorted = order::sort(&needs);
    let name = |at: &usize| apps.get(*at).map(|(name, _)| *name);
    match sorted.circle {
        Some(circle) => {
            let names = circle.iter().filter_map(name).map(str::to_owned);
            Err(SchemaError::Circle(names.collect()))
        }
        None => Ok(sorted.order.iter().filter_map(name).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(table: &str, refers_to: &str) -> Schema {
        let text = format!(
            r#"{{"tables": [{{"name": "{table}", "primary_key": ["id"], "columns": [
                {{"name": "id", "type": "bigint", "references":
                    {{"table": "{refers_to}", "column": "id", "on_delete": "cascade"}}}}]}}]}}"#
        );
        Schema::from_json(&text).unwrap()
    }

    #[test]
    fn an_app_comes_after_those_it_refers_to() {
        let (a, b, c) = (app("a", "c"), app("b", "elsewhere"), app("c", "b"));
        let order = app_order(&[("A", &a), ("B", &b), ("C", &c)]).unwrap();
        assert_eq!(order, ["B", "C", "A"]);
        let b = app("b", "a");
        let error = app_order(&[("A", &a), ("B", &b), ("C", &c)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the tables of the apps A, C, B refer to one another in a circle"
        );
    }
}
