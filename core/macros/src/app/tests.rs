use quote::quote;

use super::{Kind, expand};
use crate::shared::golden::{errors, pretty};

#[test]
fn an_app_owns_its_module() {
    let app = quote! { name: "posts", requires: ["users", "mail"] };
    insta::assert_snapshot!(pretty(expand(app, Kind::App)));
}

#[test]
fn a_starter_owns_its_module() {
    insta::assert_snapshot!(pretty(expand(quote! { name: "mail" }, Kind::Starter)));
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote! { nme: "x", name: "MyPosts", requires: "users" },
            Kind::App
        )),
        [
            "unknown field `nme`, did you mean `name`?\nknown fields: `name`, `requires`",
            "`requires` is a list of names: `requires: [\"users\"]`",
            "\"MyPosts\" is no name: names are snake_case, such as `\"my_posts\"`",
        ]
    );
    assert_eq!(
        errors(expand(quote!(), Kind::Starter)),
        ["a starter needs a name: `savia::starter! { name: \"mail\" }`"]
    );
    assert_eq!(
        errors(expand(quote!("posts"), Kind::App)),
        ["this is written `savia::app! { name: \"posts\" }`"]
    );
    assert_eq!(
        errors(expand(
            quote! { name: "mail", requires: ["users"] },
            Kind::Starter
        )),
        ["unknown field `requires`\nknown fields: `name`"]
    );
}
