//! The block, and a registration for each route of it.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{ReturnType, Type, TypePath};

use super::parse::{Block, Route};
use super::validate::{self, SelfKind};
use crate::shared::injection::wrapped;
use crate::shared::{module_path, private, submit};

pub(super) fn expand(block: &Block) -> TokenStream {
    let item = &block.item;
    let routes = block
        .routes
        .iter()
        .map(|route| expand_route(&item.self_ty, route));
    quote!(#item #(#routes)*)
}

fn expand_route(controller: &Type, route: &Route) -> TokenStream {
    let cfgs = &route.cfgs;
    let registration = submit(registration(controller, route));
    let path_check = path_check(controller, route);
    let aliases = aliases(controller, route);
    quote! {
        #(#cfgs)*
        #[allow(deprecated, unused_imports, clippy::unit_arg)]
        const _: () = {
            #aliases
            #path_check
            #registration
        };
    }
}

fn registration(controller: &Type, route: &Route) -> TokenStream {
    let private = private();
    let method = Ident::new(route.verb.variant(), Span::call_site());
    let path = &route.pattern.path;
    let handler = syn::ext::IdentExt::unraw(&route.function.ident).to_string();
    let docs = &route.docs;
    let module_path = module_path();
    // The line of the method, not of the block.
    let location = quote_spanned! {route.function.ident.span()=>
        #private::Location { file: ::core::file!(), line: ::core::line!() }
    };
    let base =
        quote_spanned! {controller.span()=> <#controller as #private::web::Controller>::PATH };
    let meta = meta(route);
    let describe = describe(controller, route);
    let bind = bind(controller, route);
    quote! {
        #private::web::RouteRegistration {
            controller: ::core::any::type_name::<#controller>,
            base: #base,
            method: #private::web::Method::#method,
            path: #path,
            handler: #handler,
            module_path: #module_path,
            package: (
                ::core::option_env!("CARGO_PKG_NAME"),
                ::core::option_env!("CARGO_PKG_VERSION"),
            ),
            location: #location,
            docs: #docs,
            meta: #meta,
            describe: #describe,
            bind: #bind,
        }
    }
}

/// What the attributes say; web may know more of a route than it says of itself.
fn meta(route: &Route) -> TokenStream {
    let private = private();
    let mut set = TokenStream::new();
    let some = |value: TokenStream| quote!(::core::option::Option::Some(#value));
    if let Some(rule) = &route.access {
        let rule = some(rule.tokens());
        set.extend(quote!(meta.access = #rule;));
    }
    if route.public {
        set.extend(quote!(meta.public = true;));
    }
    if let Some(limit) = route.options.body_limit {
        let limit = Literal::u64_unsuffixed(limit);
        let limit = some(quote!(#limit));
        set.extend(quote!(meta.body_limit = #limit;));
    }
    if let Some(timeout) = route.options.timeout {
        let (seconds, nanos) = (timeout.as_secs(), timeout.subsec_nanos());
        let timeout = some(quote!(::core::time::Duration::new(#seconds, #nanos)));
        set.extend(quote!(meta.timeout = #timeout;));
    }
    if let Some(compression) = route.options.compression {
        let compression = some(quote!(#compression));
        set.extend(quote!(meta.compression = #compression;));
    }
    if route.options.hidden {
        set.extend(quote!(meta.hidden = true;));
    }
    if route.deprecated {
        set.extend(quote!(meta.deprecated = true;));
    }
    if set.is_empty() {
        return quote!(<#private::web::RouteMeta as ::core::default::Default>::default);
    }
    quote! {
        || {
            let mut meta = <#private::web::RouteMeta as ::core::default::Default>::default();
            #set
            meta
        }
    }
}

fn describe(controller: &Type, route: &Route) -> TokenStream {
    let private = private();
    let status = route
        .options
        .status
        .map(|status| quote!(operation.success(#status);));
    let parameters = validate::arguments(route).map(|parameter| {
        let ty = without_self(parameter.ty, controller);
        let name = parameter.name;
        quote!(#private::web::Describer::<#ty>::OF.request(operation, #name);)
    });
    let not_modified = route
        .caching
        .etag
        .then(|| quote!(operation.not_modified();));
    let answer = match &route.function.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => match without_self(ty, controller) {
            // A type without a name cannot be asked.
            Type::ImplTrait(_) => quote!(#private::web::Undescribed),
            ty => quote!(#ty),
        },
    };
    quote! {
        |operation| {
            use #private::web::DescribeFallback as _;
            #status
            #(#parameters)*
            #private::web::Describer::<#answer>::OF.response(operation);
            #not_modified
        }
    }
}

/// The handler: it takes the parameters one after the other, calls, and answers. One clone of the
/// controller's `Arc` is all that it costs beside what the parameters cost.
fn bind(controller: &Type, route: &Route) -> TokenStream {
    let private = private();
    let name = &route.function.ident;
    let parameters: Vec<_> = validate::arguments(route).collect();
    let names: Vec<_> = (0..parameters.len())
        .map(|at| format_ident!("argument_{at}"))
        .collect();
    let taken = parameters.iter().enumerate().map(|(at, parameter)| {
        let name = &names[at];
        let extract = extract(parameter.ty, at);
        quote! {
            let #name = match #extract {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(problem) => {
                    return #private::web::Respond::respond(problem, &request);
                }
            };
        }
    });
    let payload = if parameters.is_empty() {
        quote!(_)
    } else {
        quote!(mut payload)
    };
    let receiver = match route.function.receiver().and_then(validate::receiver_is) {
        Some(SelfKind::Shared) => quote!(controller),
        _ => quote!(&controller),
    };
    let awaited = route.function.asyncness.map(|_| quote!(.await));
    let answer = match &route.function.output {
        ReturnType::Type(_, ty) if !matches!(**ty, Type::ImplTrait(_)) => {
            let ty = without_self(ty, controller);
            quote_spanned!(ty.span()=> <#ty as #private::web::Respond>::respond)
        }
        _ => quote!(#private::web::Respond::respond),
    };
    let mut response = quote!(#answer(output, &request));
    if let Some(status) = route.options.status {
        response = quote!(#private::web::with_status(#response, #status));
    }
    if let Some(caching) = caching(route) {
        response = quote!(#private::web::conditional(&request, #response, &#caching));
    }
    quote! {
        |container| {
            let controller = container.try_resolve::<#controller>()?;
            ::core::result::Result::Ok(#private::Arc::new(#private::web::HandlerFn(
                move |request: #private::web::HttpRequest, #payload: #private::web::Payload| {
                    let controller = #private::Arc::clone(&controller);
                    async move {
                        #(#taken)*
                        let output = <#controller>::#name(#receiver, #(#names),*)#awaited;
                        #response
                    }
                },
            )))
        }
    }
}

/// How clients keep the route's answers, if it says so.
fn caching(route: &Route) -> Option<TokenStream> {
    let (private, caching) = (private(), &route.caching);
    if !caching.etag && caching.cache_control.is_none() {
        return None;
    }
    let etag = caching.etag;
    let cache_control = match &caching.cache_control {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    Some(quote!(#private::web::Caching { etag: #etag, cache_control: #cache_control }))
}

/// How a parameter is taken. Every token of it stands at the type, so that a type that cannot be
/// taken is one error there.
fn extract(ty: &Type, at: usize) -> TokenStream {
    let from = quote!(&request, &mut payload);
    let alias = alias(at, ty.span());
    // actix-web's own `Option` takes a broken body for none.
    let extract = match wrapped(ty, "Option") {
        Some(_) => quote_spanned!(ty.span()=> extract_optional),
        None => quote_spanned!(ty.span()=> extract),
    };
    quote_spanned!(ty.span()=> ::savia::__private::web::#extract::<#alias>(#from).await)
}

/// What is taken for each parameter, by a name of our own: a mistake in a type is told where the
/// user wrote it, and not again for everything that is done with it.
fn aliases(controller: &Type, route: &Route) -> TokenStream {
    let aliases = validate::arguments(route)
        .enumerate()
        .map(|(at, parameter)| {
            let alias = alias(at, Span::call_site());
            let ty = wrapped(parameter.ty, "Option").unwrap_or(parameter.ty);
            let ty = without_self(ty, controller);
            quote!(type #alias = #ty;)
        });
    quote!(#(#aliases)*)
}

fn alias(at: usize, span: Span) -> Ident {
    Ident::new(&format!("__Argument{at}"), span)
}

/// Holds the number of values in `Path<…>` against the number of names, of which the controller's
/// are known to the compiler only.
fn path_check(controller: &Type, route: &Route) -> Option<TokenStream> {
    let private = private();
    let (ty, arity) = validate::arguments(route)
        .find_map(|parameter| Some((parameter.ty, validate::path_arity(parameter.ty)?)))?;
    let own = route.pattern.names.len();
    let values = if arity == 1 { "value" } else { "values" };
    let message = format!(
        "the path of `{}` does not have {arity} {values} to give: every `{{name}}` is one, those of \
         the controller's path and those of `{}`; write `/{{id}}` for one that is missing",
        route.function.ident, route.pattern.path,
    );
    // `assert!` takes a format string.
    let message = message.replace('{', "{{").replace('}', "}}");
    Some(quote_spanned! {ty.span()=>
        const _: () = ::core::assert!(
            #private::web::path_names(<#controller as #private::web::Controller>::PATH) + #own
                == #arity,
            #message
        );
    })
}

/// The type with `Self` written out, as it stands outside the block.
fn without_self(ty: &Type, controller: &Type) -> Type {
    struct WithoutSelf<'a>(&'a Type);

    impl VisitMut for WithoutSelf<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if matches!(ty, Type::Path(TypePath { qself: None, path }) if path.is_ident("Self")) {
                *ty = self.0.clone();
            } else {
                syn::visit_mut::visit_type_mut(self, ty);
            }
        }
    }

    let mut ty = ty.clone();
    WithoutSelf(controller).visit_type_mut(&mut ty);
    ty
}
