//! The component that is the repository: a `Repository` of the entity under the trait's name.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::expand::implementation;
use super::validate::Repository;
use crate::service::{Options, conditions};
use crate::shared::injection::{local, optional};
use crate::shared::{location, module_path, private, submit};

pub(super) fn expand(repository: &Repository, options: &Options) -> TokenStream {
    let private = private();
    let interface = &repository.item.ident;
    let component = implementation(&repository.item);
    let entity = &repository.entity;
    // At the entity, where a struct that is none is reported.
    let inner = quote_spanned! {entity.span()=> #private::data::Repository<#entity>};
    let build = build(repository);
    let registration = submit(registration(repository, options));
    let doc = format!("What `{interface}` is in an application.");
    quote! {
        #[doc = #doc]
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        struct #component {
            inner: #inner,
        }
        #build
        #private::data::delegate_base_repository!(#component, #entity);
        #registration
    }
}

fn build(repository: &Repository) -> TokenStream {
    let private = private();
    let component = implementation(&repository.item);
    let context = local("context");
    quote! {
        impl #private::shaku::Component<#private::Container> for #component {
            type Interface = Self;
            type Parameters = ();

            fn build(
                #context: &mut #private::BuildContext,
                (): Self::Parameters,
            ) -> ::std::boxed::Box<Self> {
                ::std::boxed::Box::new(Self {
                    inner: #private::data::Repository::new(
                        <#private::Arc<#private::data::Database> as #private::Inject>::inject(
                            &mut #private::Resolver::Building(#context),
                            ::core::option::Option::None,
                        ),
                    ),
                })
            }
        }
    }
}

fn registration(repository: &Repository, options: &Options) -> TokenStream {
    let private = private();
    let interface = &repository.item.ident;
    let component = implementation(&repository.item);
    let entity = &repository.entity;
    let name = syn::ext::IdentExt::unraw(interface).to_string();
    let module_path = module_path();
    let location = location();
    let conditions = conditions(options);
    let Options {
        primary,
        qualifier,
        order,
        ..
    } = options;
    let qualifier = optional(qualifier.as_ref());
    quote! {
        #private::ComponentRegistration {
            name: || ::core::concat!(#module_path, "::", #name),
            module_path: #module_path,
            location: #location,
            points: || ::std::vec::Vec::from([
                #private::InjectionPoint {
                    name: "database",
                    wants: <#private::Arc<#private::data::Database> as #private::Inject>::wants(),
                    qualifier: ::core::option::Option::None,
                },
            ]),
            bindings: || ::std::vec::Vec::from([
                #private::own_binding::<#component>(),
                #private::component_binding::<dyn #interface>(
                    |context| context.build_component::<#component>(),
                ),
                #private::component_binding::<dyn #private::data::BaseRepository<#entity>>(
                    |context| context.build_component::<#component>(),
                ),
            ]),
            conditions: #conditions,
            options: #private::ComponentOptions {
                stereotype: #private::Stereotype::Repository,
                primary: #primary,
                qualifier: #qualifier,
                order: #order,
            },
        }
    }
}
