//! Golden expansions, and what is said of mistakes.

use proc_macro2::TokenStream;
use quote::quote;

use super::expanded;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_section() {
    let item = quote! {
        /// The blog's posts.
        pub struct PostsConfig {
            /// Posts on a page.
            #[default(20)]
            #[garde(range(min = 1, max = 100))]
            pub page_size: u32,
            /// How long a draft is kept.
            #[default("30m")]
            pub keep: Duration,
            #[key("api-key")]
            #[secret]
            pub api_key: Option<String>,
        }
    };
    insta::assert_snapshot!(pretty(expanded(quote!("posts"), item)));
}

#[test]
fn a_nested_section_with_a_rule_that_looks_around() {
    let item = quote! {
        #[derive(Debug, PartialEq)]
        pub struct Window {
            #[garde(range(min = 1))]
            first: u32,
            #[garde(custom(after(&self.first)), dive)]
            last: u32,
        }
    };
    insta::assert_snapshot!(pretty(expanded(quote!(), item)));
}

#[test]
fn words() {
    let item = quote! {
        #[derive(Copy, Debug)]
        pub enum Backend {
            /// In this process.
            #[default]
            Memory,
            #[key("cluster")]
            RedisCluster,
            TwoTiers,
        }
    };
    insta::assert_snapshot!(pretty(expanded(quote!(), item)));
}

#[test]
fn mistakes_are_told() {
    let check = |args: TokenStream, item: TokenStream, said: &[&str]| {
        assert_eq!(errors(expanded(args, item)), said);
    };
    check(
        quote!(posts),
        quote!(
            struct A {
                a: u8,
            }
        ),
        &["write the section's key: `#[config(\"posts\")]`"],
    );
    check(
        quote!("Posts"),
        quote!(
            struct A<T> {
                #[key("A b")]
                a: T,
                b_c: u8,
                #[key("b-c")]
                d: u8,
            }
        ),
        &[
            "a `#[config]` type has no parameters: its keys are known before the program runs",
            "a section's key is made of lower-case letters, digits, `_` and `-`, and begins with a \
         letter: `posts`, `blog.comments`",
            "a key is made of lower-case letters, digits, `_` and `-`, and begins with a letter; \
         give another with `#[key(\"name\")]`",
            "another field has this key",
        ],
    );
    check(
        quote!(),
        quote!(
            struct A(u8);
        ),
        &["a section needs fields with names"],
    );
    check(
        quote!(),
        quote!(
            struct A {}
        ),
        &["a section has at least one field"],
    );
    check(
        quote!(),
        quote!(
            fn a() {}
        ),
        &["`#[config]` stands on a struct or an enum"],
    );
    check(
        quote!(),
        quote!(
            struct A {
                #[default(1)]
                a: Option<u8>,
            }
        ),
        &["a field with a default is never absent: take away the `Option`, or the default"],
    );
    check(
        quote!(),
        quote!(
            struct A {
                #[serde(rename = "b")]
                a: u8,
            }
        ),
        &[
            "a section is not read by serde: another key is `#[key(\"name\")]`, a default \
         `#[default(value)]`",
        ],
    );
    check(
        quote!(),
        quote!(
            struct A {
                #[default("30")]
                a: Duration,
            }
        ),
        &["not a duration such as `30s`, `5m` or `250ms`"],
    );
    check(
        quote!(),
        quote!(
            struct A {
                #[default(["::1", "local"])]
                a: Vec<IpAddr>,
            }
        ),
        &["not an IP address"],
    );
    check(
        quote!(),
        quote!(
            enum A {
                B(u8),
            }
        ),
        &["a variant is a word and carries no data; use a struct for what has parts"],
    );
    check(
        quote!("a"),
        quote!(
            enum A {
                #[default]
                B,
                #[default]
                C,
            }
        ),
        &[
            "an enum is a value inside a section: write `#[config]`, and use it as a field's type",
            "one word is the default already",
        ],
    );
    check(
        quote!(),
        quote!(
            enum A {
                #[secret]
                B,
            }
        ),
        &["this belongs on the field that holds the enum"],
    );
}
