use quote::quote;

use super::expand;
use crate::shared::golden::{self, pretty};

#[test]
fn a_parameter_is_asked_about_before_the_body() {
    insta::assert_snapshot!(pretty(expand(
        quote!(PostPolicy, post),
        quote! {
            async fn publish(&self, post: &mut Post) -> Result<()> {
                post.publish();
                Ok(())
            }
        },
    )));
}

#[test]
fn what_is_returned_is_asked_about_behind_the_body() {
    insta::assert_snapshot!(pretty(expand(
        quote!(policies::PostPolicy),
        quote! {
            async fn find(&self, id: i64) -> Result<Option<Post>, Error> {
                self.posts.find_by_id(id).await
            }
        },
    )));
    insta::assert_snapshot!(
        "at_once",
        pretty(expand(
            quote!(PostPolicy),
            quote! {
                fn find(&self, id: i64) -> Result<Post> {
                    self.posts.get(id)
                }
            },
        ))
    );
}

#[test]
fn what_is_wrong_is_said() {
    let refused = |args, item, expected| golden::refused(expand(args, item), expected);
    let function = || {
        quote!(
            fn publish(post: Post, Json(by): Json<By>) -> Result<()> {
                Ok(())
            }
        )
    };
    refused(quote!(), function(), "name a policy");
    refused(
        quote!(PostPolicy, pots),
        function(),
        "no parameter `pots`: there are `post`",
    );
    refused(
        quote!(PostPolicy),
        quote!(
            fn publish() -> Post {
                x
            }
        ),
        "return a `Result`",
    );
    refused(
        quote!(PostPolicy),
        quote!(
            fn publish() {}
        ),
        "returns a `Result`",
    );
}
