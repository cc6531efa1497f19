//! Entities stand beside users' own derives, in functions, in private modules and without a
//! schema, and with columns of types of their own.

use diesel::prelude::*;
use savia::chrono::{DateTime, Utc};
use savia::data::column::ColumnType;
use savia::data::metadata::ColumnKind;
use savia::data::sql_types::As;
use savia::data::table::Table;
use savia::data::value::Value;
use savia::data::Loaded;
use savia::diesel::deserialize::{self, FromSqlRow};
use savia::diesel::expression::AsExpression;
use savia::diesel::sql_types::BigInt;
use savia::entity;
use savia::uuid::Uuid;

#[entity]
#[derive(PartialEq, Default)]
pub struct Category {
    #[id]
    pub id: i64,
    #[garde(length(min = 1))]
    pub name: String,
    #[belongs_to(Category, on_delete = "set_null")]
    pub parent_id: Option<i64>,
    pub parent: Loaded<Category>,
    #[has_many(Category, foreign_key = "parent_id")]
    pub children: Loaded<Vec<Category>>,
}

/// What the user derives is not derived again.
#[entity]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
enum Kind {
    #[default]
    Note,
    LongRead,
}

/// The table is another's; this reads a part of it.
#[entity(table = "categories", schema = false)]
struct CategoryName {
    #[id]
    id: i64,
    name: String,
}

mod inner {
    #[savia::entity(table = "type")]
    struct Keyword {
        #[id(assigned)]
        r#fn: i16,
        #[serde(default, rename = "in")]
        r#in: Option<super::Kind>,
    }

    pub fn table() -> &'static str {
        use savia::data::table::Table;
        Keyword::metadata().table
    }
}

/// A type of the user's own, stored as a number.
#[savia::dto]
#[derive(Copy, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
struct Cents(i64);

impl<DB> savia::diesel::serialize::ToSql<BigInt, DB> for Cents
where
    DB: savia::diesel::backend::Backend,
    i64: savia::diesel::serialize::ToSql<BigInt, DB>,
{
    fn to_sql<'b>(
        &'b self,
        out: &mut savia::diesel::serialize::Output<'b, '_, DB>,
    ) -> savia::diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> deserialize::FromSql<BigInt, DB> for Cents
where
    DB: savia::diesel::backend::Backend,
    i64: deserialize::FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

impl ColumnType for Cents {
    const KIND: ColumnKind = ColumnKind::BigInt;

    fn to_value(&self) -> Value {
        Value::BigInt(self.0)
    }

    fn from_sqlite(
        value: Option<savia::diesel::sqlite::SqliteValue<'_, '_, '_>>,
    ) -> deserialize::Result<Self> {
        i64::from_sqlite(value).map(Self)
    }

    fn from_postgres(value: Option<savia::diesel::pg::PgValue<'_>>) -> deserialize::Result<Self> {
        i64::from_postgres(value).map(Self)
    }
}

fn main() {
    /// In a function, with what it needs from outside.
    #[entity]
    struct Note {
        #[id]
        id: Uuid,
        kind: Kind,
        #[column(sql_type = BigInt)]
        price: Cents,
        #[created_at]
        at: DateTime<Utc>,
    }

    let mut note: Note = serde_json::from_str(r#"{"kind":"long_read","price":5}"#).unwrap();
    note.before_insert(Utc::now());
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let create = "create table notes (id text, kind text, price bigint, at text)";
    savia::diesel::sql_query(create).execute(&mut connection).unwrap();
    savia::diesel::insert_into(notes::table).values(&note).execute(&mut connection).unwrap();
    let found = notes::table
        .filter(notes::kind.eq(Kind::LongRead))
        .filter(notes::price.gt(Cents(4)))
        .filter(notes::id.eq(As(note.id)))
        .select(Note::as_select())
        .first(&mut connection)
        .unwrap();
    assert_eq!((found.id, found.kind, found.price), (note.id, Kind::LongRead, Cents(5)));

    let name = CategoryName { id: 1, name: "a".into() };
    assert_eq!(serde_json::to_string(&name).unwrap(), r#"{"id":1,"name":"a"}"#);
    assert_eq!(CategoryName::metadata().table, Category::metadata().table);
    assert_eq!(Category::metadata().associations.len(), 2);
    assert_eq!(inner::table(), "type");
    let _ = categories::table.filter(categories::name.eq("a"));
}
