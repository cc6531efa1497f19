//! Finds, pages, slices, streams.

use futures_util::TryStreamExt;
use savia_core::ErrorKind;
use savia_core::repository::{CursorRequest, PageRequest, Sort};

use crate::model::{note, notes};
use crate::on_both;
use crate::support::Db;

on_both! {
    many_ids_are_found_each_once
    slices_see_every_row_once_where_some_hold_nothing
    a_stream_walks_through_all
    pages_are_in_the_order_that_is_asked_for
    what_is_no_column_is_refused
}

async fn many_ids_are_found_each_once(db: &Db) {
    let notes = notes(db).await.unwrap();
    let new = (0..700).map(|at| note(&format!("{at}"), None)).collect();
    let stored = notes.insert_all(new).await.unwrap();
    let ids: Vec<i64> = stored.iter().map(|note| note.id).collect();
    let asked: Vec<i64> = ids.iter().chain(&ids).copied().chain([-1]).collect();
    let mut found: Vec<i64> = notes
        .find_all_by_id(&asked)
        .await
        .unwrap()
        .iter()
        .map(|note| note.id)
        .collect();
    found.sort_unstable();
    assert_eq!(found, ids);
    assert_eq!(notes.find_all_by_id(&[]).await.unwrap(), []);
}

async fn slices_see_every_row_once_where_some_hold_nothing(db: &Db) {
    let notes = notes(db).await.unwrap();
    let ratings = [Some(2), None, Some(1), None, Some(2), Some(3), None];
    let new = ratings.iter().enumerate();
    let new = new.map(|(at, rating)| note(&format!("{at}"), *rating));
    notes.insert_all(new.collect()).await.unwrap();
    for (sort, expected) in [
        (
            Sort::default().asc("rating"),
            [None, None, None, Some(1), Some(2), Some(2), Some(3)],
        ),
        (
            Sort::default().desc("rating"),
            [Some(3), Some(2), Some(2), Some(1), None, None, None],
        ),
    ] {
        let all = notes.find_all(&sort).await.unwrap();
        let mut request = CursorRequest::of(2).sorted(sort);
        let mut seen = Vec::new();
        loop {
            let slice = notes.find_slice(&request).await.unwrap();
            seen.extend(slice.content);
            match slice.page.next {
                Some(next) => request = request.after(next),
                None => break,
            }
        }
        let ratings: Vec<_> = seen.iter().map(|note| note.rating).collect();
        assert_eq!(ratings, expected);
        assert_eq!(seen, all);
    }
}

async fn a_stream_walks_through_all(db: &Db) {
    let notes = notes(db).await.unwrap();
    let new = (0..1_001).map(|at| note(&format!("{at}"), Some(at % 3)));
    notes.insert_all(new.collect()).await.unwrap();
    let sort = Sort::default().desc("rating");
    let streamed: Vec<_> = notes.stream(&sort).try_collect().await.unwrap();
    assert_eq!(streamed, notes.find_all(&sort).await.unwrap());
    assert_eq!(streamed.len(), 1_001);
}

async fn pages_are_in_the_order_that_is_asked_for(db: &Db) {
    let notes = notes(db).await.unwrap();
    let new = (0..5).map(|at| note(&format!("{at}"), None));
    notes.insert_all(new.collect()).await.unwrap();
    for (number, expected) in [(0, vec!["4", "3"]), (2, vec!["0"]), (3, vec![])] {
        let request = PageRequest::of(number, 2).sorted(Sort::default().desc("slug"));
        let page = notes.find_page(&request).await.unwrap();
        let slugs: Vec<_> = page.content.iter().map(|note| note.slug.as_str()).collect();
        assert_eq!(slugs, expected);
        assert_eq!((page.page.total_elements, page.page.total_pages), (5, 3));
    }
}

async fn what_is_no_column_is_refused(db: &Db) {
    let notes = notes(db).await.unwrap();
    for field in ["slugg", "slug;drop table notes", "place", "lines", "\"", ""] {
        let sort = Sort::default().asc(field);
        let refused = notes.find_all(&sort).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::BadRequest, "{field}");
        let first = notes.stream(&sort).try_collect::<Vec<_>>().await;
        assert_eq!(first.unwrap_err().kind(), ErrorKind::BadRequest);
    }
    assert_eq!(notes.count().await.unwrap(), 0);
}
