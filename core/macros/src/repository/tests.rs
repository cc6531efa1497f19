use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

/// A repository of posts with these methods.
fn posts(methods: TokenStream) -> TokenStream {
    quote! {
        pub trait PostRepository: BaseRepository<Post> { #methods }
    }
}

#[test]
fn a_name_becomes_a_plan_and_the_trait_a_component() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        posts(quote! {
            /// Those with the text in their title.
            async fn find_by_title_containing(&self, text: &str, page: PageRequest) -> Result<Page<Post>>;
        }),
    )));
}

#[test]
fn every_verb_asks_the_executor_of_its_answer() {
    insta::assert_snapshot!(pretty(expand(
        quote!(primary, order = 2, conditional(profile = "dev")),
        posts(quote! {
            #[with(author, tags)]
            async fn find_first3_by_published_is_true_or_rank_not_between_order_by_rank_desc_and_id(
                &self,
                low: i32,
                high: i32,
            ) -> Result<Vec<Post>>;

            async fn find_by_type_in(&self, types: &[String], sort: &Sort, limit: u32) -> Result<Vec<Post>>;
            async fn find_by_slug_ignore_case(&self, slug: &str) -> Result<Option<Post>>;
            async fn find_first_by_rank(&self, rank: i32, sort: Sort) -> Result<Option<Post>>;
            async fn find_by_author_id_is_null(&self, request: &CursorRequest) -> Result<Slice<Post>>;
            async fn count_by_title(&self, title: String) -> Result<u64>;
            async fn exists_by_title(&self, title: String) -> Result<bool, MyError>;
            #[cfg(feature = "clean")]
            async fn delete_by_created_at_before(&self, time: DateTime<Utc>) -> Result<()>;

            async fn by_hand(&self) -> Result<u64> {
                self.count().await
            }
        }),
    )));
}

#[test]
fn a_query_is_a_static_that_is_registered() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        posts(quote! {
            #[query("select * from posts where created_at > :since and id in (:ids) order by :since")]
            async fn since(&self, since: DateTime<Utc>, ids: &[i64]) -> Result<Vec<Post>>;

            #[query(
                sqlite = "select count(*) from posts where title glob :like",
                postgres = "select count(*) from posts where title ~ :like"
            )]
            async fn how_many(&self, like: &str) -> Result<u64>;

            #[query("update posts set title = :title where id = :id")]
            async fn rename(&self, id: i64, title: Option<&str>) -> Result<bool>;

            #[query("select vacuum_posts()", modifying)]
            async fn vacuum(&self) -> Result<()>;

            #[query("select id, title from posts", with = ["author"])]
            async fn page(&self, page: PageRequest) -> Result<Page<Post>>;

            #[query("select title from posts where price > :price and price in (:prices)")]
            async fn dearer(
                &self,
                #[column(scale = 3)] price: Decimal,
                #[column(scale = 3)] prices: &[Decimal],
            ) -> Result<Vec<String>>;

            #[query("select title from posts where id = :id")]
            async fn title(&self, id: i64) -> Result<Option<String>>;
        }),
    )));
}

#[test]
fn every_mistake_of_a_name_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(primry),
            posts(quote! {
                async fn get_by_title(&self, title: &str) -> Result<Vec<Post>>;
                async fn find_by_title_and_rank_between(&self, title: &str, low: i32) -> Result<Vec<Post>>;
                async fn find_by_title(&self, title: &str, other: &str) -> Result<Vec<Post>>;
                async fn find_by_rank(&self, rank: i32) -> Result<Page<Post>>;
                async fn find_by_a(&self, a: i32, page: PageRequest) -> Result<Vec<Post>>;
                async fn find_by_b(&self, b: i32) -> Result<Post>;
                async fn count_by_c(&self, c: i32) -> Result<bool>;
                async fn exists_by_d(&self, d: i32) -> Result<u64>;
                async fn delete_by_e(&self, e: i32) -> Result<Vec<Post>>;
                #[with(author)]
                async fn count_by_f(&self, f: i32) -> Result<u64>;
                async fn find_by_g(&self, g: i32, limit: u32) -> Result<Option<Post>>;
            }),
        )),
        [
            "unknown option `primry`, did you mean `primary`?\n\
             known options: `primary`, `qualifier`, `order`, `conditional`",
            "no query can be derived from the name `get_by_title`\nit is one of `find_by_…`, \
             `find_all_by_…`, `find_first_by_…`, `find_top10_by_…`, `count_by_…`, `exists_by_…`, \
             `delete_by_…`, `find_all_order_by_…`; or write the query yourself: `#[query(\"select \
             …\")]`; or give the method a body",
            "the conditions of `find_by_title_and_rank_between` take 3 from its parameters, and \
             there are 2: none is left for `rank`",
            "nothing is compared with `other`: the conditions of the method's name take 1 in all: \
             title\nbeside them, a method may take a `PageRequest`, a `CursorRequest`, a `Sort` or \
             a `limit: u32`",
            "a `Page` answers a `PageRequest`: take one, `page: PageRequest`",
            "a `PageRequest` is answered by a `Page<…>`",
            "what is found is a `Vec<…>`, an `Option<…>`, a `Page<…>` or a `Slice<…>` of entities",
            "how many there are is a `Result<u64>`",
            "whether there is one is a `Result<bool>`",
            "how many were deleted is a `Result<u64>`; leave it out with `Result<()>`",
            "associations are loaded with entities, and this method finds none",
            "`limit` says nothing here: one is asked for already",
        ]
    );
}

