//! `Table`: an entity from a row, and as values.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::columns::{self, codec, codec_of};
use super::model::{Column, Entity, IdSource, Role};
use super::{associations, data, metadata};

pub(super) fn expand(entity: &Entity) -> TokenStream {
    let data = data();
    let Some(id) = entity.id_column() else {
        return TokenStream::new();
    };
    let name = &entity.name;
    let columns = columns::name(entity);
    let (id_field, id_type, id_codec) = (&id.field, &id.ty, codec_of(id));
    let metadata = metadata::expand(entity);
    let fields = entity.columns.iter().enumerate().map(read);
    let loaded = entity.loaded.iter().map(|it| {
        let field = &it.field;
        quote!(#field: #data::Loaded::missing())
    });
    let values = entity.columns.iter().map(value);
    let before_insert = before(entity, "before_insert", on_insert);
    let before_update = before(entity, "before_update", on_update);
    let version = version(entity);
    let load = associations::load(entity);
    quote! {
        impl #data::Entity for #name {
            type Id = #id_type;

            fn id(&self) -> Self::Id {
                ::core::clone::Clone::clone(&self.#id_field)
            }
        }

        impl #data::Table for #name {
            type Columns = #columns;

            #metadata

            fn from_row<R: #data::RowView>(row: &R) -> #data::RowResult<Self> {
                ::core::result::Result::Ok(Self {
                    #(#fields,)*
                    #(#loaded,)*
                })
            }

            fn values(&self) -> ::std::vec::Vec<#data::Value> {
                ::std::vec::Vec::from([#(#values),*])
            }

            fn id_value(id: &Self::Id) -> #data::Value {
                #id_codec::to_value(id)
            }

            #before_insert

            #before_update

            #version

            #load
        }

        impl #data::FromRow for #name {
            fn columns() -> ::core::option::Option<::std::vec::Vec<&'static str>> {
                let columns = <Self as #data::Table>::metadata().columns;
                ::core::option::Option::Some(columns.iter().map(|column| column.name).collect())
            }

            fn kinds() -> ::std::vec::Vec<#data::ColumnKind> {
                let columns = <Self as #data::Table>::metadata().columns;
                columns.iter().map(|column| column.kind).collect()
            }

            fn from_row<R: #data::RowView>(row: &R) -> #data::RowResult<Self> {
                <Self as #data::Table>::from_row(row)
            }
        }
    }
}

fn read((index, column): (usize, &Column)) -> TokenStream {
    let (field, ty, codec) = (&column.field, &column.ty, codec(column));
    quote_spanned!(ty.span()=> #field: row.get::<#ty, #codec>(#index)?)
}

/// The column of `self` as it is bound.
pub(super) fn value(column: &Column) -> TokenStream {
    value_of(column, &quote!(self))
}

/// The column of this entity as it is bound.
pub(super) fn value_of(column: &Column, of: &TokenStream) -> TokenStream {
    let (field, codec) = (&column.field, codec_of(column));
    quote_spanned!(column.ty.span()=> #codec::to_value(&#of.#field))
}

fn before(
    entity: &Entity,
    method: &str,
    sets: fn(&Column) -> Option<(TokenStream, bool)>,
) -> TokenStream {
    let data = data();
    let method = quote::format_ident!("{method}");
    let sets: Vec<_> = entity.columns.iter().filter_map(sets).collect();
    let now = match sets.iter().any(|(_, wants_now)| *wants_now) {
        true => quote!(now),
        false => quote!(_),
    };
    let sets = sets.iter().map(|(set, _)| set);
    quote! {
        fn #method(&mut self, #now: #data::DateTime<#data::Utc>) {
            #(#sets)*
        }
    }
}

/// What an insert sets, and whether it wants to know the time.
fn on_insert(column: &Column) -> Option<(TokenStream, bool)> {
    let (field, ty) = (&column.field, &column.ty);
    // At the field's type, where one that is not what its name says is reported.
    let span = column.ty.span();
    match column.role {
        Role::Id(IdSource::UuidV7) => Some((
            quote_spanned! {span=>
                if self.#field.is_nil() {
                    self.#field = <#ty>::now_v7();
                }
            },
            false,
        )),
        Role::Version => Some((quote_spanned!(span=> self.#field = 1;), false)),
        Role::CreatedAt | Role::UpdatedAt => {
            Some((quote_spanned!(span=> self.#field = now;), true))
        }
        _ => None,
    }
}

/// What an update sets; the version is raised by the statement.
fn on_update(column: &Column) -> Option<(TokenStream, bool)> {
    let field = &column.field;
    let span = column.ty.span();
    (column.role == Role::UpdatedAt).then(|| (quote_spanned!(span=> self.#field = now;), true))
}

fn version(entity: &Entity) -> TokenStream {
    let version = entity.columns.iter().find(|it| it.role == Role::Version);
    let version = match version {
        Some(column) => {
            let field = &column.field;
            quote_spanned! {column.ty.span()=>
                ::core::option::Option::Some(::core::convert::Into::into(self.#field))
            }
        }
        None => quote!(::core::option::Option::None),
    };
    quote! {
        fn version(&self) -> ::core::option::Option<i64> {
            #version
        }
    }
}
