use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn the_body_is_one_transaction() {
    insta::assert_snapshot!(pretty(expand(
        quote!(read_only, timeout = "1500ms"),
        quote! {
            /// Moves money.
            pub(crate) async fn transfer(from: i64, Json(order): Json<Order>) -> Result<Receipt> {
                if order.amount == 0 {
                    return Ok(Receipt::default());
                }
                let account = find(from).await?;
                Ok(account.pay(order))
            }
        },
    )));
}

#[test]
fn what_may_run_again_takes_copies() {
    insta::assert_snapshot!(pretty(expand(
        quote!(isolation = "serializable", propagation = "requires_new"),
        quote! {
            async fn transfer<'a>(&'a self, mut title: String, Pair(low, high): Pair, id: &str) -> Result<()> {
                title.push('!');
                self.save(title, low, high, id).await
            }
        },
    )));
}

#[test]
fn what_async_trait_has_boxed_is_found() {
    insta::assert_snapshot!(pretty(expand(
        quote!(retries = 2),
        quote! {
            fn transfer<'life0, 'async_trait>(
                &'life0 self,
                id: i64,
            ) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Result<()>> + ::core::marker::Send + 'async_trait>>
            where
                'life0: 'async_trait,
                Self: 'async_trait,
            {
                Box::pin(async move {
                    let __self = self;
                    let id = id;
                    let __ret: Result<()> = { __self.pay(id).await };
                    __ret
                })
            }
        },
    )));
}

#[test]
fn a_snapshot_that_writes_is_run_again_and_others_are_not() {
    for (args, again) in [
        (quote!(), false),
        (quote!(isolation = "read_committed"), false),
        (quote!(isolation = "repeatable_read"), true),
        (quote!(isolation = "serializable", read_only), false),
        (quote!(isolation = "serializable", retries = 0), false),
        (quote!(retries = 1), true),
    ] {
        let code = pretty(expand(
            args.clone(),
            quote!(
                async fn a() -> Result<()> {
                    Ok(())
                }
            ),
        ));
        assert_eq!(code.contains("transactional_retried"), again, "{args}");
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    let refused = |args, item| errors(expand(args, item));
    assert_eq!(
        refused(
            quote!(
                read_only = true,
                isolation = "serialisable",
                propagation = "new",
                retries = -1,
                timeout = "5",
                x
            ),
            quote!(
                fn a() {}
            ),
        ),
        [
            "unknown option `x`\nknown options: `read_only`, `isolation`, `propagation`, \
             `retries`, `timeout`",
            "a transaction waits for the database: write `async fn a`",
            "a transaction that fails is rolled back: it returns a `Result`",
        ]
    );
    assert_eq!(
        refused(
            quote!(
                read_only = true,
                isolation = "serialisable",
                propagation = "new",
                retries = -1,
                timeout = "5"
            ),
            quote!(
                async fn a() -> Result<()> {}
            ),
        ),
        [
            "`read_only` takes no value",
            "unknown isolation `serialisable`, did you mean `serializable`?\nknown isolations: \
             `read_committed`, `repeatable_read`, `serializable`",
            "unknown propagation `new`\nknown propagations: `required`, \
             `requires_new`, `nested`, `mandatory`, `never`, `supports`",
            "`retries` is a number from 0 to 100",
            "this is no time with its unit, such as `timeout = \"5s\"`",
        ]
    );
    assert_eq!(
        refused(
            quote!(retries = 1),
            quote!(
                async fn a(self, b: &mut Vec<u8>) -> Result<()> {}
            ),
        ),
        [
            "what may run again takes `&self`",
            "what may run again gets the same each time: it cannot take `&mut`",
        ]
    );
}

#[test]
fn only_a_function_with_a_body_is_a_transaction() {
    let refused = |item| errors(expand(quote!(), item));
    assert_eq!(
        refused(quote!(
            async fn a(&self) -> Result<()>;
        )),
        ["`#[transactional]` goes where the body is: on the function of the `impl`"]
    );
    assert_eq!(
        refused(quote!(impl A {})),
        ["`#[transactional]` goes on an async function: each that is to be a transaction"]
    );
}
