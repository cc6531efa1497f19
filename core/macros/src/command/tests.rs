use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn every_kind_of_parameter_is_filled() {
    insta::assert_snapshot!(pretty(expand(
        quote!(needs = "ready"),
        quote! {
            /// Makes an administrator.
            ///
            /// The password is asked for.
            async fn create_admin(
                users: Arc<UserService>,
                #[qualifier("smtp")] mailer: Option<Arc<dyn Mailer>>,
                #[value("users.min_length", default = 12)] min_length: usize,
                email: String,
                #[arg(default = "1", help = "How many")] count: u32,
                #[arg(short = 'f')] force: bool,
                locale: Option<Locale>,
                #[arg(long = "role")] role_name: String,
                tags: Vec<String>,
            ) -> Result<()> {
                Ok(())
            }
        },
    )));
}

#[test]
fn a_plain_function_without_parameters() {
    insta::assert_snapshot!(pretty(expand(
        quote!(name = "cache:clear", about = "Empties the cache"),
        quote!(
            fn clear() {}
        ),
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(nam = "x", needs = "redy", name = "Create Admin"),
            quote! {
                fn make<T>(
                    email: &str,
                    #[arg(default = "x")] force: bool,
                    #[arg(default = "x")] maybe: Option<u8>,
                    #[arg(shrt = 'f')] users: Arc<Users>,
                    #[arg(short = 'h')] host: String,
                ) {}
            },
        )),
        [
            "unknown option `nam`, did you mean `name`?\nknown options: `name`, `about`, `needs`",
            "unknown need `redy`, did you mean `ready`?\n\
             known needs: `discovered`, `ready`, `started`",
            "\"Create Admin\" is no name: a command's name is written in kebab-case, such as \
             `\"create-admin\"`",
            "Savia calls this function and has no types to choose: it cannot be generic",
            "an argument is owned: write `String` in the place of the reference",
            "a flag is `false` where it is not given",
            "with a default it is always there: write the type without `Option`",
            "unknown option `shrt`, did you mean `short`?\n\
             known options: `short`, `long`, `help`, `default`",
            "`-h` is help: take another letter",
        ]
    );
}

#[test]
fn what_clap_could_not_read_is_refused() {
    let refused = |item| errors(expand(quote!(), item));
    assert_eq!(
        refused(quote!(
            fn a(all: Vec<String>, last: String) {}
        )),
        ["a `Vec` takes all that is left, so nothing can stand behind it"]
    );
    assert_eq!(
        refused(quote!(
            fn a(#[arg(default = "1")] n: u8, last: String) {}
        )),
        [
            "an argument that may be left out stands before this one: put this one first, or say \
             `#[arg(long)]`"
        ]
    );
    assert_eq!(
        refused(quote!(
            fn a(#[arg(short = 'x')] a: bool, #[arg(short = 'x', long = "a")] b: bool) {}
        )),
        [
            "`--a` is taken by an argument before",
            "`-x` is taken by an argument before"
        ]
    );
    assert_eq!(
        refused(quote!(
            fn a(profile: Option<String>) {}
        )),
        ["every command has `--profile` already: take another name"]
    );
}

#[test]
fn components_need_a_container() {
    assert_eq!(
        errors(expand(
            quote!(needs = "discovered"),
            quote!(
                fn a(users: Arc<Users>) {}
            )
        )),
        [
            "a command that needs only discovery runs before there are components to inject: say \
             `needs = \"ready\"`, or take the components out"
        ]
    );
    assert_eq!(
        errors(expand(
            quote!(),
            quote!(
                fn a(#[arg(long)] users: Arc<Users>) {}
            )
        )),
        ["`#[arg]` is for the command line, and this parameter is injected"]
    );
}
