//! `#[query]`.

use rust_decimal::Decimal;
use savia::raw_query::queries;
use savia::statement::Dialect;
use savia_core::ErrorKind;
use savia_core::repository::{PageRequest, Sort};

use crate::model::{Status, Summary, day, ids, posts};
use crate::on_both;
use crate::support::Db;

on_both! {
    parameters_are_bound_wherever_they_stand
    lists_stand_for_their_values
    one_row_or_none
    rows_are_read_by_name
    pages_of_a_text
    statements_that_write
    a_broken_text_is_an_error
}

async fn parameters_are_bound_wherever_they_stand(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(ids(posts.behind(1).await), [3, 4]);
    let price = |cents| Decimal::new(cents, 2);
    assert_eq!(
        posts.dearer(price(100), &[price(225)]).await.unwrap(),
        [1, 2]
    );
    assert_eq!(posts.dearer(price(100), &[]).await.unwrap(), [1, 2, 3]);
    assert!(posts.has_subtitle(None).await.unwrap());
    assert!(posts.has_subtitle(Some("50% off")).await.unwrap());
    assert!(!posts.has_subtitle(Some("' or 1 = 1 --")).await.unwrap());
}

async fn lists_stand_for_their_values(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        posts.titles_of(&[1, 3, 4]).await.unwrap(),
        ["Délta", "Gamma_1", "Alpha beta"]
    );
    assert!(posts.titles_of(&[]).await.unwrap().is_empty());
    assert_eq!(posts.how_many_without(vec![1, 2, 9]).await.unwrap(), 2);
    assert_eq!(posts.how_many_without(vec![]).await.unwrap(), 4);
}

async fn one_row_or_none(db: &Db) {
    let posts = posts(db).await;
    let found = posts.titled("Gamma_1").await.unwrap();
    assert_eq!(found.map(|post| post.rank), Some(3));
    assert_eq!(posts.titled("?").await.unwrap(), None);
    let one = posts.one(2).await.unwrap();
    let author = one.author.into_inner().unwrap().unwrap();
    assert_eq!(author.email, "bob");
    let missing = posts.one(9).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert_eq!(posts.rating(1).await.unwrap(), Some(Some(5)));
    assert_eq!(posts.rating(2).await.unwrap(), Some(None));
    assert_eq!(posts.rating(9).await.unwrap(), None);
    posts.retitle(1, None, day(9)).await.unwrap();
    db.exec("update posts set title = 'Gamma_1'").await;
    let several = posts.titled("Gamma_1").await.unwrap_err();
    assert_eq!(several.kind(), ErrorKind::Internal);
}

async fn rows_are_read_by_name(db: &Db) {
    let posts = posts(db).await;
    let summary = |kind: &str, cents| Summary {
        r#type: kind.to_owned(),
        posts: 2,
        price: Decimal::new(cents, 2),
    };
    let found = posts.summaries().await.unwrap();
    assert_eq!(found, [summary("note", 1150), summary("page", 230)]);
}

async fn pages_of_a_text(db: &Db) {
    let posts = posts(db).await;
    let page = posts.ranked_from(2, PageRequest::of(1, 2)).await.unwrap();
    let ids: Vec<_> = page.content.iter().map(|post| post.id).collect();
    assert_eq!((ids, page.page.total_elements), (vec![4], 3));
    let sorted = PageRequest::of(0, 2).sorted(Sort::default().desc("rating").desc("id"));
    let page = posts.ranked_from(2, sorted).await.unwrap();
    let ids: Vec<_> = page.content.iter().map(|post| post.id).collect();
    assert_eq!(ids, [4, 3]);
    let sorted = PageRequest::of(0, 1).sorted(Sort::default().desc("id"));
    let lines = posts.lines(sorted).await.unwrap();
    assert_eq!(
        (lines.content[0].id, lines.content[0].text.as_str()),
        (4, "Délta")
    );
    let forged = PageRequest::of(0, 2).sorted(Sort::default().asc("id; drop table posts"));
    let refused = posts.ranked_from(2, forged).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadRequest);
}

async fn statements_that_write(db: &Db) {
    let posts = posts(db).await;
    let title = Some("new".to_owned());
    assert_eq!(posts.retitle(2, title, day(20)).await.unwrap(), 1);
    let changed = posts.find_by_title("alpha Beta").await.unwrap();
    assert_eq!(changed[0].subtitle.as_deref(), Some("new"));
    assert_eq!(changed[0].written, day(20));
    let mut raised = posts.raise(2).await.unwrap();
    raised.sort_unstable();
    assert_eq!(raised, [3, 4]);
    assert_eq!(
        ids(posts.find_by_rank_in_order_by_id(&[13, 14]).await),
        [3, 4]
    );
    posts.clear(Status::Draft).await.unwrap();
    assert_eq!(db.number("select count(*) as n from posts").await, 2);
}

async fn a_broken_text_is_an_error(db: &Db) {
    let posts = posts(db).await;
    let error = posts.broken().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
}

#[test]
fn every_query_is_known_with_its_place() {
    let all = queries();
    let titles = all
        .iter()
        .find(|it| it.query.name == "PostRepository::titles_of")
        .unwrap();
    assert!(titles.location.file.ends_with("model.rs"), "{titles:?}");
    assert_eq!(titles.module_path, "derived::model");
    assert_eq!(
        titles.query.sql(Dialect::Sqlite).text(),
        "select title from posts where id in (?) order by id desc -- :none"
    );
    assert_eq!(all.iter().filter(|it| it.query.writes).count(), 3);
}
