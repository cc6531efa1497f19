//! `#[entity]` on an enum of units: text in its column, the same text in JSON.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Fields, Ident, ItemEnum, Path, Token, parse_quote};

use super::data;
use crate::dto;
use crate::shared::{Errors, arguments_noting};

/// The code, as far as it can be made; notes what is wrong.
pub(super) fn expand(args: TokenStream, mut item: ItemEnum, errors: &mut Errors) -> TokenStream {
    let _ = arguments_noting(args, &[], &[], errors);
    let is_right = validate(&item, errors);
    let renames = dto::serde_arguments(&item.attrs)
        .is_ok_and(|said| said.iter().any(|it| it.name() == "rename_all"));
    if !renames {
        item.attrs
            .push(parse_quote!(#[serde(rename_all = "snake_case")]));
    }
    let texts = match is_right {
        true => errors.keep(dto::variant_names(item.to_token_stream())),
        false => None,
    };
    if let Some(texts) = &texts {
        twice(texts, errors);
        item.attrs.push(derives(&item));
        item.attrs.push(diesel_type());
    }
    let name = &item.ident;
    let code = texts.map(|texts| {
        let column_type = column_type(name, &texts);
        let diesel = diesel(name, &texts);
        quote!(#column_type #diesel)
    });
    let item = dto::entry(TokenStream::new(), item.to_token_stream());
    quote!(#item #code)
}

fn validate(item: &ItemEnum, errors: &mut Errors) -> bool {
    let mut found = Errors::default();
    if !item.generics.params.is_empty() {
        found.at(
            &item.generics,
            "the texts of a column are of one type: it cannot have type or lifetime parameters",
        );
    }
    if item.variants.is_empty() {
        found.at(
            &item.ident,
            "a column holds one of the variants, and there is none",
        );
    }
    for variant in &item.variants {
        if !matches!(variant.fields, Fields::Unit) {
            found.at(
                &variant.fields,
                "a column holds the variant's name, and nothing else: make the enum a `#[dto]`, \
                 and its field `#[json]`",
            );
        }
    }
    errors.keep(found.finish(())).is_some()
}

/// Two variants of one text: what is read could be either.
fn twice(texts: &[(Ident, String)], errors: &mut Errors) {
    for (at, (variant, text)) in texts.iter().enumerate() {
        let earlier = texts.iter().take(at).find(|(_, it)| it == text);
        if let Some((earlier, _)) = earlier {
            errors.at(
                variant,
                format!("`{earlier}` is stored as {text:?} already"),
            );
        }
    }
}

/// What `#[dto]` does not derive, and the author neither: a text's value is compared and copied.
fn derives(item: &ItemEnum) -> syn::Attribute {
    let data = data();
    let by_author: Vec<String> = item
        .attrs
        .iter()
        .filter(|it| it.path().is_ident("derive"))
        .filter_map(|it| {
            it.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .filter_map(|path| Some(path.segments.last()?.ident.unraw().to_string()))
        .collect();
    let all = [
        ("Copy", quote!(::core::marker::Copy)),
        ("PartialEq", quote!(::core::cmp::PartialEq)),
        ("Eq", quote!(::core::cmp::Eq)),
        ("Hash", quote!(::core::hash::Hash)),
        (
            "AsExpression",
            quote!(#data::diesel::expression::AsExpression),
        ),
        ("FromSqlRow", quote!(#data::diesel::deserialize::FromSqlRow)),
    ];
    let wanted = all
        .iter()
        .filter(|(name, _)| !by_author.iter().any(|it| it == name))
        .map(|(_, path)| path);
    parse_quote!(#[derive(#(#wanted),*)])
}

fn diesel_type() -> syn::Attribute {
    let data = data();
    parse_quote!(#[diesel(sql_type = #data::diesel::sql_types::Text)])
}

fn column_type(name: &Ident, texts: &[(Ident, String)]) -> TokenStream {
    let data = data();
    let values = texts.iter().map(|(_, text)| text);
    let of = texts
        .iter()
        .map(|(variant, text)| quote!(Self::#variant => #text));
    let diesel = quote!(#data::diesel);
    let read = |backend: TokenStream| {
        quote! {
            <Self as #diesel::deserialize::FromSql<
                #diesel::sql_types::Text,
                #diesel::#backend,
            >>::from_nullable_sql(value)
        }
    };
    let (sqlite, postgres) = (read(quote!(sqlite::Sqlite)), read(quote!(pg::Pg)));
    quote! {
        impl #data::ColumnType for #name {
            const KIND: #data::ColumnKind = #data::ColumnKind::Text;
            const VALUES: ::core::option::Option<&'static [&'static str]> =
                ::core::option::Option::Some(&[#(#values),*]);

            fn to_value(&self) -> #data::Value {
                let text = match self {
                    #(#of,)*
                };
                #data::Value::Text(::std::string::String::from(text))
            }

            fn from_sqlite(
                value: ::core::option::Option<#diesel::sqlite::SqliteValue<'_, '_, '_>>,
            ) -> #data::RowResult<Self> {
                #sqlite
            }

            fn from_postgres(
                value: ::core::option::Option<#diesel::pg::PgValue<'_>>,
            ) -> #data::RowResult<Self> {
                #postgres
            }
        }
    }
}

fn diesel(name: &Ident, texts: &[(Ident, String)]) -> TokenStream {
    let data = data();
    let diesel = quote!(#data::diesel);
    let of = texts
        .iter()
        .map(|(variant, text)| quote!(Self::#variant => #text));
    let from = texts
        .iter()
        .map(|(variant, text)| quote!(#text => ::core::result::Result::Ok(Self::#variant)));
    let known: Vec<String> = texts.iter().map(|(_, text)| format!("`{text}`")).collect();
    let message = format!("{{other:?}} is none of {}", known.join(", "));
    quote! {
        impl<DB> #diesel::serialize::ToSql<#diesel::sql_types::Text, DB> for #name
        where
            DB: #diesel::backend::Backend,
            str: #diesel::serialize::ToSql<#diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut #diesel::serialize::Output<'b, '_, DB>,
            ) -> #diesel::serialize::Result {
                let text = match self {
                    #(#of,)*
                };
                <str as #diesel::serialize::ToSql<#diesel::sql_types::Text, DB>>::to_sql(text, out)
            }
        }

        impl<DB> #diesel::deserialize::FromSql<#diesel::sql_types::Text, DB> for #name
        where
            DB: #diesel::backend::Backend,
            ::std::string::String: #diesel::deserialize::FromSql<#diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> #data::RowResult<Self> {
                let text = <::std::string::String as #diesel::deserialize::FromSql<
                    #diesel::sql_types::Text,
                    DB,
                >>::from_sql(bytes)?;
                match text.as_str() {
                    #(#from,)*
                    other => ::core::result::Result::Err(
                        ::core::convert::Into::into(::std::format!(#message)),
                    ),
                }
            }
        }
    }
}
