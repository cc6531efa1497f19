//! Pages and slices of derived methods.

use savia_core::ErrorKind;
use savia_core::repository::{CursorRequest, PageRequest, Sort};

use crate::model::posts;
use crate::on_both;
use crate::support::Db;

on_both! {
    a_page_knows_how_many_there_are
    slices_follow_one_another
}

async fn a_page_knows_how_many_there_are(db: &Db) {
    let posts = posts(db).await;
    let sorted = |page| PageRequest::of(page, 2).sorted(Sort::default().desc("rank"));
    let first = posts.find_by_rank_greater_than(1, sorted(0)).await.unwrap();
    assert_eq!(first.page.total_elements, 3);
    let ids: Vec<_> = first.content.iter().map(|post| post.id).collect();
    assert_eq!(ids, [4, 3]);
    let second = posts.find_by_rank_greater_than(1, sorted(1)).await.unwrap();
    let ids: Vec<_> = second.content.iter().map(|post| post.id).collect();
    assert_eq!((ids, second.page.total_elements), (vec![2], 3));
}

async fn slices_follow_one_another(db: &Db) {
    let posts = posts(db).await;
    let mut request = CursorRequest::of(2).sorted(Sort::default().desc("title"));
    let mut seen = Vec::new();
    loop {
        let slice = posts.find_by_rank_less_than(4, &request).await.unwrap();
        assert!(slice.content.iter().all(|post| !post.author.is_missing()));
        seen.extend(slice.content.iter().map(|post| post.id));
        match slice.page.next {
            Some(next) => request = request.after(next),
            None => break,
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, [1, 2, 3]);
    let forged = CursorRequest::of(2).after("x");
    let refused = posts.find_by_rank_less_than(4, &forged).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadRequest);
}
