//! The block, the routes in it, and what their attributes say.

use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, Signature};

use super::caching::{self, Caching};
use super::options::{self, Options, Verb};
use super::pattern::Pattern;
use crate::shared::access::Rule;
use crate::shared::{Errors, cfgs, doc_text};

/// An `impl` with routes.
pub(super) struct Block {
    /// The user's block without our attributes.
    pub(super) item: ItemImpl,
    pub(super) routes: Vec<Route>,
}

/// A method under one of its `#[get(…)]`s.
pub(super) struct Route {
    pub(super) verb: Verb,
    pub(super) pattern: Pattern,
    pub(super) options: Options,
    pub(super) access: Option<Rule>,
    pub(super) public: bool,
    pub(super) caching: Caching,
    pub(super) deprecated: bool,
    pub(super) docs: String,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) function: Signature,
}

/// What `#[secured]` and `#[public]` say.
#[derive(Default)]
struct Access {
    rules: Vec<Rule>,
    public: Option<Attribute>,
    first: Option<Attribute>,
}

/// Reads the block and takes our attributes out of it.
///
/// # Errors
///
/// Everything that is wrong with the attributes.
pub(super) fn block(mut item: ItemImpl) -> syn::Result<Block> {
    let mut errors = Errors::default();
    let everywhere = access(&item.attrs, &mut errors);
    let mut routes = Vec::new();
    for method in &item.items {
        if let ImplItem::Fn(method) = method {
            routes.extend(method_routes(method, &everywhere, &mut errors));
        }
    }
    strip(&mut item);
    errors.finish(Block { item, routes })
}

fn method_routes(method: &ImplItemFn, everywhere: &Access, errors: &mut Errors) -> Vec<Route> {
    let own = access(&method.attrs, errors);
    let verbs: Vec<_> = method
        .attrs
        .iter()
        .filter_map(|attribute| Some((attribute, Verb::of(attribute)?)))
        .collect();
    if verbs.is_empty()
        && let Some(attribute) = own
            .first
            .as_ref()
            .or(own.public.as_ref())
            .or(method.attrs.iter().find(|it| caching::is_ours(it)))
    {
        let name = &method.sig.ident;
        errors.at(
            attribute,
            format!("this is about a route, and `{name}` is none: it has no `#[get]` or the like"),
        );
    }
    let methods: Vec<_> = verbs.iter().map(|(_, verb)| *verb).collect();
    let caching = caching::read(&method.attrs, &methods, errors);
    let public = own.public.is_some() || (everywhere.public.is_some() && own.rules.is_empty());
    // What is public stays public in a block that is secured.
    let rules = if public {
        Vec::new()
    } else {
        everywhere.rules.clone()
    };
    let access = Rule::all(rules.into_iter().chain(own.rules));
    verbs
        .into_iter()
        .filter_map(|(attribute, verb)| {
            let (pattern, options) = errors.keep(options::read(attribute, verb))?;
            Some(Route {
                verb,
                pattern,
                options,
                access: access.clone(),
                public,
                caching: caching.clone(),
                deprecated: method
                    .attrs
                    .iter()
                    .any(|it| it.path().is_ident("deprecated")),
                docs: doc_text(&method.attrs),
                cfgs: cfgs(&method.attrs).cloned().collect(),
                function: method.sig.clone(),
            })
        })
        .collect()
}

fn access(attributes: &[Attribute], errors: &mut Errors) -> Access {
    let mut access = Access::default();
    for attribute in attributes {
        if attribute.path().is_ident("secured") {
            access.first.get_or_insert_with(|| attribute.clone());
            access.rules.extend(errors.keep(Rule::of(attribute)));
        } else if attribute.path().is_ident("public") {
            if attribute.meta.require_path_only().is_err() {
                errors.at(attribute, "`#[public]` takes nothing");
            }
            access.public = Some(attribute.clone());
        }
    }
    if let (Some(secured), Some(_)) = (&access.first, &access.public) {
        errors.at(
            secured,
            "`#[secured]` and `#[public]` contradict each other: leave one out",
        );
    }
    access
}

/// Takes our attributes out of the block.
pub(super) fn strip(item: &mut ItemImpl) {
    let ours = |attribute: &Attribute| {
        Verb::of(attribute).is_some()
            || attribute.path().is_ident("secured")
            || attribute.path().is_ident("public")
            || caching::is_ours(attribute)
    };
    item.attrs.retain(|attribute| !ours(attribute));
    for method in &mut item.items {
        if let ImplItem::Fn(method) = method {
            method.attrs.retain(|attribute| !ours(attribute));
        }
    }
}
