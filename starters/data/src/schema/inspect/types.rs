//! Types of Rust from types of a database.

use crate::statement::Dialect;

/// How a column is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RustType {
    /// The type of its field.
    pub(super) name: &'static str,
    /// What `#[column(…)]` says of its size.
    pub(super) options: Vec<String>,
    /// Whether a text is its default as it is.
    pub(super) is_text: bool,
    /// What has to be known of it.
    pub(super) note: Option<String>,
}

impl RustType {
    fn plain(name: &'static str) -> Option<Self> {
        Some(Self {
            name,
            options: Vec::new(),
            is_text: name == "String",
            note: None,
        })
    }

    fn noted(name: &'static str, note: impl Into<String>) -> Option<Self> {
        Self::plain(name).map(|it| Self {
            note: Some(note.into()),
            ..it
        })
    }

    fn text(length: Option<u32>) -> Option<Self> {
        Self::plain("String").map(|it| Self {
            // PostgreSQL's own limit of `varchar(n)`.
            options: length
                .filter(|it| (1..=10_485_760).contains(it))
                .map(|it| format!("length = {it}"))
                .into_iter()
                .collect(),
            ..it
        })
    }
}

/// The type of a column; none where an entity has no such.
pub(super) fn of(data_type: &str, column: &str, dialect: Dialect) -> Option<RustType> {
    let (word, sizes) = parts(data_type);
    match dialect {
        Dialect::Postgres => postgres(data_type, &word, &sizes),
        Dialect::Sqlite => sqlite(&word, &sizes, column),
    }
}

/// `numeric(10, 2)` is a word and two sizes.
fn parts(data_type: &str) -> (String, Vec<u32>) {
    let text = data_type.to_ascii_lowercase();
    match text.split_once('(') {
        Some((word, rest)) => {
            let (sizes, after) = rest.split_once(')').unwrap_or((rest, ""));
            let sizes = sizes
                .split(',')
                .filter_map(|it| it.trim().parse().ok())
                .collect();
            (format!("{}{after}", word.trim_end()), sizes)
        }
        None => (text, Vec::new()),
    }
}

fn postgres(whole: &str, word: &str, sizes: &[u32]) -> Option<RustType> {
    match word {
        "smallint" => RustType::plain("i16"),
        "integer" => RustType::plain("i32"),
        "bigint" => RustType::plain("i64"),
        "real" => RustType::plain("f32"),
        "double precision" => RustType::plain("f64"),
        "boolean" => RustType::plain("bool"),
        "text" => RustType::text(None),
        "character varying" => RustType::text(sizes.first().copied()),
        "character" => RustType::text(sizes.first().copied()).map(|it| RustType {
            note: Some(format!(
                "`{whole}` is filled up with spaces; Savia has `varchar`"
            )),
            ..it
        }),
        "bytea" => RustType::plain("Vec<u8>"),
        "timestamp with time zone" => RustType::plain("DateTime<Utc>"),
        "timestamp without time zone" => RustType::plain("NaiveDateTime"),
        "date" => RustType::plain("NaiveDate"),
        "time without time zone" => RustType::plain("NaiveTime"),
        "uuid" => RustType::plain("Uuid"),
        "jsonb" => RustType::plain("serde_json::Value"),
        "numeric" => Some(decimal(sizes)),
        _ => None,
    }
}

/// A decimal of what a 64-bit integer holds.
fn decimal(sizes: &[u32]) -> RustType {
    let (precision, scale, note) = match *sizes {
        [precision, scale] if precision <= 19 && scale <= 18 => (precision, scale, None),
        [precision, scale] => {
            let note =
                format!("`numeric({precision}, {scale})` holds more digits than a decimal here");
            (19, scale.min(18), Some(note))
        }
        _ => {
            let note = "`numeric` holds any number of digits, a decimal 19 with 2 after the point";
            (19, 2, Some(note.to_owned()))
        }
    };
    let mut options = Vec::new();
    if precision != 19 {
        options.push(format!("precision = {precision}"));
    }
    if scale != 2 {
        options.push(format!("scale = {scale}"));
    }
    RustType {
        name: "Decimal",
        options,
        is_text: false,
        note,
    }
}

/// SQLite takes any word for a type, and any value whatever the type.
fn sqlite(word: &str, sizes: &[u32], column: &str) -> Option<RustType> {
    match word {
        "smallint" | "int2" => RustType::plain("i16"),
        "mediumint" | "int4" => RustType::plain("i32"),
        // A number has 64 bits if it wants to.
        "integer" | "int" | "bigint" | "int8" | "unsigned big int" => RustType::plain("i64"),
        "tinyint" if sizes == [1] => RustType::plain("bool"),
        "tinyint" => RustType::plain("i16"),
        "boolean" | "bool" => RustType::plain("bool"),
        "real" | "float" | "double" | "double precision" => RustType::plain("f64"),
        "text" if column.ends_with("_at") => RustType::plain("DateTime<Utc>"),
        "text" | "clob" => RustType::text(None),
        "varchar" | "character" | "char" | "nvarchar" | "nchar" | "varying character"
        | "native character" | "character varying" => RustType::text(sizes.first().copied()),
        "blob" => RustType::plain("Vec<u8>"),
        "timestamp with time zone" | "timestamptz" => RustType::plain("DateTime<Utc>"),
        "datetime" | "timestamp" => RustType::plain("NaiveDateTime"),
        "date" => RustType::plain("NaiveDate"),
        "time" => RustType::plain("NaiveTime"),
        "json" | "jsonb" => RustType::plain("serde_json::Value"),
        "uuid" | "guid" => RustType::plain("Uuid"),
        "decimal" | "numeric" => RustType::noted(
            "f64",
            format!(
                "`{word}` holds floating numbers here; Savia keeps a decimal as a whole number"
            ),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_that_can_read_what_is_there() {
        let check = |data_type: &str, dialect, expected: &str| {
            let found = of(data_type, "at", dialect).map_or("none".to_owned(), |it| {
                let options = it.options.iter().map(|it| format!(" {it}"));
                format!("{}{}", it.name, options.collect::<String>())
            });
            assert_eq!(found, expected, "{data_type}");
        };
        let (sqlite, postgres) = (Dialect::Sqlite, Dialect::Postgres);
        check("character varying(40)", postgres, "String length = 40");
        check("numeric(12,2)", postgres, "Decimal precision = 12");
        check("numeric(19,4)", postgres, "Decimal scale = 4");
        check("numeric", postgres, "Decimal");
        check("timestamp(3) with time zone", postgres, "DateTime<Utc>");
        check("inet", postgres, "none");
        check("integer", sqlite, "i64");
        check("varchar (40)", sqlite, "String length = 40");
        check("tinyint(1)", sqlite, "bool");
        check("decimal(10,2)", sqlite, "f64");
        check("", sqlite, "none");
    }
}
