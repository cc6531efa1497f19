//! The body of a method that runs a text of the author's.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::derived::referred;
use super::expand::{associations, plan_name};
use super::parameters::Parameter;
use super::query_text::QueryText;
use super::returns::{Returns, is};
use super::validate::{Answer, Method, Query, Repository};
use crate::projection::decimal;
use crate::shared::injection::local;
use crate::shared::{module_path, private, private_at, submit};

pub(super) fn body(repository: &Repository, method: &Method, query: &Query) -> TokenStream {
    let private = private();
    let statement = statement(repository, method, query);
    let given = local("arguments");
    let values = query.values.iter().map(bound);
    let (check, with) = associations(repository, method);
    let run = run(method, query, &with);
    quote! {
        #check
        #statement
        let #given: ::std::vec::Vec<#private::data::Bound> = ::std::vec::Vec::from([#(#values),*]);
        #run
    }
}

/// The texts, and their registration for `savia check`.
fn statement(repository: &Repository, method: &Method, query: &Query) -> TokenStream {
    let private = private();
    let name = plan_name(repository, method);
    let sqlite = text(&query.sqlite, &query.values);
    let postgres = text(&query.postgres, &query.values);
    let writes = query.writes;
    let rows = rows(method, query);
    let module_path = module_path();
    // The line of the method, not of the trait.
    let location = quote_spanned! {method.source.signature.ident.span()=>
        #private::Location { file: ::core::file!(), line: ::core::line!() }
    };
    let registration = submit(quote! {
        #private::data::QueryRegistration {
            query: &__QUERY,
            module_path: #module_path,
            location: #location,
        }
    });
    quote! {
        static __QUERY: #private::data::RawQuery = #private::data::RawQuery {
            name: #name,
            sqlite: #sqlite,
            postgres: #postgres,
            writes: #writes,
            rows: #rows,
        };
        #registration
    }
}

/// What its rows are read as, where they are.
fn rows(method: &Method, query: &Query) -> TokenStream {
    let ty = method.returns.of();
    let ty = match (&method.returns, query.answer) {
        (_, Answer::Affected) => return quote!(|| ::core::option::Option::None),
        (Returns::Count(count), _) if is_unsigned(count) => quote!(i64),
        _ => quote!(#ty),
    };
    let private = private();
    quote! {
        || {
            #[allow(unused_imports)]
            use #private::data::NoRows as _;
            #private::data::RowsOf::<#ty>::new().get()
        }
    }
}

/// The databases count with signs.
fn is_unsigned(count: &syn::Type) -> bool {
    ["u64", "usize", "u32"].iter().any(|it| is(count, it))
}

/// The pieces, and which parameter stands between each two.
fn text(text: &QueryText, values: &[Parameter]) -> TokenStream {
    let private = private();
    let pieces = &text.pieces;
    let indexes = text.names.iter().map(|name| {
        // Every name is a parameter: that has been checked.
        let at = values
            .iter()
            .position(|value| value.name.unraw() == name.as_str());
        at.unwrap_or_default()
    });
    quote! {
        #private::data::RawText::new(&[#(#pieces),*], &[#(#indexes),*])
    }
}

fn bound(value: &Parameter) -> TokenStream {
    let name = &value.name;
    // At the type, where one that cannot be bound is reported.
    let span = syn::spanned::Spanned::span(&value.ty);
    let mut bind = String::from(if value.is_list() { "bind_list" } else { "bind" });
    let codec = value.scale.map(decimal::codec);
    let of = codec.map(|codec| {
        bind.push_str("_as");
        quote!(::<_, #codec>)
    });
    let bind = Ident::new(&bind, span);
    let private = private_at(span);
    if value.is_reference() {
        quote_spanned!(span=> #private::data::#bind #of (#name))
    } else {
        quote_spanned!(span=> #private::data::#bind #of (&#name))
    }
}

fn run(method: &Method, query: &Query, with: &TokenStream) -> TokenStream {
    let private = private();
    let given = local("arguments");
    let this = method.this();
    let ty = method.returns.of();
    let call = |name: &str, ty: &TokenStream, request: Option<&Parameter>| {
        let loads = !method.source.with.is_empty();
        let name = if loads {
            format!("{name}_with")
        } else {
            name.to_owned()
        };
        let with = loads.then_some(with);
        // At the type, where one that no row can be read as is reported.
        let span = method.returns.span();
        let name = Ident::new(&name, span);
        let name = quote_spanned!(span=> #name::<#ty>);
        let request = request.map(referred);
        let request = request.map(|request| quote!(#request,));
        quote_spanned!(span=>
            __QUERY.#name(#this.inner.database(), #given, #request #with).await?
        )
    };
    let ty = quote!(#ty);
    let answer = match (&method.returns, query.answer) {
        (_, Answer::Affected) => {
            let affected = quote!(__QUERY.affected(#this.inner.database(), #given).await?);
            quote!(<#ty as #private::data::Count>::of(#affected))
        }
        (Returns::Many(_), _) => call("all", &ty, None),
        (Returns::Optional(_), _) => call("optional", &ty, None),
        (Returns::Page(_), _) => call("page", &ty, query.page.as_ref()),
        (Returns::Count(count), _) if is_unsigned(count) => {
            let number = call("one", &quote!(i64), None);
            quote!(#private::data::unsigned::<#ty>(#number)?)
        }
        _ => call("one", &ty, None),
    };
    quote!(::core::result::Result::Ok(#answer))
}