#[test]
fn every_mistake_of_a_query_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(),
            posts(quote! {
                #[query("select * from posts where title = :titel and :titel = :titel")]
                async fn a(&self, title: &str) -> Result<Vec<Post>>;
                #[query("select 'a")]
                async fn b(&self) -> Result<Vec<Post>>;
                #[query("select count(*) from posts")]
                async fn c(&self) -> Result<()>;
                #[query("select * from posts")]
                async fn d(&self) -> Result<Page<Post>>;
                #[query("update posts set a = 1")]
                async fn e(&self, page: PageRequest) -> Result<Page<Post>>;
                #[query("select * from posts")]
                async fn f(&self, request: CursorRequest) -> Result<Slice<Post>>;
                #[query("select count(*) from posts", with = ["author"])]
                async fn g(&self) -> Result<u64>;
                #[query("select :a")]
                async fn i(&self, a: Option<Decimal>) -> Result<i64>;
                #[query("select :a, :b")]
                async fn h(&self, a: Decimal, #[column(scale = 2)] b: i64) -> Result<i64>;
            }),
        )),
        [
            "unknown parameter `titel`, did you mean `title`?\nknown parameters: `title`",
            "the query does not use `title`: write `:title` where it belongs",
            "a text does not end: `'a`",
            "a query that answers nothing changes something: say `#[query(\"…\", modifying)]`",
            "a `Page` answers a `PageRequest`: take one, `page: PageRequest`",
            "what a statement changed is no page: return a `Vec`",
            "the query's own text says the order; beside its parameters it may take a `PageRequest`",
            "a query of one's own cannot be cut at a cursor: return a `Vec<…>` or a `Page<…>`",
            "associations are loaded with entities, and this method returns `u64`",
            "a decimal is bound with the digits after the point that its column keeps: \
             `#[column(scale = 2)] a: …`",
            "`scale` is of a `Decimal`",
        ]
    );
}

#[test]
fn what_is_wrong_with_the_attributes_is_told() {
    let refused = |methods| errors(expand(quote!(), posts(methods)));
    assert_eq!(
        refused(quote! {
            #[query]
            async fn a(&self) -> Result<Vec<Post>>;
            #[query(sqlite = "select 1")]
            async fn b(&self) -> Result<i64>;
            #[query("select 1", modifing)]
            async fn c(&self) -> Result<i64>;
            #[query("select 1", with = "author")]
            async fn d(&self) -> Result<Vec<Post>>;
            #[with]
            async fn find_by_e(&self, e: i32) -> Result<Vec<Post>>;
            #[query("select 1")]
            async fn f(&self) -> Result<i64> { Ok(1) }
        }),
        [
            "the query stands in parentheses: `#[query(\"select * from posts where title = \
             :title\")]`",
            "one text for both databases is needed, or one for each, `sqlite = \"…\"` and \
             `postgres = \"…\"`: `#[query(\"select * from posts where title = :title\")]`",
            "unknown option `modifing`, did you mean `modifying`?\nknown options: `sqlite`, \
             `postgres`, `modifying`, `with`",
            "`with` is a list of associations: `with = [\"author\"]`",
            "name the associations: `#[with(author, tags)]`",
            "this method has a body of its own, and so nothing is made for it: leave one out",
        ]
    );
}

#[test]
fn a_method_is_async_takes_self_and_returns_a_result() {
    assert_eq!(
        errors(expand(
            quote!(),
            posts(quote! {
                fn find_by_a(&self, a: i32) -> Result<Vec<Post>>;
                async fn find_by_b(b: i32) -> Result<Vec<Post>>;
                async fn find_by_c(&mut self, (c, d): Pair) -> Vec<Post>;
                async fn find_by_d<T>(&self, d: T);
                const N: u32;
            }),
        )),
        [
            "a repository has methods and nothing else",
            "a repository waits for the database: write `async fn find_by_a`",
            "a repository's methods take `&self`",
            "a repository is shared: its methods take `&self`",
            "a parameter is a name with a type: `name: Type`",
            "a database may be out of reach: a repository's method returns a `Result`",
            "a repository is used as `dyn`: its methods cannot be generic",
            "a database may be out of reach: a repository's method returns a `Result`",
        ]
    );
}

#[test]
fn only_a_trait_of_an_entity_is_a_repository() {
    let refused = |item| errors(expand(quote!(), item));
    assert_eq!(
        refused(quote!(
            struct Posts;
        )),
        ["`#[repository]` goes on a trait: `trait PostRepository: BaseRepository<Post>`"]
    );
    assert_eq!(
        refused(quote!(
            trait Posts: Send {}
        )),
        ["say whose repository this is: `trait Posts: BaseRepository<Post>`"]
    );
    assert_eq!(
        refused(quote!(
            trait Posts<T>: BaseRepository<T> {}
        )),
        ["a repository is one component: it cannot have type or lifetime parameters"]
    );
}
