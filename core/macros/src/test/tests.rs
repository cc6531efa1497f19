use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_test_is_given_the_application_and_its_components() {
    insta::assert_snapshot!(pretty(expand(
        quote!(
            config("server.port" = "0", "posts.page_size" = 3),
            profile = "prod",
            in_process
        ),
        quote! {
            /// Posts are listed.
            #[should_panic]
            async fn lists_posts(
                app: TestApp,
                same: &savia::test::TestApp,
                posts: Arc<PostService>,
                #[qualifier("smtp")] mailer: Arc<dyn Mailer>,
            ) -> savia::Result<()> {
                app.get("/posts").await?;
                Ok(())
            }
        },
        Some("blog"),
    )));
}

#[test]
fn one_that_asks_for_nothing_starts_nothing() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote!(
            async fn adds() {}
        ),
        None
    )));
}

#[test]
fn options_start_the_application_also_for_one_that_asks_for_nothing() {
    let test = pretty(expand(
        quote!(in_process),
        quote!(
            async fn starts() {}
        ),
        None,
    ));
    assert!(test.contains("TestSetup::new().in_process()"), "{test}");
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(config(port = 1), inprocess),
            quote! {
                fn a(#[value("posts.page_size")] n: u32) {}
            },
            None,
        )),
        [
            "unknown option `inprocess`, did you mean `in_process`?\n\
             known options: `config`, `profile`, `in_process`",
            "write the key in quotes: `config(\"posts.page_size\" = 3)`",
            "the application is asynchronous, and so is its test: write `async fn`",
            "a test reads configuration from its application: `app.config()`",
        ]
    );
}
