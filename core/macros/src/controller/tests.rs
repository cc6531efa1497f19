use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_controller_is_a_component_with_a_path() {
    insta::assert_snapshot!(pretty(expand(
        quote!("/posts", conditional(profile = "dev")),
        quote! {
            /// Posts.
            pub struct PostController {
                posts: Arc<PostService>,
            }
        },
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!("posts/", primry),
            quote!(
                struct A(u8);
            )
        )),
        [
            "the path begins with a slash: `/posts/`",
            "the path has no slash at its end: `posts`",
            "unknown option `primry`, did you mean `primary`?\nknown options: `provides`, \
             `primary`, `qualifier`, `order`, `conditional`",
            "the fields of a component have names: write `{ name: Type }`",
        ]
    );
    assert_eq!(
        errors(expand(
            quote!(),
            quote!(
                struct A;
            )
        )),
        ["a controller needs the path below which it answers: `#[controller(\"/posts\")]`"]
    );
    assert_eq!(
        errors(expand(
            quote!("/posts"),
            quote!(
                enum A {}
            )
        )),
        ["`#[controller]` makes a component of a struct, and this is an enum"]
    );
    assert_eq!(
        errors(expand(
            quote!("/files/{tail}*"),
            quote!(
                struct A;
            )
        )),
        ["`{tail}*` takes the rest of the path, and routes stand below a controller's path"]
    );
}
