//! What `Table` does before a statement, and the columns as constants.

use savia::metadata::ColumnKind;
use savia::table::Table;
use savia::value::Value;
use savia_core::repository::Entity;
use uuid::Uuid;

use crate::model::{Post, Tag, moment, post};

#[test]
fn an_insert_gets_its_id_its_version_and_its_times() {
    let mut new = post();
    new.before_insert(moment());
    assert_eq!(new.id.get_version_num(), 7);
    assert_eq!((new.created_at, new.updated_at), (moment(), moment()));
    assert_eq!((new.version, Table::version(&new)), (1, Some(1)));

    let id = Uuid::from_u128(1);
    let mut given = Post { id, ..post() };
    given.before_insert(moment());
    assert_eq!(Entity::id(&given), id);
}

#[test]
fn an_update_gets_its_time() {
    let mut old = post();
    old.before_update(moment());
    let expected = Post {
        updated_at: moment(),
        ..post()
    };
    assert_eq!(old, expected);
}

#[test]
fn an_entity_without_roles_stays_as_it_is() {
    let tag = Tag {
        name: "rust".into(),
    };
    let mut same = tag.clone();
    same.before_insert(moment());
    same.before_update(moment());
    assert_eq!(same, tag);
    assert_eq!(Table::version(&tag), None);
    assert_eq!(Tag::id_value(&tag.name), Value::Text("rust".into()));
}

#[test]
fn values_stand_in_the_order_of_the_columns() {
    let values = post().values();
    let kinds: Vec<_> = values.iter().map(Value::kind).collect();
    for (column, kind) in Post::metadata().columns.iter().zip(kinds) {
        // Beside its scale, a value knows nothing of its column's digits.
        if !matches!(kind, ColumnKind::Decimal { .. }) {
            assert_eq!(column.kind, kind, "{}", column.name);
        }
    }
    assert_eq!(values.len(), Post::metadata().columns.len());
    assert_eq!(values[2], Value::Text("in_review".into()));
    assert_eq!(values[3], Value::Null(ColumnKind::Text));
}

#[test]
fn columns_are_constants() {
    type Columns = <Post as Table>::Columns;
    assert_eq!(
        (Columns::slug.index(), Columns::slug.name()),
        (1, "slug_text")
    );
    assert_eq!(Columns::r#type.name(), "type");
    let value = savia::column::argument(Columns::slug, "a");
    assert_eq!(value, Value::Text("a".into()));
}
