//! Every operator and verb that a method's name may have.

use rust_decimal::Decimal;
use savia_core::ErrorKind;
use savia_core::repository::Sort;

use crate::model::{Status, day, ids, posts};
use crate::on_both;
use crate::support::Db;

on_both! {
    equality_and_null
    truth
    lists
    ranges
    patterns_mind_the_case_of_letters
    what_is_special_in_a_pattern_stands_for_itself
    case_is_of_no_account_where_the_name_says_so
    and_binds_closer_than_or
    orders_and_limits
    counting_asking_and_deleting
    associations_come_with_the_entities
}

const NONE: [i64; 0] = [];

async fn equality_and_null(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(ids(posts.find_by_title("Alpha beta").await), [1]);
    assert_eq!(ids(posts.find_by_title("' or 1 = 1 --").await), NONE);
    assert_eq!(
        ids(posts.find_by_title_not_order_by_id("Alpha beta").await),
        [2, 3, 4]
    );
    assert_eq!(
        ids(posts.find_by_subtitle_order_by_id(Some("50% off")).await),
        [1]
    );
    assert_eq!(ids(posts.find_by_subtitle_order_by_id(None).await), [2]);
    let other = Some("50% off".to_owned());
    assert_eq!(
        ids(posts.find_by_subtitle_not_order_by_id(other).await),
        [3, 4]
    );
    assert_eq!(
        ids(posts.find_by_subtitle_not_order_by_id(None).await),
        [1, 3, 4]
    );
    assert_eq!(ids(posts.find_by_rating_is_null().await), [2]);
    assert_eq!(
        ids(posts.find_by_rating_is_not_null_order_by_id().await),
        [1, 3, 4]
    );
    assert_eq!(posts.find_by_type("page").await.unwrap().len(), 2);
}

async fn truth(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        ids(posts.find_by_published_is_true_order_by_id().await),
        [1, 3]
    );
    assert_eq!(
        ids(posts.find_by_checked_in_is_false_order_by_id().await),
        [1, 2, 4]
    );
    assert_eq!(ids(posts.find_by_checked_in_equals(true).await), [3]);
}

async fn lists(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        ids(posts.find_by_rank_in_order_by_id(&[1, 3, 4]).await),
        [1, 3, 4]
    );
    assert_eq!(ids(posts.find_by_rank_in_order_by_id(&[]).await), NONE);
    assert_eq!(
        ids(posts.find_by_rank_not_in_order_by_id(vec![1, 3, 4]).await),
        [2]
    );
    assert_eq!(
        ids(posts.find_by_rank_not_in_order_by_id(vec![]).await),
        [1, 2, 3, 4]
    );
    assert_eq!(
        ids(posts.find_by_rating_in_order_by_id(&[Some(5), None]).await),
        [1, 2]
    );
    assert_eq!(ids(posts.find_by_rating_in_order_by_id(&[None]).await), [2]);
    assert_eq!(
        ids(posts
            .find_by_rating_not_in_order_by_id(&[Some(5), None])
            .await),
        [3, 4]
    );
    assert_eq!(
        ids(posts.find_by_rating_not_in_order_by_id(&[None]).await),
        [1, 3, 4]
    );
    assert_eq!(
        ids(posts.find_by_status_in_order_by_id(&[Status::Live]).await),
        [2, 3]
    );
    let many: Vec<i32> = (2..12_000).collect();
    assert_eq!(
        ids(posts.find_by_rank_in_order_by_id(&many).await),
        [2, 3, 4]
    );
    let too_many: Vec<i32> = (0..20_000).collect();
    let refused = posts
        .find_by_rank_in_order_by_id(&too_many)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadRequest);
}

async fn ranges(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        ids(posts.find_by_rank_between_order_by_id(2, 3).await),
        [2, 3]
    );
    assert_eq!(
        ids(posts.find_by_rank_not_between_order_by_id(2, 3).await),
        [1, 4]
    );
    assert_eq!(
        ids(posts.find_by_rank_less_than_order_by_id(3).await),
        [1, 2]
    );
    assert_eq!(
        ids(posts.find_by_rank_less_than_equal_order_by_id(3).await),
        [1, 2, 3]
    );
    let price = Decimal::new(225, 2);
    assert_eq!(
        ids(posts.find_by_price_greater_than_order_by_id(price).await),
        [2]
    );
    assert_eq!(
        ids(posts
            .find_by_price_greater_than_equal_order_by_id(&price)
            .await),
        [2, 3]
    );
    assert_eq!(
        ids(posts.find_by_written_before_order_by_id(day(2)).await),
        [1]
    );
    assert_eq!(
        ids(posts.find_by_written_after_order_by_id(day(2)).await),
        [3, 4]
    );
}

async fn patterns_mind_the_case_of_letters(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        ids(posts.find_by_title_like_order_by_id("%beta").await),
        [1]
    );
    assert_eq!(
        ids(posts.find_by_title_like_order_by_id("_lpha%").await),
        [1, 2]
    );
    assert_eq!(
        ids(posts.find_by_title_like_order_by_id("D_lta").await),
        [4]
    );
    assert_eq!(
        ids(posts.find_by_title_not_like_order_by_id("_lpha%").await),
        [3, 4]
    );
    assert_eq!(
        ids(posts.find_by_title_containing_order_by_id("pha b").await),
        [1]
    );
    assert_eq!(
        ids(posts.find_by_title_containing_order_by_id("él").await),
        [4]
    );
    let without = posts.find_by_title_not_containing_order_by_id("pha".to_owned());
    assert_eq!(ids(without.await), [3, 4]);
    assert_eq!(
        ids(posts.find_by_title_starting_with_order_by_id("Al").await),
        [1]
    );
    assert_eq!(
        ids(posts.find_by_title_starting_with_order_by_id("").await),
        [1, 2, 3, 4]
    );
    assert_eq!(
        ids(posts
            .find_by_title_not_starting_with_order_by_id("Al")
            .await),
        [2, 3, 4]
    );
    assert_eq!(
        ids(posts.find_by_title_ending_with_order_by_id("eta").await),
        [1, 2]
    );
    assert_eq!(
        ids(posts.find_by_title_ending_with_order_by_id("Beta").await),
        [2]
    );
    assert_eq!(
        ids(posts.find_by_title_ending_with_order_by_id("").await),
        [1, 2, 3, 4]
    );
}

