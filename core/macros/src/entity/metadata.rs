//! What is known of an entity, as a constant, and its registration.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::attributes::{BelongsTo, OnDelete};
use super::columns::codec_of;
use super::model::{Column, Entity, IdSource, Role, Storage};
use super::options::Index;
use super::{associations, data};
use crate::shared::{location, module_path, submit};

pub(super) fn expand(entity: &Entity) -> TokenStream {
    let data = data();
    let name = entity.name.unraw().to_string();
    let table = &entity.table.name;
    let columns = entity.columns.iter().map(column);
    let indexes = entity.indexes.iter().map(|it| index(entity, it));
    let checks = &entity.checks;
    let associations = associations::metadata(entity);
    let location = location();
    quote! {
        fn metadata() -> &'static #data::EntityMetadata {
            static METADATA: #data::EntityMetadata = #data::EntityMetadata {
                name: #name,
                table: #table,
                columns: &[#(#columns),*],
                indexes: &[#(#indexes),*],
                checks: &[#(#checks),*],
                associations: &[#(#associations),*],
                location: #location,
            };
            &METADATA
        }
    }
}

pub(super) fn registration(entity: &Entity) -> TokenStream {
    let data = data();
    let name = &entity.name;
    let module_path = module_path();
    submit(quote! {
        #data::EntityRegistration {
            metadata: <#name as #data::Table>::metadata,
            module_path: #module_path,
        }
    })
}

fn column(column: &Column) -> TokenStream {
    let data = data();
    let options = &column.attributes.column;
    let codec = codec_of(column);
    let name = &column.name;
    let field = column.field.unraw().to_string();
    let kind = match &column.storage {
        Storage::Decimal { precision, scale } => {
            quote!(#data::ColumnKind::Decimal { precision: #precision, scale: #scale })
        }
        _ => quote_spanned!(column.ty.span()=> #codec::KIND),
    };
    let nullable = quote_spanned!(column.ty.span()=> #codec::NULLABLE);
    let values = quote_spanned!(column.ty.span()=> #codec::VALUES);
    let default = optional(column.default.as_ref());
    let unique = options.unique;
    // What refers is looked for whenever what it refers to is deleted.
    let indexed = options.index || column.belongs_to().is_some();
    let length = optional(options.length.map(|it| it.value.unsigned_abs()));
    let check = optional(options.check.as_ref());
    let references = optional(column.belongs_to().map(reference));
    let role = role(column.role);
    let read_only = column.read_only;
    let write_only = column.attributes.write_only.is_some();
    quote! {
        #data::ColumnMetadata {
            name: #name,
            field: #field,
            kind: #kind,
            nullable: #nullable,
            default: #default,
            unique: #unique,
            indexed: #indexed,
            length: #length,
            check: #check,
            values: #values,
            references: #references,
            role: #role,
            read_only: #read_only,
            write_only: #write_only,
        }
    }
}

fn reference(to: &BelongsTo) -> TokenStream {
    let data = data();
    let target = &to.target;
    let on_delete = match to.on_delete {
        OnDelete::Restrict => quote!(Restrict),
        OnDelete::Cascade => quote!(Cascade),
        OnDelete::SetNull => quote!(SetNull),
        OnDelete::NoAction => quote!(NoAction),
    };
    quote! {
        #data::Reference {
            entity: <#target as #data::Table>::metadata,
            on_delete: #data::OnDelete::#on_delete,
        }
    }
}

fn role(role: Role) -> TokenStream {
    let data = data();
    let role = match role {
        Role::Plain => quote!(Plain),
        Role::Version => quote!(Version),
        Role::CreatedAt => quote!(CreatedAt),
        Role::UpdatedAt => quote!(UpdatedAt),
        Role::SoftDelete => quote!(SoftDelete),
        Role::Id(IdSource::Database) => quote!(Id(#data::IdSource::Database)),
        Role::Id(IdSource::UuidV7) => quote!(Id(#data::IdSource::UuidV7)),
        Role::Id(IdSource::Assigned) => quote!(Id(#data::IdSource::Assigned)),
    };
    quote!(#data::ColumnRole::#role)
}

fn index(entity: &Entity, index: &Index) -> TokenStream {
    let data = data();
    let columns = index.fields.iter().filter_map(|it| entity.column(it));
    let columns = columns.map(|it| &it.name);
    let unique = index.unique;
    quote!(#data::IndexMetadata { columns: &[#(#columns),*], unique: #unique })
}

fn optional(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
