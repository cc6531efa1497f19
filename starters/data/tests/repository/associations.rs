//! What belongs to an entity is loaded with it, in one statement for all.

use savia::table::{FromRow, Table};
use savia::{Loaded, Repository};

use crate::model::{Line, Note, NoteRepository, Tag, note, notes};
use crate::on_both;
use crate::support::Db;

on_both! {
    lines_and_tags_are_loaded
}

/// A repository of another entity in the same database.
fn of<E: Table + FromRow>(notes: &Repository<Note>) -> Repository<E> {
    Repository::new(notes.database().clone())
}

async fn lines_and_tags_are_loaded(db: &Db) {
    let notes = notes(db).await.unwrap();
    let stored = notes
        .insert_all(vec![note("a", None), note("b", None), note("c", None)])
        .await
        .unwrap();
    let line = |at: usize, text: &str| Line {
        id: 0,
        note_id: stored[at].id,
        text: text.to_owned(),
    };
    of::<Line>(&notes)
        .insert_all(vec![line(1, "x"), line(0, "y"), line(1, "z")])
        .await
        .unwrap();
    let tag = |id, name: &str| Tag {
        id,
        name: name.to_owned(),
    };
    of::<Tag>(&notes)
        .insert_all(vec![tag(8, "rust"), tag(7, "sql")])
        .await
        .unwrap();
    db.exec("insert into note_tags select notes.id, tags.id from notes, tags where slug <> 'c'")
        .await;

    let repository = db.app.handle().component::<dyn NoteRepository>().unwrap();
    let found = repository.find_all_order_by_slug().await.unwrap();
    let texts = |note: &Note| {
        let lines = note.lines.get().unwrap().iter();
        lines.map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    let tags = |note: &Note| {
        let tags = note.tags.get().unwrap().iter();
        tags.map(|tag| tag.id).collect::<Vec<_>>()
    };
    assert_eq!(
        found.iter().map(texts).collect::<Vec<_>>(),
        [
            vec!["y".to_owned()],
            vec!["x".to_owned(), "z".to_owned()],
            vec![]
        ]
    );
    assert_eq!(
        found.iter().map(tags).collect::<Vec<_>>(),
        [vec![7, 8], vec![7, 8], vec![]]
    );
    let plain = notes.find_by_id(stored[0].id).await.unwrap().unwrap();
    assert_eq!(plain.lines, Loaded::missing());
}
