use quote::quote;

use super::expand;
use crate::shared::golden::{self, pretty};

#[test]
fn a_call_is_recorded_around_the_body() {
    insta::assert_snapshot!(pretty(expand(
        quote!(
            "post.delete",
            object = "post",
            id = "{id}",
            record(reason, by = self.name)
        ),
        quote! {
            async fn delete(&self, id: i64, reason: &str) -> Result<()> {
                self.posts.delete(id).await
            }
        },
    )));
}

#[test]
fn an_id_of_the_result_is_read_behind_the_body() {
    insta::assert_snapshot!(pretty(expand(
        quote!("post.create", id = "post-{result.id}"),
        quote! {
            fn create<'async_trait>(
                &'async_trait self,
            ) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Result<Post>> + ::core::marker::Send + 'async_trait>> {
                Box::pin(async move {
                    let __ret: Result<Post> = { self.run().await };
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
            async fn delete(id: i64) -> Result<()> {
                Ok(())
            }
        )
    };
    refused(quote!(), function(), "say what is done");
    refused(quote!(""), function(), "say what is done");
    refused(quote!("a", what = "b"), function(), "`what`");
    refused(quote!("a", id = "{id"), function(), "not closed");
    refused(quote!("a", id = "id}"), function(), "not opened");
    refused(quote!("a", id = "{}"), function(), "an expression");
    refused(
        quote!("a", record(title)),
        function(),
        "no parameter `title`",
    );
    refused(quote!("a", object = "b", object = "c"), function(), "twice");
    refused(
        quote!("a"),
        quote!(
            async fn delete(id: i64) {}
        ),
        "returns a `Result`",
    );
    refused(
        quote!("a"),
        quote!(
            fn delete(id: i64) -> Result<()> {
                Ok(())
            }
        ),
        "make the function `async`",
    );
    refused(
        quote!("a"),
        quote!(
            struct Posts;
        ),
        "goes on a function",
    );
}
