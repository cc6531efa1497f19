//! What a function whose value is kept must be.

use proc_macro2::TokenStream;

use crate::caching::function::Function;
use crate::caching::key::Text;
use crate::caching::options::Options;
use crate::shared::{Errors, body};

const KNOWN: [&str; 11] = [
    "cache",
    "key",
    "ttl",
    "tti",
    "none_ttl",
    "stale_while_revalidate",
    "weight",
    "condition",
    "unless",
    "tags",
    "local",
];

/// A function whose value can be kept.
pub(super) struct CachePut {
    pub(super) function: Function,
    pub(super) options: Options,
    pub(super) key: Text,
}

/// Checks everything that can be checked without types.
///
/// # Errors
///
/// All that is wrong.
pub(super) fn validate(args: TokenStream, item: TokenStream) -> syn::Result<CachePut> {
    let item = body::function(item, "#[cache_put]")?;
    let mut errors = Errors::default();
    let mut options = Options::read("#[cache_put]", args, &KNOWN, &mut errors);
    let function = Function::of(item, &mut errors);
    function.check_output("#[cache_put]", &mut errors);
    options.check(function.shape, &mut errors);
    if !options.says("cache") {
        errors.at(
            &function.item.sig.ident,
            "say which cache the value is put into: `cache = \"posts\"`",
        );
    }
    let key = options.key.take();
    if !options.says("key") {
        errors.at(
            &function.item.sig.ident,
            "say what the value is found by: `key = \"{result.id}\"`, or `key = \"{id}\"`",
        );
    }
    errors.finish(CachePut {
        function,
        options,
        key: key.unwrap_or_else(|| Text::parameters(&[])),
    })
}
