//! Schemas at random, of all that a schema can have.

use savia::metadata::OnDelete;
use savia::schema::{ColumnSchema, DataType, ReferenceSchema, Schema, TableSchema};

/// Chance, out of bytes that proptest makes and shrinks.
pub(crate) struct Dice<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Dice<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes: bytes.iter(),
        }
    }

    /// A number below a bound; 0 when the bytes are used up.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let byte = self.bytes.next().copied().unwrap_or_default();
        usize::from(byte) % bound.max(1)
    }

    /// Whether it happens that often in a hundred times.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(crate) fn pick<'p, T>(&mut self, all: &'p [T]) -> &'p T {
        &all[self.below(all.len())]
    }
}

pub(crate) const TABLES: [&str; 8] = [
    "posts",
    "users",
    "tags",
    "order",
    "Blog Entries",
    "comments",
    "a_name_that_is_so_long_that_what_is_called_after_it_is_cut",
    "größen",
];

pub(crate) const COLUMNS: [&str; 12] = [
    "title",
    "body",
    "status",
    "rating",
    "price",
    "user",
    "Total Amount",
    "seen",
    "code",
    "flag",
    "amount",
    "a_column_with_a_name_that_leaves_little_room_for_more",
];

/// Types, with those that differ in size only.
pub(crate) const TYPES: [DataType; 20] = [
    DataType::SmallInt,
    DataType::Integer,
    DataType::BigInt,
    DataType::Real,
    DataType::Double,
    DataType::Boolean,
    DataType::Text { length: None },
    DataType::Text { length: Some(12) },
    DataType::Text { length: Some(40) },
    DataType::Bytes,
    DataType::Timestamp,
    DataType::DateTime,
    DataType::Date,
    DataType::Time,
    DataType::Uuid,
    DataType::Decimal {
        precision: 19,
        scale: 2,
    },
    DataType::Decimal {
        precision: 10,
        scale: 3,
    },
    DataType::Decimal {
        precision: 6,
        scale: 0,
    },
    DataType::Decimal {
        precision: 8,
        scale: 2,
    },
    DataType::Json,
];

/// Types of ids, and whether the database counts them.
pub(crate) const IDS: [(DataType, bool); 5] = [
    (DataType::BigInt, true),
    (DataType::Integer, true),
    (DataType::BigInt, false),
    (DataType::Text { length: Some(40) }, false),
    (DataType::Uuid, false),
];

pub(crate) fn schema(dice: &mut Dice<'_>) -> Schema {
    let mut tables: Vec<TableSchema> = Vec::new();
    for _ in 0..=dice.below(4) {
        add_table(&mut tables, dice);
    }
    for at in 0..tables.len() {
        if dice.chance(60) {
            add_reference(&mut tables, at, dice);
        }
    }
    if dice.chance(40) {
        add_pairs(&mut tables, dice);
    }
    Schema::new(tables)
}

/// Adds a table with columns of its own.
pub(crate) fn add_table(tables: &mut Vec<TableSchema>, dice: &mut Dice<'_>) {
    let name = *dice.pick(&TABLES);
    if tables.iter().any(|it| it.name == name) {
        return;
    }
    let (data_type, identity) = *dice.pick(&IDS);
    let mut table = TableSchema {
        name: name.to_owned(),
        columns: vec![ColumnSchema {
            identity,
            ..plain("id", data_type)
        }],
        primary_key: vec!["id".to_owned()],
        uniques: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
    };
    for _ in 0..dice.below(7) {
        add_column(&mut table, dice);
    }
    for _ in 0..dice.below(3) {
        add_key(&mut table, dice);
    }
    if dice.chance(30) {
        add_check(&mut table, dice);
    }
    tables.push(table);
}

fn plain(name: &str, data_type: DataType) -> ColumnSchema {
    ColumnSchema {
        name: name.to_owned(),
        data_type,
        identity: false,
        nullable: false,
        default: None,
        values: None,
        check: None,
        references: None,
    }
}

pub(crate) fn add_column(table: &mut TableSchema, dice: &mut Dice<'_>) {
    let name = *dice.pick(&COLUMNS);
    if table.column(name).is_some() {
        return;
    }
    let mut column = plain(name, *dice.pick(&TYPES));
    column.nullable = dice.chance(40);
    dress(&mut column, dice);
    table.columns.push(column);
}

/// Gives a column a default, a check or texts that suit its type.
pub(crate) fn dress(column: &mut ColumnSchema, dice: &mut Dice<'_>) {
    column.default = dice.chance(35).then(|| default(column.data_type, dice));
    column.values = None;
    if column.data_type.is_text() && dice.chance(25) {
        let count = 2 + dice.below(2);
        let values = ["draft", "it's", "live"].iter().take(count);
        column.values = Some(values.map(|it| (*it).to_owned()).collect());
        if column.default.is_some() {
            column.default = Some("'draft'".to_owned());
        }
    }
    column.check = dice.chance(25).then(|| check(column)).flatten();
}

/// A check that all the values of these tests pass.
pub(crate) fn check(column: &ColumnSchema) -> Option<String> {
    let name = quoted(&column.name);
    match column.data_type {
        DataType::Decimal { .. } => Some(format!("{name} < 99999.5 and {name} >= 0")),
        DataType::Real | DataType::Double => Some(format!("{name} between -1 and 100000")),
        of if of.is_integer() => Some(format!("{name} >= 0")),
        of if of.is_text() => Some(format!("{name} not in ('zzz', 'a, b')")),
        _ => None,
    }
}

