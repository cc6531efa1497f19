//! `--rename old:new`.

use super::Renames;
use crate::schema::error::SchemaError;
use crate::schema::model::Schema;

pub(super) fn parse(old: &Schema, new: &Schema, said: &[&str]) -> Result<Renames, SchemaError> {
    let mut renames = Renames::default();
    let mut faults = Vec::new();
    let mut bare = Vec::new();
    // Tables come first, so that their columns can be named by either name.
    for text in said {
        match text.split_once(':') {
            Some((from, to)) if !from.contains('.') && !to.contains('.') => {
                match old.table(from).is_some() && new.table(to).is_some() {
                    true => {
                        renames.tables.insert(from.to_owned(), to.to_owned());
                    }
                    false => bare.push((from, to)),
                }
            }
            Some(_) => {}
            None => faults.push(format!(
                "{text:?} is no rename: write `old:new` for a table, `table.old:new` for a column"
            )),
        }
    }
    for text in said {
        let Some((from, to)) = text.split_once(':') else {
            continue;
        };
        let Some((table, from)) = from.split_once('.') else {
            if let Some((table, _)) = to.split_once('.') {
                faults.push(format!(
                    "{text:?} does not say of which table: write `{table}.{from}:{}`",
                    to.trim_start_matches(table).trim_start_matches('.')
                ));
            }
            continue;
        };
        let table = renames.table(table).to_owned();
        let to = match to.split_once('.') {
            Some((of, to)) if renames.table(of) == table => to,
            Some(_) => {
                faults.push(format!(
                    "{text:?} names two tables: a column stays in its own"
                ));
                continue;
            }
            None => to,
        };
        let columns = renames.columns.entry(table).or_default();
        columns.insert(from.to_owned(), to.to_owned());
    }
    for (from, to) in bare {
        match of_columns(&renames, old, new, from, to).as_slice() {
            [table] => {
                let columns = renames.columns.entry(table.clone()).or_default();
                columns.insert(from.to_owned(), to.to_owned());
            }
            [] => faults.push(format!(
                "no table and no column `{from}` went while `{to}` came"
            )),
            several => faults.push(format!(
                "`{from}:{to}` may be meant of {}: write `{}.{from}:{to}`",
                listed(several),
                several.first().map_or("table", String::as_str)
            )),
        }
    }
    if faults.is_empty() {
        faults = renames.faults(old, new);
    }
    match faults.is_empty() {
        true => Ok(renames),
        false => Err(SchemaError::Renames(faults)),
    }
}

/// The tables in which such a column went and such a one came.
fn of_columns(renames: &Renames, old: &Schema, new: &Schema, from: &str, to: &str) -> Vec<String> {
    let tables = old.tables.iter().filter_map(|before| {
        let after = new.table(renames.table(&before.name))?;
        let went = before.column(from).is_some() && after.column(from).is_none();
        let came = before.column(to).is_none() && after.column(to).is_some();
        (went && came).then(|| after.name.clone())
    });
    tables.collect()
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    names.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(tables: &[(&str, &[&str])]) -> Schema {
        let tables = tables.iter().map(|(name, columns)| {
            let columns = columns
                .iter()
                .map(|it| format!(r#"{{"name": "{it}", "type": "text"}}"#));
            let columns: Vec<String> = columns.collect();
            format!(
                r#"{{"name": "{name}", "primary_key": ["id"], "columns": [{}]}}"#,
                columns.join(",")
            )
        });
        let tables: Vec<String> = tables.collect();
        Schema::from_json(&format!(r#"{{"tables": [{}]}}"#, tables.join(","))).unwrap()
    }

    fn check(said: &[&str], expected: Result<&[(&str, &str, &str)], &str>) {
        let old = schema(&[
            ("posts", &["id", "title", "body"]),
            ("tags", &["id", "title"]),
        ]);
        let new = schema(&[
            ("articles", &["id", "headline", "text"]),
            ("tags", &["id", "headline"]),
        ]);
        match (Renames::parse(&old, &new, said), expected) {
            (Ok(renames), Ok(expected)) => {
                let tables = renames
                    .tables
                    .iter()
                    .map(|(a, b)| ("", a.as_str(), b.as_str()));
                let columns = renames.columns.iter().flat_map(|(table, columns)| {
                    columns
                        .iter()
                        .map(move |(a, b)| (table.as_str(), a.as_str(), b.as_str()))
                });
                assert_eq!(tables.chain(columns).collect::<Vec<_>>(), expected);
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (Ok(renames), Err(part)) => panic!("{renames:?} where {part}"),
            (Err(error), Ok(_)) => panic!("{error}"),
        }
    }

    #[test]
    fn tables_and_columns_are_renamed_by_a_word() {
        let table = ("", "posts", "articles");
        check(&["posts:articles"], Ok(&[table]));
        check(
            &["posts.title:headline", "posts:articles"],
            Ok(&[table, ("articles", "title", "headline")]),
        );
        check(
            &["posts:articles", "articles.body:articles.text"],
            Ok(&[table, ("articles", "body", "text")]),
        );
        check(
            &["posts:articles", "body:text"],
            Ok(&[table, ("articles", "body", "text")]),
        );
        check(&["title:headline"], Ok(&[("tags", "title", "headline")]));
    }

    #[test]
    fn what_cannot_be_is_told() {
        check(&["posts"], Err("is no rename: write `old:new`"));
        check(
            &["posts:articles", "title:headline"],
            Err("may be meant of `articles` and `tags`: write `articles.title:headline`"),
        );
        check(&["posts:pages"], Err("no table and no column `posts` went"));
        check(&["title:tags.headline"], Err("write `tags.title:headline`"));
        check(&["tags.title:posts.headline"], Err("names two tables"));
        check(
            &["tags.name:headline"],
            Err("there was no column `tags.name`"),
        );
        check(
            &["tags.title:name"],
            Err("there is no column `tags.name` now"),
        );
        check(
            &["tags.title:id"],
            Err("there was a column `tags.id` already"),
        );
        check(&["posts:tags"], Err("there was a table `tags` already"));
    }
}
