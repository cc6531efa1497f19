//! How shaku builds the component, and its registration.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::Stereotype;
use super::parse::{Condition, Options};
use super::validate::Component;
use crate::shared::injection::{Place, Point, Source, declarations, local, optional};
use crate::shared::{cfgs, location, module_path, private, private_at, submit};

pub(super) fn expand(component: &Component) -> TokenStream {
    let build = build(component);
    let registration = submit(registration(component));
    quote!(#build #registration)
}

/// What `#[derive(shaku::Component)]` would write, had it our injection points.
fn build(component: &Component) -> TokenStream {
    let name = &component.name;
    let private = private_at(Span::call_site().located_at(name.span()));
    let asks = |point: &Point| !matches!(point.source, Source::Init(_));
    let context = match component.points.iter().any(asks) {
        true => local("context").into_token_stream(),
        false => quote!(_),
    };
    let fields = component.points.iter().map(|point| {
        let cfgs = cfgs(&point.attributes);
        let name = &point.name;
        let value = point.filled(&Place::Build);
        quote!(#(#cfgs)* #name: #value)
    });
    // At the struct, where one that cannot be shared among threads is reported.
    quote_spanned! {Span::call_site().located_at(name.span())=>
        impl #private::shaku::Component<#private::Container> for #name {
            type Interface = Self;
            type Parameters = ();

            fn build(
                #context: &mut #private::BuildContext,
                (): Self::Parameters,
            ) -> ::std::boxed::Box<Self> {
                ::std::boxed::Box::new(Self { #(#fields),* })
            }
        }
    }
}

fn registration(component: &Component) -> TokenStream {
    let private = private();
    let name = &component.name;
    let module_path = module_path();
    let location = location();
    let points = declarations(&component.points);
    let interfaces = component.options.provides.iter();
    let interfaces = interfaces.map(|interface| binding(component, interface));
    let conditions = conditions(&component.options);
    let primary = component.options.primary;
    let qualifier = optional(component.options.qualifier.as_ref());
    let order = component.options.order;
    let stereotype = match component.stereotype {
        Stereotype::Service => quote!(Service),
        Stereotype::Controller => quote!(Controller),
    };
    quote! {
        #private::ComponentRegistration {
            name: ::core::any::type_name::<#name>,
            module_path: #module_path,
            location: #location,
            points: #points,
            bindings: || ::std::vec::Vec::from([
                #private::own_binding::<#name>(),
                #(#interfaces),*
            ]),
            conditions: #conditions,
            options: #private::ComponentOptions {
                stereotype: #private::Stereotype::#stereotype,
                primary: #primary,
                qualifier: #qualifier,
                order: #order,
            },
        }
    }
}

/// The closure's result is coerced, so an interface that the struct does not implement is an
/// error at the interface.
fn binding(component: &Component, interface: &Type) -> TokenStream {
    let private = private();
    let name = &component.name;
    let mut context = local("context");
    context.set_span(context.span().located_at(interface.span()));
    let built = quote_spanned!(interface.span()=> #context.build_component::<#name>());
    quote!(#private::component_binding::<#interface>(|#context| #built))
}

/// What must hold for the component to be live, as the function that its registration names.
pub(crate) fn conditions(options: &Options) -> TokenStream {
    let conditions = options.conditions.iter().map(condition);
    quote!(|| ::std::vec::Vec::from([#(#conditions),*]))
}

fn condition(condition: &Condition) -> TokenStream {
    let private = private();
    match condition {
        Condition::Profile(profile) => quote!(#private::Condition::Profile(#profile)),
        Condition::App(app) => quote!(#private::Condition::InstalledApp(#app)),
        Condition::Property { key, equals: None } => {
            quote!(#private::Condition::property(#key))
        }
        Condition::Property {
            key,
            equals: Some(value),
        } => {
            quote!(#private::Condition::property_is(#key, #value))
        }
    }
}
