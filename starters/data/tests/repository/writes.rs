//! Inserts, updates, deletes.

use std::collections::BTreeMap;

use savia_core::ErrorKind;

use savia::Repository;

use crate::model::{Place, Tag, note, notes};
use crate::on_both;
use crate::support::Db;

on_both! {
    many_are_inserted_in_their_order_or_not_at_all
    a_stale_write_is_refused_and_nothing_is_lost
    what_is_not_there_is_not_found
    save_inserts_and_updates
    what_cannot_be_json_is_refused
    what_breaks_a_key_is_a_conflict
}

async fn many_are_inserted_in_their_order_or_not_at_all(db: &Db) {
    let notes = notes(db).await.unwrap();
    // More than one statement's worth.
    let mut new: Vec<_> = (0..1_203).map(|at| note(&format!("{at}"), None)).collect();
    let stored = notes.insert_all(new.clone()).await.unwrap();
    let slugs = stored.iter().map(|note| note.slug.clone());
    assert!(slugs.eq((0..1_203).map(|at| at.to_string())));
    assert!(stored.is_sorted_by_key(|note| note.id));

    for note in &mut new {
        note.slug.push('x');
    }
    // The last one's key is taken.
    new.last_mut().unwrap().slug = "7".to_owned();
    let refused = notes.insert_all(new).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert_eq!(notes.count().await.unwrap(), 1_203);
}

async fn a_stale_write_is_refused_and_nothing_is_lost(db: &Db) {
    let notes = notes(db).await.unwrap();
    let mut first = notes.insert(note("a", None)).await.unwrap();
    let mut second = notes.find_by_id(first.id).await.unwrap().unwrap();
    assert_eq!((&first, first.version), (&second, 1));

    first.rating = Some(1);
    let first = notes.update(first).await.unwrap();
    assert_eq!((first.version, first.rating), (2, Some(1)));
    second.rating = Some(2);
    for refused in [
        notes.update(second.clone()).await.unwrap_err(),
        notes.save(second.clone()).await.unwrap_err(),
        notes.delete(second.clone()).await.unwrap_err(),
    ] {
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        assert!(refused.public_text().unwrap().contains("version 1"));
    }
    assert_eq!(notes.find_by_id(first.id).await.unwrap(), Some(first));
}

async fn what_is_not_there_is_not_found(db: &Db) {
    let notes = notes(db).await.unwrap();
    let gone = notes.insert(note("a", None)).await.unwrap();
    assert!(notes.delete_by_id(gone.id).await.unwrap());
    assert!(!notes.delete_by_id(gone.id).await.unwrap());
    for refused in [
        notes.update(gone.clone()).await.unwrap_err(),
        notes.delete(gone.clone()).await.unwrap_err(),
    ] {
        assert_eq!(refused.kind(), ErrorKind::NotFound);
    }
    assert!(!notes.exists_by_id(gone.id).await.unwrap());
}

async fn save_inserts_and_updates(db: &Db) {
    let notes = notes(db).await.unwrap();
    let mut saved = notes.save(note("a", None)).await.unwrap();
    let created = saved.created_at;
    saved.slug = "b".to_owned();
    let saved = notes.save(saved).await.unwrap();
    assert_eq!((saved.slug.as_str(), saved.version), ("b", 2));
    assert_eq!(saved.created_at, created);
    // An id that the author gives and the table does not have.
    let mut other = note("c", None);
    other.id = 4_000;
    assert_eq!(notes.save(other).await.unwrap().id, 4_000);
    assert_eq!(notes.count().await.unwrap(), 2);
}

async fn what_cannot_be_json_is_refused(db: &Db) {
    let notes = notes(db).await.unwrap();
    let city = || "Lisbon".to_owned();
    let mut new = note("a", None);
    new.place = Some(Place {
        by_point: BTreeMap::from([((1, 2), city())]),
        city: city(),
    });
    let refused = notes.insert(new.clone()).await.unwrap_err();
    assert!(refused.to_string().contains("JSON"), "{refused}");
    assert_eq!(notes.count().await.unwrap(), 0);

    new.place = Some(Place {
        by_point: BTreeMap::new(),
        city: city(),
    });
    let stored = notes.insert(new.clone()).await.unwrap();
    assert_eq!(stored.place, new.place);
}

async fn what_breaks_a_key_is_a_conflict(db: &Db) {
    let notes = notes(db).await.unwrap();
    notes.insert(note("a", None)).await.unwrap();
    let refused = notes.insert(note("a", None)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert_eq!(refused.public_text(), Some("another has the same `slug`"));

    // What is referred to stays, inside a transaction too.
    db.exec("insert into tags values (1, 'rust')").await;
    db.exec("insert into note_tags select id, 1 from notes")
        .await;
    let tags: Repository<Tag> = Repository::new(db.database.clone());
    let refused = tags.delete_by_id(1).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    let refused = db
        .database
        .with(move |_| Box::pin(async move { tags.delete_by_id(1).await.map(drop) }));
    assert_eq!(refused.await.unwrap_err().kind(), ErrorKind::Conflict);
}