/// A name as a check has to write it.
pub(crate) fn quoted(name: &str) -> String {
    match COLUMNS.contains(&name) && !["user", "Total Amount"].contains(&name) {
        true => name.to_owned(),
        false => format!("\"{name}\""),
    }
}

pub(crate) fn default(of: DataType, dice: &mut Dice<'_>) -> String {
    let computed = dice.chance(40);
    match of {
        DataType::Boolean => ["true", "false"][dice.below(2)],
        DataType::Real | DataType::Double => "0.25",
        DataType::Decimal { scale: 0, .. } => "7",
        DataType::Decimal { .. } => "1.50",
        DataType::Text { .. } if computed => "lower('A')",
        DataType::Text { .. } => "'it''s'",
        DataType::Bytes => "x'00ff'",
        DataType::Timestamp | DataType::DateTime if computed => "current_timestamp",
        DataType::Timestamp | DataType::DateTime => "'2026-02-03T04:05:06Z'",
        DataType::Date if computed => "current_date",
        DataType::Date => "'2026-02-03'",
        DataType::Time => "'04:05:06'",
        DataType::Uuid if computed => "gen_random_uuid()",
        DataType::Uuid => "'01234567-89ab-cdef-0123-456789abcdef'",
        DataType::Json => "'{\"a\": [1]}'",
        _ => "5",
    }
    .to_owned()
}

/// Adds a unique key or an index over one or two columns.
pub(crate) fn add_key(table: &mut TableSchema, dice: &mut Dice<'_>) {
    let mut columns: Vec<String> = Vec::new();
    for _ in 0..=dice.below(2) {
        let name = dice.pick(&table.columns).name.clone();
        // PostgreSQL orders no JSON by default operators of unique keys but as a whole: `jsonb` can.
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    let is_known = [&table.primary_key]
        .into_iter()
        .chain(&table.uniques)
        .chain(&table.indexes);
    if is_known.into_iter().any(|it| *it == columns) {
        return;
    }
    match dice.chance(50) {
        true => table.uniques.push(columns),
        false => table.indexes.push(columns),
    }
}

/// Adds a check over two columns that hold numbers.
pub(crate) fn add_check(table: &mut TableSchema, dice: &mut Dice<'_>) {
    let numbers: Vec<&ColumnSchema> = table
        .columns
        .iter()
        .filter(|it| {
            it.name != "id"
                && it.references.is_none()
                && (it.data_type.is_integer() || is_decimal(it.data_type))
        })
        .collect();
    if numbers.is_empty() {
        return;
    }
    let one = quoted(&dice.pick(&numbers).name);
    let other = quoted(&dice.pick(&numbers).name);
    let check = match dice.below(3) {
        0 => format!("{one} >= 0 or {other} is null"),
        1 => format!("{one} + {other} < 1000000"),
        _ => format!("not ({one} < 0 and {other} < 0)"),
    };
    if !table.checks.contains(&check) {
        table.checks.push(check);
    }
}

fn is_decimal(of: DataType) -> bool {
    matches!(of, DataType::Decimal { .. })
}

/// Makes a table refer to one, itself included. What is not null refers backwards, so that rows can
/// be inserted.
pub(crate) fn add_reference(tables: &mut [TableSchema], at: usize, dice: &mut Dice<'_>) {
    let to = dice.below(tables.len());
    let target = &tables[to];
    let [id] = target.primary_key.as_slice() else {
        return;
    };
    let name = format!("{}_ref", ["a", "b"][dice.below(2)]);
    let nullable = to >= at || dice.chance(40);
    let on_delete = match dice.below(4) {
        0 => OnDelete::Cascade,
        1 => OnDelete::NoAction,
        2 if nullable => OnDelete::SetNull,
        _ => OnDelete::Restrict,
    };
    let column = ColumnSchema {
        nullable,
        references: Some(ReferenceSchema {
            table: target.name.clone(),
            column: id.clone(),
            on_delete,
        }),
        ..plain(&name, target.column(id).unwrap().data_type)
    };
    let table = &mut tables[at];
    if table.column(&name).is_none() && table.primary_key.len() == 1 {
        if dice.chance(80) {
            table.indexes.push(vec![name]);
        }
        table.columns.push(column);
    }
}

/// Adds a table of pairs.
pub(crate) fn add_pairs(tables: &mut Vec<TableSchema>, dice: &mut Dice<'_>) {
    if tables.iter().any(|it| it.name == "pairs") || tables.is_empty() {
        return;
    }
    let side = |name: &str, dice: &mut Dice<'_>| {
        let target = dice.pick(tables);
        let id = target.primary_key.first().unwrap();
        ColumnSchema {
            references: Some(ReferenceSchema {
                table: target.name.clone(),
                column: id.clone(),
                on_delete: OnDelete::Cascade,
            }),
            ..plain(name, target.column(id).unwrap().data_type)
        }
    };
    let columns = vec![side("left_id", dice), side("right_id", dice)];
    tables.push(TableSchema {
        name: "pairs".to_owned(),
        columns,
        primary_key: vec!["left_id".to_owned(), "right_id".to_owned()],
        uniques: Vec::new(),
        indexes: vec![vec!["right_id".to_owned()]],
        checks: Vec::new(),
    });
}
