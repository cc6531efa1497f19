//! The options of a test: `config("server.port" = "0"), profile = "prod", in_process`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, LitStr, Token};

use crate::shared::injection::check_key;
use crate::shared::{Errors, arguments_noting};

/// How the application of a test is started.
#[derive(Default)]
pub(super) struct Setup {
    pub(super) config: Vec<Setting>,
    pub(super) profile: Option<LitStr>,
    pub(super) in_process: bool,
}

impl Setup {
    pub(super) fn is_default(&self) -> bool {
        self.config.is_empty() && self.profile.is_none() && !self.in_process
    }
}

/// `"server.port" = "0"`.
pub(super) struct Setting {
    pub(super) key: LitStr,
    pub(super) value: Expr,
}

const CONFIG: &str = "config(\"posts.page_size\" = 3)";

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(LitStr) {
            return Err(input.error(format!("write the key in quotes: `{CONFIG}`")));
        }
        let key: LitStr = input.parse()?;
        check_key(&key)?;
        if !input.peek(Token![=]) {
            return Err(syn::Error::new(
                key.span(),
                format!("a key needs its value: `{CONFIG}`"),
            ));
        }
        input.parse::<Token![=]>()?;
        Ok(Self {
            key,
            value: input.parse()?,
        })
    }
}

pub(super) fn setup(args: TokenStream) -> syn::Result<Setup> {
    let mut setup = Setup::default();
    let mut errors = Errors::default();
    let known = ["config", "profile", "in_process"];
    for option in arguments_noting(args, &known, &[], &mut errors) {
        match option.name().as_str() {
            "config" => setup.config = errors.keep(option.list(CONFIG)).unwrap_or_default(),
            "profile" => setup.profile = errors.keep(option.text("profile = \"prod\"")),
            _ => setup.in_process = errors.keep(option.flag()).is_some(),
        }
    }
    errors.finish(setup)
}
