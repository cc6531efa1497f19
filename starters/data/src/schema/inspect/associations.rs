//! What tables have to do with each other, as attributes say it.

use super::super::catalogue::{Catalogue, ForeignKey, Table};
use super::identifiers::{camel, raw, singular, snake};
use super::{Inspector, writer};

/// The foreign keys of a table that holds pairs and nothing else: one for each of its two columns.
pub(super) fn pairs<'a>(catalogue: &Catalogue, table: &'a Table) -> Option<[&'a ForeignKey; 2]> {
    let key = table.primary_key.as_ref()?;
    let [one, other] = key.columns.as_slice() else {
        return None;
    };
    let of = |column: &String| {
        let mut keys = table.foreign_keys.iter();
        keys.find(|it| it.columns == [column.clone()] && is_to_id(catalogue, it))
    };
    (table.columns.len() == 2).then_some([of(one)?, of(other)?])
}

/// Whether a foreign key is one column that refers to a primary key of one column.
pub(super) fn is_to_id(catalogue: &Catalogue, key: &ForeignKey) -> bool {
    let target = catalogue.tables.get(&key.table);
    let id = target.and_then(|it| it.primary_key.as_ref());
    key.columns.len() == 1 && id.is_some_and(|it| it.columns == key.to)
}

/// `#[belongs_to(User, on_delete = "cascade")]`; nothing where no entity is referred to.
pub(super) fn belongs_to(inspector: &Inspector<'_>, key: &ForeignKey) -> Option<String> {
    let target = inspector.structs.get(key.table.as_str())?;
    if !is_to_id(inspector.catalogue, key) {
        return None;
    }
    Some(match key.on_delete.as_str() {
        "restrict" => format!("#[belongs_to({target})]"),
        "set default" => return None,
        other => format!(
            "#[belongs_to({target}, on_delete = \"{}\")]",
            other.replace(' ', "_")
        ),
    })
}

/// The fields that are loaded through tables of pairs; one side has them.
pub(super) fn many_to_many(
    inspector: &Inspector<'_>,
    table: &str,
    of: &str,
    taken: &mut Vec<String>,
) -> Vec<String> {
    let mut fields = Vec::new();
    for (through, pairs_table) in &inspector.catalogue.tables {
        let Some([own, other]) = pairs(inspector.catalogue, pairs_table) else {
            continue;
        };
        let Some(target) = inspector.structs.get(other.table.as_str()) else {
            continue;
        };
        let (Some(key), Some(other_key)) = (own.columns.first(), other.columns.first()) else {
            continue;
        };
        if own.table != table {
            continue;
        }
        let mut words = vec![target.clone(), format!("through = {through:?}")];
        if *key != format!("{}_id", snake(of)) {
            words.push(format!("foreign_key = {key:?}"));
        }
        if *other_key != format!("{}_id", snake(target)) {
            words.push(format!("other_key = {other_key:?}"));
        }
        let mut name = format!("{}s", singular(other_key.trim_end_matches("_id")));
        while taken.contains(&name) {
            name.push('_');
        }
        taken.push(name.clone());
        let cascades = [own, other].iter().all(|it| it.on_delete == "cascade");
        let mut field = String::new();
        if !cascades {
            field.push_str(&format!(
                "    // Pairs in `{through}` do not go with what they refer to: Savia's do.\n"
            ));
        }
        field.push_str(&writer::attribute("    ", "many_to_many", &words));
        field.push_str(&format!("    pub {}: Loaded<Vec<{target}>>,\n", raw(&name)));
        fields.push(field);
    }
    fields
}

/// The enum of a column: `PostStatus`.
pub(super) fn enumeration(of: &str, column: &str) -> String {
    format!("{of}{}", camel(column))
}
