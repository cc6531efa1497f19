//! Associations: what is known of them, and how the other side is loaded.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;

use super::attributes::{HasMany, ManyToMany};
use super::model::{Association, Column, Entity, Loaded};
use super::{data, mapping, names, types};

/// What is known of each.
pub(super) fn metadata(entity: &Entity) -> Vec<TokenStream> {
    let data = data();
    let one = entity.columns.iter().filter_map(|column| {
        let target = &column.belongs_to()?.target;
        let (association, name) = (column.association_name(), &column.name);
        Some((association, quote!(BelongsTo { column: #name }), target))
    });
    let many = entity.loaded.iter().filter_map(|it| {
        let name = it.field.unraw().to_string();
        Some(match it.association.as_ref()? {
            Association::HasMany(it) => {
                let foreign_key = has_many_key(entity, it);
                let kind = quote!(HasMany { foreign_key: #foreign_key });
                (name, kind, &it.target)
            }
            Association::ManyToMany(it) => {
                let (foreign_key, other_key) = pair(entity, it);
                let through = &it.through;
                let kind = quote! {
                    ManyToMany {
                        through: #through,
                        foreign_key: #foreign_key,
                        other_key: #other_key,
                    }
                };
                (name, kind, &it.target)
            }
        })
    });
    one.chain(many)
        .map(|(name, kind, target)| {
            quote! {
                #data::AssociationMetadata {
                    name: #name,
                    kind: #data::AssociationKind::#kind,
                    target: <#target as #data::Table>::metadata,
                }
            }
        })
        .collect()
}

/// `Table::load`.
pub(super) fn load(entity: &Entity) -> TokenStream {
    let data = data();
    let one = entity.columns.iter().filter_map(|column| {
        let target = &column.belongs_to()?.target;
        Some(load_one(column, target, entity.loaded_by(column)?))
    });
    let many = entity.loaded.iter().filter_map(|it| {
        Some(match it.association.as_ref()? {
            Association::HasMany(of) => load_many(entity, of, it),
            Association::ManyToMany(of) => load_through(entity, of, it),
        })
    });
    let arms: Vec<_> = one.chain(many).collect();
    let (entities, loader) = match arms.is_empty() {
        true => (quote!(_), quote!(_)),
        false => (quote!(entities), quote!(loader)),
    };
    let unknown = quote!(#data::unknown_association::<Self>(association));
    let outcome = match arms.is_empty() {
        true => unknown,
        false => quote! {
            match association {
                #(#arms)*
                _ => #unknown,
            }
        },
    };
    quote! {
        fn load<'a>(
            #entities: &'a mut [Self],
            association: &'a str,
            #loader: &'a #data::Loader<'a>,
        ) -> #data::BoxFuture<'a, #data::Result<()>> {
            ::std::boxed::Box::pin(async move { #outcome })
        }
    }
}

fn load_one(column: &Column, target: &Type, loaded: &Loaded) -> TokenStream {
    let data = data();
    let name = column.association_name();
    let field = &loaded.field;
    let key = mapping::value_of(column, &quote!(entity));
    // A `Loaded<Option<User>>` tells one that was not there from one that was not asked for.
    let is_optional = types::argument(&loaded.ty).is_some_and(|it| types::is(it, "Option"));
    let set = match is_optional {
        true => quote!(#data::Loaded::of(other)),
        false => quote! {
            other.map_or_else(#data::Loaded::missing, #data::Loaded::of)
        },
    };
    quote! {
        #name => {
            loader
                .one::<Self, #target>(
                    entities,
                    |entity| #key,
                    |entity, other| entity.#field = #set,
                )
                .await
        }
    }
}

fn load_many(entity: &Entity, of: &HasMany, loaded: &Loaded) -> TokenStream {
    let data = data();
    let (field, name) = (&loaded.field, loaded.field.unraw().to_string());
    let (target, foreign_key) = (&of.target, has_many_key(entity, of));
    quote! {
        #name => {
            loader
                .many::<Self, #target>(
                    entities,
                    #foreign_key,
                    |entity, others| entity.#field = #data::Loaded::of(others),
                )
                .await
        }
    }
}

fn load_through(entity: &Entity, of: &ManyToMany, loaded: &Loaded) -> TokenStream {
    let data = data();
    let (field, name) = (&loaded.field, loaded.field.unraw().to_string());
    let (target, through) = (&of.target, &of.through);
    let (foreign_key, other_key) = pair(entity, of);
    quote! {
        #name => {
            loader
                .through::<Self, #target>(
                    entities,
                    #through,
                    #foreign_key,
                    #other_key,
                    |entity, others| entity.#field = #data::Loaded::of(others),
                )
                .await
        }
    }
}

fn has_many_key(entity: &Entity, of: &HasMany) -> String {
    let by_name = || names::foreign_key(&entity.name.unraw().to_string());
    of.foreign_key
        .as_ref()
        .map_or_else(by_name, syn::LitStr::value)
}

/// The columns of the table of pairs: of this entity, and of the other.
fn pair(entity: &Entity, of: &ManyToMany) -> (String, String) {
    let this = || names::foreign_key(&entity.name.unraw().to_string());
    let other = || {
        let last = types::last_segment(&of.target).map(|it| it.ident.unraw().to_string());
        names::foreign_key(&last.unwrap_or_default())
    };
    (
        of.foreign_key
            .as_ref()
            .map_or_else(this, syn::LitStr::value),
        of.other_key.as_ref().map_or_else(other, syn::LitStr::value),
    )
}
