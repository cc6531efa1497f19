//! What the macro makes of a block, and what it says of a wrong one.

use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

fn written(item: TokenStream) -> String {
    pretty(expand(TokenStream::new(), item))
}

#[track_caller]
fn wrong(item: TokenStream, expected: &[&str]) {
    assert_eq!(errors(expand(TokenStream::new(), item)), expected);
}

#[test]
fn a_route_is_the_method_and_its_registration() {
    insta::assert_snapshot!(written(quote! {
        impl PostController {
            /// One post.
            ///
            /// With its comments.
            #[get("/{id}")]
            #[secured("posts:read")]
            async fn show(&self, id: Path<i64>) -> Result<Json<Post>> {
                self.posts.find(*id).await
            }

            fn helper(&self) {}
        }
    }));
}

#[test]
fn everything_that_attributes_say_is_registered() {
    insta::assert_snapshot!(written(quote! {
        #[secured]
        impl PostController {
            #[post(
                "/import",
                body_limit = "10MiB",
                timeout = "1m 30s",
                compression = false,
                status = 202,
                hidden
            )]
            #[secured(any("posts:write", role = "ADMIN"), scope = "import")]
            #[deprecated]
            #[cfg(unix)]
            fn import(self: Arc<Self>, old: Option<Json<Self>>) {}

            #[get]
            #[head("/")]
            #[public]
            async fn index(&self) -> impl Respond {
                "Hello"
            }
        }
    }));
}

#[test]
fn the_block_is_an_impl_of_a_controller() {
    wrong(
        quote!(
            struct A;
        ),
        &[
            "`#[routes]` goes on the controller's `impl`; on the struct goes \
           `#[controller(\"/path\")]`",
        ],
    );
    wrong(
        quote!(
            fn a() {}
        ),
        &["`#[routes]` goes on the `impl` of a controller"],
    );
    wrong(
        quote!(
            impl<T> Web for A<T> {}
        ),
        &[
            "routes are methods of the controller itself: write `impl PostController { … }`",
            "a controller is one thing of one type: it cannot have type or lifetime parameters",
        ],
    );
    wrong(
        quote!(impl A { fn a(&self) {} }),
        &["no method answers a request here: put `#[get(\"/\")]` or the like on one"],
    );
}

#[test]
fn every_mistake_of_a_block_is_told_at_once() {
    wrong(
        quote! {
            impl A {
                #[get("posts")]
                fn a(&self) {}

                #[post("/", body_limit = "big", tmeout = "1s")]
                fn b(&self) {}

                #[put("/", status = 404)]
                fn c(&self) {}

                #[secured("a")]
                fn d(&self) {}

                #[patch("/")]
                #[secured]
                #[public]
                fn e(&self) {}
            }
        },
        &[
            "the path begins with a slash: `/posts`",
            "unknown option `tmeout`, did you mean `timeout`?\nknown options: `body_limit`, \
             `timeout`, `compression`, `hidden`, `status`",
            "`status` is that of an answer that went well, 200 to 399: `status = 202`; an error \
             brings its own",
            "this is about a route, and `d` is none: it has no `#[get]` or the like",
            "`#[secured]` and `#[public]` contradict each other: leave one out",
        ],
    );
}

#[test]
fn every_mistake_of_a_signature_is_told_at_once() {
    wrong(
        quote! {
            impl A {
                #[get("/a")]
                fn a(&mut self) {}

                #[get("/b")]
                fn b<T>(id: &str, whole: &HttpRequest, other: impl Extract) {}

                #[post("/c")]
                fn c(&self, a: Json<u8>, b: Option<Form<u8>>) {}
            }
        },
        &[
            "a controller answers many requests at once, so a route takes `&self` (or \
             `self: Arc<Self>`)",
            "a route is called by requests, which know no type or lifetime parameters",
            "a route is a method: its first parameter is `&self`",
            "a route owns what it takes from a request: write `Text` for the body, `Path<String>` \
             for a part of the path",
            "a route owns what it takes from a request: write `HttpRequest`",
            "a route is called by requests: its parameters have types with a name",
            "a request has one body, and `Json` takes it already",
        ],
    );
}

#[test]
fn two_methods_cannot_answer_one_path() {
    wrong(
        quote! {
            impl A {
                #[get("/{id}")]
                fn a(&self, id: Path<u8>) {}

                #[delete("/{id}")]
                fn b(&self, id: Path<u8>) {}

                #[get("/{slug}")]
                fn c(&self, slug: Path<String>) {}

                #[get("/")]
                fn d(&self) {}

                #[get]
                fn e(&self) {}
            }
        },
        &[
            "`a` answers GET /{slug} already",
            "`d` answers GET / already",
        ],
    );
}

#[test]
fn what_a_route_asks_of_its_caller_is_a_rule() {
    let rule = |attribute: TokenStream| {
        quote! {
            impl A {
                #[get("/")]
                #attribute
                fn a(&self) {}
            }
        }
    };
    wrong(
        rule(quote!(#[secured()])),
        &[
            "nothing stands in the parentheses: `#[secured]` lets in anybody who is known; \
           otherwise `#[secured(\"posts:write\")]`, `#[secured(role = \"ADMIN\")]`, \
           `#[secured(any(\"posts:write\", role = \"ADMIN\"))]`",
        ],
    );
    wrong(
        rule(quote!(#[secured(rol = "ADMIN")])),
        &["unknown rule `rol`, did you mean `role`?\nknown rules: `permission`, `role`, `scope`"],
    );
    wrong(
        rule(quote!(#[secured(either("a", "b"))])),
        &["unknown rule `either`\nknown rules: `any`, `all`"],
    );
    wrong(
        rule(quote!(#[secured("")])),
        &["an empty name would let nobody in"],
    );
    wrong(rule(quote!(#[secured(any())])), &["`any(…)` holds no rule"]);
}

#[test]
fn the_path_stands_on_the_struct() {
    let block = quote!(impl A { #[get("/")] fn a(&self) {} });
    assert_eq!(
        errors(expand(quote!("/posts"), block)),
        ["`#[routes]` takes nothing: the path stands on the struct, `#[controller(\"/posts\")]`"]
    );
}
