//! PostgreSQL's catalogue: `pg_catalog`, of the schema that comes first in `search_path`.

use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{QueryResult, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Catalogue, Check, Column, ForeignKey, Index, Key, Table, is_extra_table};
use crate::statement::Dialect;

#[derive(QueryableByName)]
struct TableRow {
    #[diesel(sql_type = Text)]
    name: String,
}

const TABLES: &str = "
    select c.relname::text as name
    from pg_class c
    where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relkind in ('r', 'p')
    order by c.relname";

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    not_null: bool,
    #[diesel(sql_type = Nullable<Text>)]
    default: Option<String>,
    #[diesel(sql_type = Bool)]
    counted: bool,
    #[diesel(sql_type = Bool)]
    computed: bool,
}

const COLUMNS: &str = "
    select c.relname::text as of, a.attname::text as name,
        format_type(a.atttypid, a.atttypmod) as kind, a.attnotnull as not_null,
        pg_get_expr(d.adbin, d.adrelid) as \"default\", a.attidentity <> '' as counted,
        a.attgenerated <> '' as computed
    from pg_class c join pg_attribute a on a.attrelid = c.oid
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relkind in ('r', 'p')
        and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum";

#[derive(QueryableByName)]
struct ConstraintRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// `p` of a primary key, `u` of a unique one, `f` of a foreign one, `c` of a check.
    #[diesel(sql_type = Text)]
    kind: String,
    /// As JSON.
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Nullable<Text>)]
    target: Option<String>,
    #[diesel(sql_type = Text)]
    to_columns: String,
    #[diesel(sql_type = Text)]
    on_delete: String,
    #[diesel(sql_type = Text)]
    on_update: String,
    #[diesel(sql_type = Nullable<Text>)]
    expression: Option<String>,
}

const CONSTRAINTS: &str = "
    select c.relname::text as of, k.conname::text as name, k.contype::text as kind,
        coalesce((select json_agg(a.attname order by p.place)
            from unnest(k.conkey) with ordinality p (number, place)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.number), '[]'
        )::text as columns,
        t.relname::text as target,
        coalesce((select json_agg(a.attname order by p.place)
            from unnest(k.confkey) with ordinality p (number, place)
            join pg_attribute a on a.attrelid = k.confrelid and a.attnum = p.number), '[]'
        )::text as to_columns,
        k.confdeltype::text as on_delete, k.confupdtype::text as on_update,
        pg_get_expr(k.conbin, k.conrelid) as expression
    from pg_constraint k join pg_class c on c.oid = k.conrelid
        left join pg_class t on t.oid = k.confrelid
    where c.relnamespace = quote_ident(current_schema())::regnamespace and k.contype in ('p', 'u', 'f', 'c')
    order by c.relname, k.conname";

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    /// As JSON.
    #[diesel(sql_type = Text)]
    columns: String,
    /// Whether it is over columns alone, in their order.
    #[diesel(sql_type = Bool)]
    is_plain: bool,
    #[diesel(sql_type = Text)]
    definition: String,
}

const INDEXES: &str = "
    select c.relname::text as of, n.relname::text as name, i.indisunique as is_unique,
        coalesce((select json_agg(a.attname order by p.place)
            from unnest(i.indkey::smallint[]) with ordinality p (number, place)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = p.number), '[]'
        )::text as columns,
        i.indexprs is null and i.indpred is null and am.amname = 'btree'
            and i.indnatts = i.indnkeyatts
            and not exists (select from unnest(i.indoption::smallint[]) o where o <> 0) as is_plain,
        replace(pg_get_indexdef(i.indexrelid), ' ON ' || quote_ident(current_schema()) || '.',
            ' ON ') as definition
    from pg_index i join pg_class c on c.oid = i.indrelid
        join pg_class n on n.oid = i.indexrelid join pg_am am on am.oid = n.relam
    where c.relnamespace = quote_ident(current_schema())::regnamespace
        and not exists (select from pg_constraint k where k.conindid = i.indexrelid
            and k.contype in ('p', 'u', 'x'))
    order by c.relname, n.relname";

/// What the schema holds that comes first in the connection's `search_path`.
///
/// # Errors
///
/// Where the server is out of reach.
pub async fn read(mut connection: &AsyncPgConnection) -> QueryResult<Catalogue> {
    let connection = &mut connection;
    let mut catalogue = Catalogue::empty(Dialect::Postgres);
    let tables: Vec<TableRow> = sql_query(TABLES).load(connection).await?;
    for TableRow { name } in tables.into_iter().filter(|it| !is_extra_table(&it.name)) {
        catalogue.tables.insert(name, Table::default());
    }
    let columns: Vec<ColumnRow> = sql_query(COLUMNS).load(connection).await?;
    for row in columns {
        if let Some(table) = catalogue.tables.get_mut(&row.of) {
            table.columns.push(Column {
                name: row.name,
                data_type: row.kind,
                nullable: !row.not_null,
                default: row.default,
                identity: row.counted,
                generated: row.computed,
            });
        }
    }
    let constraints: Vec<ConstraintRow> = sql_query(CONSTRAINTS).load(connection).await?;
    for row in constraints {
        if let Some(table) = catalogue.tables.get_mut(&row.of) {
            constraint(table, row);
        }
    }
    let indexes: Vec<IndexRow> = sql_query(INDEXES).load(connection).await?;
    for row in indexes {
        if let Some(table) = catalogue.tables.get_mut(&row.of) {
            table.indexes.push(Index {
                name: row.name,
                unique: row.is_unique,
                columns: names(&row.columns),
                definition: (!row.is_plain).then_some(row.definition),
            });
        }
    }
    Ok(catalogue)
}

fn constraint(table: &mut Table, row: ConstraintRow) {
    let columns = names(&row.columns);
    let key = Key {
        name: Some(row.name.clone()),
        columns: columns.clone(),
    };
    match (row.kind.as_str(), row.target) {
        ("p", _) => table.primary_key = Some(key),
        ("u", _) => table.uniques.push(key),
        ("f", Some(target)) => table.foreign_keys.push(ForeignKey {
            name: Some(row.name),
            columns,
            table: target,
            to: names(&row.to_columns),
            on_delete: action(&row.on_delete).to_owned(),
            on_update: action(&row.on_update).to_owned(),
        }),
        _ => table.checks.push(Check {
            name: Some(row.name),
            sql: row.expression.unwrap_or_default(),
        }),
    }
}

/// Names from a list in JSON.
fn names(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// What `pg_constraint` says in a letter.
fn action(letter: &str) -> &'static str {
    match letter {
        "r" => "restrict",
        "c" => "cascade",
        "n" => "set null",
        "d" => "set default",
        _ => "no action",
    }
}
