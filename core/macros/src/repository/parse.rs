//! The trait, its entity, and what our attributes on its methods say.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, GenericArgument, Ident, ItemTrait, LitStr, Meta, PathArguments, Signature,
    Token, TraitItem, TraitItemFn, Type, TypeParamBound,
};

use super::parameters;
use crate::shared::{Argument, Errors, arguments, cfgs};

/// A trait that is a repository.
pub(super) struct Interface {
    /// The trait without our attributes.
    pub(super) item: ItemTrait,
    pub(super) entity: Type,
    pub(super) methods: Vec<Method>,
}

/// A method that is to be written.
pub(super) struct Method {
    pub(super) signature: Signature,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) query: Option<Query>,
    /// The associations that are loaded with the entities.
    pub(super) with: Vec<Ident>,
}

/// What `#[query(…)]` says.
#[derive(Default)]
pub(super) struct Query {
    pub(super) both: Option<LitStr>,
    pub(super) sqlite: Option<LitStr>,
    pub(super) postgres: Option<LitStr>,
    /// Where `modifying` stands.
    pub(super) modifying: Option<Ident>,
}

/// Reads the trait and takes our attributes out of it; notes what is wrong with them, and leaves
/// out the methods that they stand on.
///
/// # Errors
///
/// It is no entity's.
pub(super) fn interface(mut item: ItemTrait, errors: &mut Errors) -> syn::Result<Interface> {
    let mut methods = Vec::new();
    for member in &item.items {
        if let TraitItem::Fn(method) = member {
            methods.extend(errors.keep(self::method(method)).flatten());
        }
    }
    strip(&mut item);
    Ok(Interface {
        entity: entity(&item)?,
        item,
        methods,
    })
}

/// The `Post` of `BaseRepository<Post>`.
fn entity(item: &ItemTrait) -> syn::Result<Type> {
    for bound in &item.supertraits {
        let TypeParamBound::Trait(bound) = bound else {
            continue;
        };
        let Some(last) = bound.path.segments.last() else {
            continue;
        };
        if last.ident == "BaseRepository"
            && let PathArguments::AngleBracketed(of) = &last.arguments
            && let Some(GenericArgument::Type(entity)) = of.args.first()
        {
            return Ok(entity.clone());
        }
    }
    let name = &item.ident;
    Err(syn::Error::new_spanned(
        name,
        format!("say whose repository this is: `trait {name}: BaseRepository<Post>`"),
    ))
}

/// A method that is to be written, or none where the author has.
fn method(method: &TraitItemFn) -> syn::Result<Option<Method>> {
    let mut errors = Errors::default();
    let mut query = None;
    let mut with = None;
    let mut ours = None;
    for attribute in &method.attrs {
        let twice = if attribute.path().is_ident("query") {
            let (read, loaded) = errors.keep(self::query(attribute)).unwrap_or_default();
            if !loaded.is_empty() {
                with.get_or_insert(loaded);
            }
            query.replace(read).is_some()
        } else if attribute.path().is_ident("with") {
            let loaded = errors.keep(self::with(attribute)).unwrap_or_default();
            with.replace(loaded).is_some()
        } else {
            continue;
        };
        if twice {
            errors.at(attribute, "this is said twice");
        }
        ours = Some(attribute);
    }
    if let (Some(attribute), Some(_)) = (ours, &method.default) {
        errors.at(
            attribute,
            "this method has a body of its own, and so nothing is made for it: leave one out",
        );
    }
    errors.finish(method.default.is_none().then(|| Method {
        signature: method.sig.clone(),
        cfgs: cfgs(&method.attrs).cloned().collect(),
        query,
        with: with.unwrap_or_default(),
    }))
}

/// `#[with(author, tags)]`.
fn with(attribute: &Attribute) -> syn::Result<Vec<Ident>> {
    let written = "name the associations: `#[with(author, tags)]`";
    match &attribute.meta {
        Meta::List(list) if !list.tokens.is_empty() => names(list.tokens.clone()),
        other => Err(syn::Error::new_spanned(other, written)),
    }
}

/// Names with commas between them, in quotes or not.
fn names(tokens: TokenStream) -> syn::Result<Vec<Ident>> {
    struct Name(Ident);

    impl Parse for Name {
        fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
            if input.peek(LitStr) {
                input.parse::<LitStr>()?.parse().map(Self)
            } else {
                Ident::parse_any(input).map(Self)
            }
        }
    }

    let names = Punctuated::<Name, Token![,]>::parse_terminated.parse2(tokens)?;
    Ok(names.into_iter().map(|name| name.0).collect())
}

const EXAMPLE: &str = "`#[query(\"select * from posts where title = :title\")]`";
const KNOWN: [&str; 4] = ["sqlite", "postgres", "modifying", "with"];

/// `#[query("…", sqlite = "…", postgres = "…", modifying, with = ["author"])]`.
fn query(attribute: &Attribute) -> syn::Result<(Query, Vec<Ident>)> {
    let Meta::List(list) = &attribute.meta else {
        return Err(syn::Error::new_spanned(
            attribute,
            format!("the query stands in parentheses: {EXAMPLE}"),
        ));
    };
    let split = |input: ParseStream<'_>| {
        let text = input.peek(LitStr).then(|| input.parse()).transpose()?;
        if text.is_some() && !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        syn::Result::Ok((text, input.parse::<TokenStream>()?))
    };
    let (both, rest): (Option<LitStr>, _) = split.parse2(list.tokens.clone())?;
    let mut query = Query {
        both,
        ..Query::default()
    };
    let mut with = Vec::new();
    for argument in arguments(rest, &KNOWN, &[])? {
        match argument.name().as_str() {
            "sqlite" => query.sqlite = Some(argument.text("sqlite = \"select …\"")?),
            "postgres" => query.postgres = Some(argument.text("postgres = \"select …\"")?),
            "with" => with = loaded(&argument)?,
            _ => {
                argument.flag()?;
                query.modifying = Some(argument.name);
            }
        }
    }
    if query.both.is_none() && (query.sqlite.is_none() || query.postgres.is_none()) {
        return Err(syn::Error::new_spanned(
            attribute,
            format!(
                "one text for both databases is needed, or one for each, `sqlite = \"…\"` and \
                 `postgres = \"…\"`: {EXAMPLE}"
            ),
        ));
    }
    Ok((query, with))
}

/// `with = ["author"]`, or `with(author)` as the attribute of that name has it.
fn loaded(argument: &Argument) -> syn::Result<Vec<Ident>> {
    const EXAMPLE: &str = "with = [\"author\"]";
    if let crate::shared::Given::List(list) = &argument.given {
        return names(list.clone());
    }
    match argument.expression(EXAMPLE)? {
        Expr::Array(array) => {
            let elements = &array.elems;
            names(quote::quote!(#elements))
        }
        other => Err(syn::Error::new_spanned(
            other,
            format!("`with` is a list of associations: `{EXAMPLE}`"),
        )),
    }
}

/// Takes our attributes out of the trait.
pub(super) fn strip(item: &mut ItemTrait) {
    for member in &mut item.items {
        if let TraitItem::Fn(method) = member {
            parameters::strip(&mut method.sig);
            method.attrs.retain(|attribute| {
                !["query", "with"]
                    .iter()
                    .any(|ours| attribute.path().is_ident(ours))
            });
        }
    }
}
