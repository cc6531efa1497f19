//! Golden expansions.

use proc_macro2::TokenStream;
use quote::quote;

fn expanded(args: TokenStream, item: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(super::entry(args, item)).unwrap())
}

#[test]
fn a_struct() {
    insta::assert_snapshot!(expanded(
        quote!(),
        quote! {
            /// A new post.
            #[derive(PartialEq)]
            #[serde(rename_all = "camelCase")]
            pub struct NewPost {
                #[garde(length(min = 1, max = 200))]
                pub post_title: String,
                pub tags: Vec<String>,
                #[garde(length(max = 3), dive)]
                pub lines: Vec<Line>,
                #[garde(dive)]
                pub author: Option<Author>,
                #[garde(skip)]
                pub trusted: Line,
            }
        }
    ));
}

#[test]
fn an_enum() {
    insta::assert_snapshot!(expanded(
        quote!(unknown = "ignore"),
        quote! {
            #[serde(tag = "type", rename_all = "snake_case")]
            pub enum Shape<T> {
                Empty,
                Circle { #[garde(range(min = 0.0))] radius: f64 },
                Other(T),
            }
        }
    ));
}

#[test]
fn nothing_to_check() {
    insta::assert_snapshot!(expanded(
        quote!(),
        quote! {
            pub struct Plain { pub id: i64, pub name: Option<String> }
        }
    ));
}

#[test]
fn a_wrong_option_leaves_the_type_standing() {
    let code = expanded(
        quote!(unkown = "ignore"),
        quote!(
            pub struct Plain {
                pub id: i64,
            }
        ),
    );
    assert!(code.contains("did you mean `unknown`"), "{code}");
    assert!(code.contains("pub struct Plain"), "{code}");
}
