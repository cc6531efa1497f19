//! diesel's traits of an entity: `as_select`, `.values(&post)`, `.set(&post)`, `.filter(…)`.
//!
//! Not by diesel's derives: they know neither fields that are no columns nor a column that is bound
//! otherwise than its field (JSON).

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::data;
use super::model::{Column, Entity, Role, Storage};

pub(super) fn expand(entity: &Entity) -> TokenStream {
    let queryable = queryable(entity);
    let selectable = selectable(entity);
    let identifiable = identifiable(entity);
    let insertable = insertable(entity);
    let changeset = changeset(entity);
    quote!(#queryable #selectable #identifiable #insertable #changeset)
}

fn queryable(entity: &Entity) -> TokenStream {
    let data = data();
    let (name, module) = (&entity.name, &entity.table.module);
    let types: Vec<_> = entity.columns.iter().map(read_type).collect();
    let values: Vec<_> = (0..types.len())
        .map(|index| format_ident!("column_{index}"))
        .collect();
    let fields = entity.columns.iter().zip(&values).map(|(column, value)| {
        let field = &column.field;
        match (&column.storage, column.nullable) {
            (Storage::Json, true) => quote!(#field: #value.map(|it| it.0)),
            (Storage::Json, false) => quote!(#field: #value.0),
            _ => quote!(#field: #value),
        }
    });
    let loaded = entity.loaded.iter().map(|it| {
        let field = &it.field;
        quote!(#field: #data::Loaded::missing())
    });
    quote! {
        impl<DB: #data::diesel::backend::Backend>
            #data::diesel::deserialize::Queryable<#module::SqlType, DB> for #name
        where
            (#(#types,)*): #data::diesel::deserialize::FromStaticSqlRow<#module::SqlType, DB>,
        {
            type Row = (#(#types,)*);

            fn build((#(#values,)*): Self::Row) -> #data::RowResult<Self> {
                ::core::result::Result::Ok(Self {
                    #(#fields,)*
                    #(#loaded,)*
                })
            }
        }
    }
}

/// What diesel reads a column as.
fn read_type(column: &Column) -> TokenStream {
    let data = data();
    let ty = &column.ty;
    match (&column.storage, super::types::option(ty)) {
        (Storage::Json, Some(inner)) => {
            quote!(::core::option::Option<#data::sql_types::Embedded<#inner>>)
        }
        (Storage::Json, None) => quote!(#data::sql_types::Embedded<#ty>),
        _ => quote!(#ty),
    }
}

fn selectable(entity: &Entity) -> TokenStream {
    let data = data();
    let (name, module) = (&entity.name, &entity.table.module);
    let columns: Vec<_> = entity
        .columns
        .iter()
        .map(|column| {
            let field = &column.field;
            quote!(#module::columns::#field)
        })
        .collect();
    quote! {
        impl<DB: #data::diesel::backend::Backend> #data::diesel::expression::Selectable<DB>
            for #name
        {
            type SelectExpression = (#(#columns,)*);

            fn construct_selection() -> Self::SelectExpression {
                (#(#columns,)*)
            }
        }
    }
}

fn identifiable(entity: &Entity) -> TokenStream {
    let data = data();
    let Some(id) = entity.id_column() else {
        return TokenStream::new();
    };
    let (name, module) = (&entity.name, &entity.table.module);
    let (field, ty) = (&id.field, &id.ty);
    let identifiable = quote!(#data::diesel::associations::Identifiable);
    quote! {
        impl #data::diesel::associations::HasTable for #name {
            type Table = #module::table;

            fn table() -> Self::Table {
                #module::table
            }
        }

        impl<'ident> #identifiable for &'ident #name {
            type Id = &'ident #ty;

            fn id(self) -> Self::Id {
                &self.#field
            }
        }

        impl<'ident> #identifiable for &'_ &'ident #name {
            type Id = &'ident #ty;

            fn id(self) -> Self::Id {
                &self.#field
            }
        }
    }
}

/// A new row of all columns but the id that the database counts.
fn insertable(entity: &Entity) -> TokenStream {
    let data = data();
    let (name, module) = (&entity.name, &entity.table.module);
    let columns = || entity.columns.iter().filter(|it| !it.is_generated());
    if columns().next().is_none() {
        return TokenStream::new();
    }
    let types = columns().map(|it| assigned_type(entity, it));
    let values = columns().map(|column| assigned(entity, column));
    let insertable = quote!(#data::diesel::insertable::Insertable<#module::table>);
    let bounds = bounds(entity, columns());
    quote! {
        impl<'row> #insertable for &'row #name #bounds {
            type Values = <(#(#types,)*) as #insertable>::Values;

            fn values(self) -> Self::Values {
                <_ as #insertable>::values((#(#values,)*))
            }
        }

        impl #data::diesel::internal::derives::insertable::UndecoratedInsertRecord<#module::table>
            for #name
        {
        }
    }
}

/// All columns but those that stay: the id, and when it was made. `None` becomes null.
fn changeset(entity: &Entity) -> TokenStream {
    let data = data();
    let (name, module) = (&entity.name, &entity.table.module);
    let columns = || {
        let stays = |it: &&Column| matches!(it.role, Role::Id(_) | Role::CreatedAt);
        entity.columns.iter().filter(move |it| !stays(it))
    };
    if columns().next().is_none() {
        return TokenStream::new();
    }
    let types = columns().map(|it| assigned_type(entity, it));
    let values = columns().map(|column| assigned(entity, column));
    let changeset = quote!(#data::diesel::query_builder::AsChangeset);
    let bounds = bounds(entity, columns());
    quote! {
        impl<'row> #changeset for &'row #name #bounds {
            type Target = #module::table;
            type Changeset = <(#(#types,)*) as #changeset>::Changeset;

            fn as_changeset(self) -> Self::Changeset {
                <_ as #changeset>::as_changeset((#(#values,)*))
            }
        }
    }
}

/// What the impl rests on where a column's type says nothing by its name: one that is no column's
/// is told once, at its field, and not by each of diesel's traits as well.
fn bounds<'a>(entity: &Entity, columns: impl Iterator<Item = &'a Column>) -> TokenStream {
    let data = data();
    let module = &entity.table.module;
    let bounds: Vec<_> = columns
        .filter(|it| matches!(it.storage, Storage::Unknown(_)))
        .map(|column| {
            let (field, ty) = (&column.field, &column.ty);
            let sql = quote! {
                <#module::columns::#field as #data::diesel::expression::Expression>::SqlType
            };
            quote! {
                &'row #ty: #data::diesel::expression::AsExpression<
                    #sql,
                    Expression = #data::diesel::internal::derives::as_expression::Bound<
                        #sql,
                        &'row #ty,
                    >,
                >
            }
        })
        .collect();
    match bounds.is_empty() {
        true => TokenStream::new(),
        false => quote!(where #(#bounds),*),
    }
}

/// The type of `column = value`.
fn assigned_type(entity: &Entity, column: &Column) -> TokenStream {
    let data = data();
    let (module, field, ty) = (&entity.table.module, &column.field, &column.ty);
    let bound = match (&column.storage, super::types::option(ty)) {
        (Storage::Json, Some(inner)) => quote! {
            ::core::option::Option<#data::sql_types::EmbeddedRef<'row, #inner>>
        },
        (Storage::Json, None) => quote!(#data::sql_types::EmbeddedRef<'row, #ty>),
        _ if column.is_wrapped() => quote!(#data::sql_types::As<&'row #ty>),
        _ => quote!(&'row #ty),
    };
    quote!(#data::diesel::dsl::Eq<#module::columns::#field, #bound>)
}

/// `column = value`.
fn assigned(entity: &Entity, column: &Column) -> TokenStream {
    let data = data();
    let (module, field) = (&entity.table.module, &column.field);
    let bound = match (&column.storage, column.nullable) {
        (Storage::Json, true) => {
            quote!(self.#field.as_ref().map(#data::sql_types::EmbeddedRef))
        }
        (Storage::Json, false) => quote!(#data::sql_types::EmbeddedRef(&self.#field)),
        _ if column.is_wrapped() => quote!(#data::sql_types::As(&self.#field)),
        _ => quote!(&self.#field),
    };
    // At the field's type, where one that its SQL type does not take is reported.
    quote_spanned! {column.ty.span()=>
        #data::diesel::ExpressionMethods::eq(#module::columns::#field, #bound)
    }
}
