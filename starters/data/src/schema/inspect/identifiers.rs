//! Names of Rust from names of a database.

/// Words that are no names in Rust 2024; the last four not even behind `r#`.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield", "crate", "self", "super",
];

/// The words that have no raw form.
const NEVER: [&str; 4] = ["crate", "self", "super", "Self"];

/// Types that every file names.
const TYPES: [&str; 8] = [
    "Box", "DateTime", "Decimal", "Loaded", "Option", "Result", "String", "Vec",
];

/// What diesel's module of a table has beside its columns.
const TAKEN: [&str; 6] = ["table", "columns", "dsl", "star", "all_columns", "diesel"];

/// The struct of a table: `BlogPost` of `blog_posts`. None where the table's name is no identifier.
pub(super) fn structure(table: &str) -> Option<String> {
    let is_identifier = table.starts_with(|it: char| it.is_alphabetic() || it == '_')
        && table.chars().all(|it| it.is_alphanumeric() || it == '_')
        && !NEVER.contains(&table);
    let mut name = camel(&singular(table));
    if TYPES.contains(&name.as_str()) {
        name.push_str("Row");
    }
    let is_name = name.starts_with(char::is_alphabetic) && !NEVER.contains(&name.as_str());
    (is_identifier && is_name).then_some(name)
}

/// The field of a column, which is not always called as the column.
pub(super) fn field(column: &str, table: &str) -> String {
    let mut name: String = column
        .chars()
        .map(|it| match it.is_alphanumeric() {
            true => it.to_lowercase().next().unwrap_or(it),
            false => '_',
        })
        .collect();
    if !name.starts_with(|it: char| it.is_alphabetic() || it == '_') {
        name.insert(0, '_');
    }
    if TAKEN.contains(&name.as_str()) || NEVER.contains(&name.as_str()) || name == table {
        name.push('_');
    }
    match name.as_str() {
        "_" => "column".to_owned(),
        _ => name,
    }
}

/// A name as code has it: behind `r#` where it is a keyword.
pub(super) fn raw(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true => format!("r#{name}"),
        false => name.to_owned(),
    }
}

/// A variant of an enum: `InReview` of `in review`.
pub(super) fn variant(text: &str) -> Option<String> {
    let words: String = text
        .chars()
        .map(|it| if it.is_alphanumeric() { it } else { '_' })
        .collect();
    let name = camel(&words);
    let is_name = name.starts_with(char::is_alphabetic) && !NEVER.contains(&name.as_str());
    is_name.then_some(name)
}

/// `BlogPost` of `blog_post`.
pub(super) fn camel(name: &str) -> String {
    let words = name.split('_').filter(|it| !it.is_empty());
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<String>()
        })
        .collect()
}

/// `blog_post` of `BlogPost`, as serde and the macros write it.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Whether `-ses` stands for `-us` in the plural.
fn is_us(stem: &str) -> bool {
    stem.ends_with('u') && !stem.ends_with("ou") && !stem.ends_with("au")
}

/// One of many: what the macro makes the plural of.
pub(super) fn singular(word: &str) -> String {
    let ends = |end: &str| word.strip_suffix(end).filter(|it| it.len() > 1);
    if let Some(stem) = ends("ies") {
        return format!("{stem}y");
    }
    for hiss in ["ses", "xes", "zes", "ches", "shes"] {
        // `houses` is of a word that ends in an e, `statuses` is not.
        if let Some(stem) = ends(hiss)
            && (hiss != "ses" || stem.ends_with('s') || is_us(stem))
        {
            return format!("{stem}{}", hiss.trim_end_matches("es"));
        }
    }
    match ends("s") {
        Some(stem) if !stem.ends_with('s') && !stem.ends_with('u') && !stem.ends_with('i') => {
            stem.to_owned()
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struct_is_one_of_a_table_s_many() {
        for (table, expected) in [
            ("posts", Some("Post")),
            ("blog_posts", Some("BlogPost")),
            ("categories", Some("Category")),
            ("addresses", Some("Address")),
            ("boxes", Some("BoxRow")),
            ("branches", Some("Branch")),
            ("houses", Some("House")),
            ("statuses", Some("Status")),
            ("status", Some("Status")),
            ("news", Some("New")),
            ("Users", Some("User")),
            ("blog entries", None),
            ("_1", None),
        ] {
            assert_eq!(structure(table).as_deref(), expected, "{table}");
        }
    }

    #[test]
    fn a_field_is_an_identifier() {
        for (column, expected) in [
            ("title", "title"),
            ("Total Amount", "total_amount"),
            ("2nd", "_2nd"),
            ("type", "r#type"),
            ("table", "table_"),
            ("posts", "posts_"),
            ("self", "self_"),
        ] {
            assert_eq!(raw(&field(column, "posts")), expected);
        }
        assert_eq!(variant("in review").as_deref(), Some("InReview"));
        assert_eq!(variant("2"), None);
        assert_eq!(snake("InReview"), "in_review");
    }
}
