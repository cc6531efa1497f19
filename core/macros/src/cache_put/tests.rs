use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn the_value_is_put_before_it_is_returned() {
    insta::assert_snapshot!(pretty(expand(
        quote!(cache = "posts", key = "{result.id}", tags = ["all"]),
        quote! {
            async fn save(&self, post: Post) -> Result<Post> {
                self.posts.save(post).await
            }
        },
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(maximum),
            quote!(
                fn a() {}
            ),
        )),
        [
            "unknown option `maximum`\nknown options: `cache`, `key`, `ttl`, `tti`, `none_ttl`, \
             `stale_while_revalidate`, `weight`, `condition`, `unless`, `tags`, `local`",
            "`#[cache_put]` keeps what a function returns, and this returns nothing",
            "say which cache the value is put into: `cache = \"posts\"`",
            "say what the value is found by: `key = \"{result.id}\"`, or `key = \"{id}\"`",
        ]
    );
}
