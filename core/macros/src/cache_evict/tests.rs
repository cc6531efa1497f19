use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn what_is_evicted_goes_after_the_body_or_before() {
    let item = quote! {
        async fn delete(&self, id: i64) -> Result<()> {
            self.posts.delete(id).await
        }
    };
    insta::assert_snapshot!(pretty(expand(
        quote!(cache = "posts", key = "{id}"),
        item.clone(),
    )));
    let before = pretty(expand(quote!(cache = "posts", all, before), item));
    assert!(
        before.find("Entry::All") < before.find("posts.delete"),
        "{before}"
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let refused = |args| {
        errors(expand(
            args,
            quote!(
                fn a(id: i64) -> i64 {
                    id
                }
            ),
        ))
    };
    assert_eq!(
        refused(quote!()),
        [
            "say which cache lets go: `cache = \"posts\"`",
            "say what goes: `key = \"{id}\"`, `tags = [\"author:{author}\"]`, or `all`",
        ]
    );
    assert_eq!(
        refused(quote!(cache = "a", key = "{result}", all, before)),
        [
            "`key`, `tags` and `all` each say what goes: leave one; two attributes evict two things",
            "before the function runs there is no `result`: leave `before` out",
        ]
    );
}
