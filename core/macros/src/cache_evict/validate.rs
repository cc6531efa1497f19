//! What a function after which a cache lets go must be.

use proc_macro2::TokenStream;

use crate::caching::function::Function;
use crate::caching::options::Options;
use crate::shared::{Errors, body};

const KNOWN: [&str; 6] = ["cache", "key", "all", "tags", "before", "condition"];

/// A function after which a cache lets go.
pub(super) struct CacheEvict {
    pub(super) function: Function,
    pub(super) options: Options,
}

/// Checks everything that can be checked without types.
///
/// # Errors
///
/// All that is wrong.
pub(super) fn validate(args: TokenStream, item: TokenStream) -> syn::Result<CacheEvict> {
    let item = body::function(item, "#[cache_evict]")?;
    let mut errors = Errors::default();
    let options = Options::read("#[cache_evict]", args, &KNOWN, &mut errors);
    let function = Function::of(item, &mut errors);
    let name = &function.item.sig.ident;
    if !options.says("cache") {
        errors.at(name, "say which cache lets go: `cache = \"posts\"`");
    }
    let given = [
        options.says("key"),
        options.says("tags"),
        options.says("all"),
    ];
    match given.iter().filter(|it| **it).count() {
        0 => errors.at(
            name,
            "say what goes: `key = \"{id}\"`, `tags = [\"author:{author}\"]`, or `all`",
        ),
        1 => {}
        _ => errors.at(
            name,
            "`key`, `tags` and `all` each say what goes: leave one; two attributes evict two things",
        ),
    }
    let about_result = options.tags.iter().chain(&options.key);
    let mut about_result = about_result.filter(|text| text.mentions_result());
    if let (Some(before), Some(_)) = (options.before, about_result.next()) {
        errors.push(syn::Error::new(
            before,
            "before the function runs there is no `result`: leave `before` out",
        ));
    }
    errors.finish(CacheEvict { function, options })
}
