//! What a cached function must be.

use proc_macro2::TokenStream;

use crate::caching::function::{Function, Parameter};
use crate::caching::key::Text;
use crate::caching::options::Options;
use crate::shared::{Errors, body};

const KNOWN: [&str; 14] = [
    "cache",
    "key",
    "ttl",
    "tti",
    "none_ttl",
    "errors",
    "stale_while_revalidate",
    "max_entries",
    "max_weight",
    "weight",
    "condition",
    "unless",
    "tags",
    "local",
];

/// A function that can be cached.
pub(super) struct Cached {
    pub(super) function: Function,
    pub(super) options: Options,
    pub(super) parameters: Vec<Parameter>,
    pub(super) key: Text,
}

/// Checks everything that can be checked without types.
///
/// # Errors
///
/// All that is wrong.
pub(super) fn validate(args: TokenStream, item: TokenStream) -> syn::Result<Cached> {
    let item = body::function(item, "#[cached]")?;
    let mut errors = Errors::default();
    let mut options = Options::read("#[cached]", args, &KNOWN, &mut errors);
    let function = Function::of(item, &mut errors);
    function.check_output("#[cached]", &mut errors);
    options.check(function.shape, &mut errors);
    let mut unnamed = Vec::new();
    let parameters = function.parameters(|pattern| unnamed.push(pattern.clone()));
    if options.key.is_none() || options.stale.is_some() {
        for pattern in unnamed {
            errors.at(
                pattern,
                "a parameter of a cached function is a name with a type, unless `key = \"…\"` says \
                 what the key is made of",
            );
        }
    }
    let about_result = options.tags.iter().chain(&options.key);
    if about_result.filter(|text| text.mentions_result()).count() > 0 {
        errors.at(
            &function.item.sig.ident,
            "the value is looked up before there is a result: key and tags are made of the \
             parameters",
        );
    }
    let key = options.key.take();
    let key = key.unwrap_or_else(|| Text::parameters(&parameters));
    errors.finish(Cached {
        function,
        options,
        parameters,
        key,
    })
}