async fn what_is_special_in_a_pattern_stands_for_itself(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        ids(posts.find_by_subtitle_containing_order_by_id("%").await),
        [1]
    );
    assert_eq!(
        ids(posts.find_by_title_containing_order_by_id("_").await),
        [3]
    );
    assert_eq!(
        ids(posts.find_by_title_starting_with_order_by_id("_").await),
        NONE
    );
    assert_eq!(
        ids(posts.find_by_subtitle_containing_order_by_id("*").await),
        [3]
    );
    assert_eq!(
        ids(posts
            .find_by_subtitle_ending_with_order_by_id(r"b?[c]\d")
            .await),
        [3]
    );
    assert_eq!(
        ids(posts.find_by_subtitle_ending_with_order_by_id(r"b*d").await),
        NONE
    );
    assert_eq!(ids(posts.find_by_subtitle_like(r"50\% %").await), [1]);
    assert_eq!(ids(posts.find_by_subtitle_like(r"50\%").await), NONE);
    assert_eq!(ids(posts.find_by_subtitle_like(r"a*b_[%\\d").await), [3]);
    assert_eq!(
        ids(posts.find_by_title_like_order_by_id(r"Gamma\_%").await),
        [3]
    );
    assert_eq!(ids(posts.find_by_subtitle_like(r"a*b?[c]\d\").await), NONE);
}

async fn case_is_of_no_account_where_the_name_says_so(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        ids(posts
            .find_by_title_ignore_case_order_by_id("ALPHA BETA")
            .await),
        [1, 2]
    );
    let like = posts.find_by_title_like_ignore_case_order_by_id("%A_B%");
    assert_eq!(ids(like.await), [1, 2]);
    let containing = posts.find_by_title_containing_ignore_case_order_by_id("GAMMA_");
    assert_eq!(ids(containing.await), [3]);
    let starting = posts.find_by_title_starting_with_ignore_case_order_by_id("aL");
    assert_eq!(ids(starting.await), [1, 2]);
    let ending = posts.find_by_title_ending_with_ignore_case_order_by_id("BETA");
    assert_eq!(ids(ending.await), [1, 2]);
}

async fn and_binds_closer_than_or(db: &Db) {
    let posts = posts(db).await;
    let found = || {
        posts.find_by_published_is_true_and_rank_greater_than_or_author_id_is_null_order_by_id(1)
    };
    assert_eq!(ids(found().await), [3, 4]);
    // What is deleted softly is gone from every group.
    assert!(posts.delete_by_id(4).await.unwrap());
    assert_eq!(ids(found().await), [3]);
}

async fn orders_and_limits(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(
        ids(posts.find_all_order_by_published_desc_and_rank().await),
        [1, 3, 2, 4]
    );
    let first = posts.find_first_order_by_rank_desc().await.unwrap();
    assert_eq!(first.map(|post| post.id), Some(4));
    assert_eq!(
        ids(posts.find_top2_by_rank_greater_than_order_by_rank(1).await),
        [2, 3]
    );
    let by_title = Sort::default().desc("title");
    assert_eq!(
        ids(posts.find_by_published(true, by_title.clone(), 10).await),
        [3, 1]
    );
    assert_eq!(
        ids(posts.find_by_published(true, by_title.clone(), 1).await),
        [3]
    );
    let first = posts
        .find_first_by_published(false, &by_title)
        .await
        .unwrap();
    assert_eq!(first.map(|post| post.id), Some(2));
    let unknown = Sort::default().asc("titel");
    let refused = posts
        .find_by_published(true, unknown, 10)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadRequest);
    assert_eq!(posts.titles().await.unwrap().len(), 4);
}

async fn counting_asking_and_deleting(db: &Db) {
    let posts = posts(db).await;
    assert_eq!(posts.count_by_author_id(1).await.unwrap(), 2);
    assert!(posts.exists_by_title_and_rank("Gamma_1", 3).await.unwrap());
    assert!(!posts.exists_by_title_and_rank("Gamma_1", 4).await.unwrap());
    assert_eq!(posts.delete_by_rank_greater_than(2).await.unwrap(), 2);
    assert_eq!(posts.delete_by_rank_greater_than(2).await.unwrap(), 0);
    assert_eq!(posts.count().await.unwrap(), 2);
    // They were only marked.
    assert_eq!(db.number("select count(*) as n from posts").await, 4);
}

async fn associations_come_with_the_entities(db: &Db) {
    let posts = posts(db).await;
    let found = posts
        .find_by_author_id_is_not_null_order_by_id()
        .await
        .unwrap();
    let authors: Vec<_> = found
        .iter()
        .map(|post| post.author.get().unwrap().as_ref().unwrap().email.as_str())
        .collect();
    assert_eq!(authors, ["ann", "bob", "ann"]);
    let alone = posts.find_by_title("Gamma_1").await.unwrap();
    assert!(alone[0].author.is_missing());
}
