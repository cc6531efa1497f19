use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn the_look_up_stands_before_the_body() {
    insta::assert_snapshot!(pretty(expand(
        quote!(
            cache = "posts",
            key = "{id}:{page.number}",
            ttl = "1500ms",
            condition = id > 0,
            tags = ["all", "post:{id}"]
        ),
        quote! {
            /// One.
            pub async fn find(&self, id: i64, page: Page) -> Result<Option<Post>> {
                let post = self.posts.find_by_id(id).await?;
                Ok(post)
            }
        },
    )));
}

#[test]
fn a_synchronous_function_has_its_body_in_a_closure() {
    insta::assert_snapshot!(pretty(expand(
        quote!(
            max_weight = 1000,
            weight = result.len(),
            unless = result.is_empty(),
            local
        ),
        quote! {
            fn text(name: &str) -> String {
                read(name)
            }
        },
    )));
}

#[test]
fn a_stale_value_is_computed_anew_by_a_second_body() {
    insta::assert_snapshot!(pretty(expand(
        quote!(ttl = "1m", stale_while_revalidate = "1h"),
        quote! {
            async fn rate(&self, currency: &str, day: Date) -> Rate {
                self.bank.ask(currency, day).await
            }
        },
    )));
}

#[test]
fn what_async_trait_has_boxed_is_found() {
    let code = pretty(expand(
        quote!(),
        quote! {
            fn find<'life0, 'async_trait>(
                &'life0 self,
                id: i64,
            ) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Result<Post>> + ::core::marker::Send + 'async_trait>>
            where
                'life0: 'async_trait,
                Self: 'async_trait,
            {
                Box::pin(async move {
                    let __self = self;
                    let id = id;
                    let __ret: Result<Post> = { __self.find(id).await };
                    __ret
                })
            }
        },
    ));
    assert!(code.contains("find::<"), "{code}");
    assert!(code.contains("IsResult"), "{code}");
    assert!(code.contains("Box::pin(async move"), "{code}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let refused = |args, item| errors(expand(args, item));
    assert_eq!(
        refused(
            quote!(
                cache = "my posts",
                key = "{id",
                ttl = "5",
                tti = "0s",
                max_entries = 0,
                tags = "all",
                local = true
            ),
            quote!(
                async fn a(id: i64) -> i64 {
                    id
                }
            ),
        ),
        [
            "the name of a cache is letters, digits, `.`, `_`, `-` and `:`",
            "a brace is not closed; a literal one is written twice",
            "this is no time with its unit, such as `ttl = \"5m\"`",
            "this is no time with its unit, such as `tti = \"1h\"`",
            "`max_entries` is at least 1: `max_entries = 1000`",
            "`tags` is a list: `tags = [\"author:{author}\"]`",
            "`local` takes no value",
        ]
    );
    assert_eq!(
        refused(
            quote!(
                max_entries = 1,
                max_weight = 2,
                none_ttl = "1s",
                errors = "1s",
                key = "{result.id}"
            ),
            quote!(
                fn a<T: Clone>(&mut self, value: T) -> i64 {
                    1
                }
            ),
        ),
        [
            "a cache holds values of one type under keys of one kind: the function cannot have type \
             parameters",
            "what a cached call would have changed stays as it was: take `&self`",
            "a cache is bounded by its entries or by their weight: leave `max_entries` or \
             `max_weight` out",
            "say what an entry weighs: `weight = result.len()`",
            "`none_ttl` is for functions that return an `Option`",
            "`errors` is for functions that return a `Result`",
            "the value is looked up before there is a result: key and tags are made of the \
             parameters",
        ]
    );
    assert_eq!(
        refused(
            quote!(tll = "5m"),
            quote!(
                fn a(Json(post): Json<Post>) {}
            ),
        )
        .len(),
        3
    );
    for (output, told) in [
        (quote!(&'static str), "a cache outlives the call"),
        (quote!(Result<&str>), "a cache outlives the call"),
        (quote!(impl Iterator<Item = u8>), "a type with a name"),
    ] {
        let told_now = refused(
            quote!(),
            quote!(
                fn a(id: i64) -> #output {
                    id
                }
            ),
        );
        assert!(told_now[0].contains(told), "{told_now:?}");
    }
}

#[test]
fn only_a_function_with_a_body_is_cached() {
    let refused = |item| errors(expand(quote!(), item));
    assert_eq!(
        refused(quote!(
            fn a(&self) -> i64;
        )),
        ["`#[cached]` goes where the body is: on the function of the `impl`"]
    );
    assert_eq!(
        refused(quote!(impl A {})),
        ["`#[cached]` goes on a function"]
    );
}
