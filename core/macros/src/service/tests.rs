use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_struct_without_fields_is_a_component() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote!(
            pub struct Clock;
        )
    )));
}

#[test]
fn every_injection_point_is_filled_and_declared() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote! {
            /// Posts.
            #[derive(Debug)]
            pub struct PostService {
                posts: Arc<dyn PostRepository>,
                #[cfg(feature = "mail")]
                #[qualifier("smtp")]
                mailer: Option<Arc<dyn Mailer>>,
                checks: Vec<Arc<dyn HealthIndicator>>,
                #[config]
                config: Arc<PostsConfig>,
                #[value("posts.page_size")]
                pub page_size: u32,
                #[value("posts.greeting", default = "Hello".to_owned())]
                greeting: String,
                #[init]
                served: AtomicU64,
                #[init(Instant::now())]
                since: Instant,
            }
        },
    )));
}

#[test]
fn every_option_is_registered() {
    insta::assert_snapshot!(pretty(expand(
        quote!(
            provides(dyn Mailer, dyn HealthIndicator),
            primary,
            qualifier = "smtp",
            order = -10,
            conditional(profile = "dev"),
            conditional(app = "mail"),
            conditional(property = "mail.enabled"),
            conditional(property = "mail.backend", equals = "smtp"),
        ),
        quote!(
            struct SmtpMailer {}
        ),
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(
                primary = true,
                order = "1",
                conditional(profle = "dev"),
                provides
            ),
            quote! {
                struct Broken<T> {
                    #[value]
                    a: u32,
                    #[value("PageSize")]
                    b: u32,
                    #[value("b.c")]
                    #[init]
                    c: u32,
                    #[qualifier(smtp)]
                    d: Arc<T>,
                    #[qualifier("smtp")]
                    e: Vec<Arc<T>>,
                    #[value("b.c", defalt = 1)]
                    f: u32,
                }
            },
        )),
        [
            "`primary` takes no value",
            "`order` is a whole number: `order = 10`",
            "unknown option `profle`, did you mean `profile`?\n\
             known options: `profile`, `property`, `equals`, `app`",
            "`provides` is written `provides(dyn Mailer)`",
            "a component is one thing of one type: it cannot have type or lifetime parameters",
            "`#[value]` needs the key to read: `#[value(\"posts.page_size\")]`",
            "\"PageSize\" is not a key: keys are snake_case words with dots between, such as \
             `page_size`",
            "`#[init]` and `#[value]` on one field: it can have one origin only",
            "name the component's qualifier in quotes: `#[qualifier(\"smtp\")]`",
            "`#[qualifier]` picks one component, and a `Vec` takes all of them",
            "unknown option `defalt`, did you mean `default`?\nknown options: `default`",
        ]
    );
}

#[test]
fn a_condition_is_one_condition() {
    let refused = |condition| {
        errors(expand(
            condition,
            quote!(
                struct A;
            ),
        ))
    };
    assert_eq!(
        refused(quote!(conditional(profile = "dev", app = "mail"))),
        ["one condition in each `conditional(…)`; several of them must all hold"]
    );
    assert_eq!(
        refused(quote!(conditional(profile = "dev", equals = "x"))),
        ["`equals` goes with `property = \"…\"`"]
    );
    assert_eq!(
        refused(quote!(conditional)),
        ["`conditional` is written `conditional(property = \"mail.enabled\")`"]
    );
}

#[test]
fn only_a_struct_with_names_is_a_component() {
    let refused = |item| errors(expand(quote!(), item));
    assert_eq!(
        refused(quote!(
            struct A(u8);
        )),
        ["the fields of a component have names: write `{ name: Type }`"]
    );
    assert_eq!(
        refused(quote!(
            enum A {}
        )),
        ["`#[service]` makes a component of a struct, and this is an enum"]
    );
    assert_eq!(
        refused(quote!(
            fn a() {}
        )),
        ["`#[service]` makes a component of a struct, and this is a function"]
    );
    assert_eq!(
        refused(quote!(impl A {})),
        ["`#[service]` goes on the struct, not on its `impl`"]
    );
    assert_eq!(
        refused(quote!(
            trait A {}
        )),
        ["`#[service]` goes on the struct that implements the trait"]
    );
}
