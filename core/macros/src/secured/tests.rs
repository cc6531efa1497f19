use quote::quote;

use super::expand;
use crate::shared::golden::{self, pretty};

#[test]
fn the_rule_is_asked_before_the_body() {
    insta::assert_snapshot!(pretty(expand(
        quote!(any("posts:write", role = "ADMIN")),
        quote! {
            async fn publish(&self, id: i64) -> Result<Post> {
                self.posts.publish(id).await
            }
        },
    )));
}

#[test]
fn what_async_trait_has_boxed_is_guarded_when_it_runs() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote! {
            fn publish<'async_trait>(
                &'async_trait self,
            ) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Result<()>> + ::core::marker::Send + 'async_trait>> {
                Box::pin(async move {
                    let __ret: Result<()> = { self.run().await };
                    __ret
                })
            }
        },
    )));
}

#[test]
fn what_is_wrong_is_said() {
    let refused = |args, item, expected| golden::refused(expand(args, item), expected);
    let function = || {
        quote!(
            fn publish() -> Result<()> {
                Ok(())
            }
        )
    };
    refused(quote!(rol = "ADMIN"), function(), "`rol`");
    refused(quote!(ADMIN), function(), "a permission is a text");
    refused(
        quote!(),
        quote!(
            fn publish() {}
        ),
        "returns a `Result`",
    );
    refused(quote!(), quote!(impl Posts {}), "stands below `#[routes]`");
    refused(
        quote!(),
        quote!(
            struct Posts;
        ),
        "goes on a function",
    );
    refused(
        quote!(),
        quote!(
            fn publish() -> Result<()>;
        ),
        "where the body is",
    );
}
